public import OTelAPI
import Synchronization

extension OTel {
    private static let running = Mutex<TelemetryCore?>(nil)

    /// Starts the SDK of this process and binds every handle of `OTel` to it, those taken earlier too.
    ///
    /// Throws when a setting cannot be used, or when a global SDK is running already, which goes on undisturbed; in
    /// both cases nothing has started. After `shutdown` it can be started again.
    public static func start(_ config: Config) throws(ConfigError) -> Telemetry {
        try self.running.withLock { running throws(ConfigError) in
            if let running, !running.isClosed {
                throw ConfigError(
                    setting: "OTel.start",
                    value: config.serviceName,
                    expected: "no global telemetry yet; \"\(running.serviceName)\" is running: shut it down first, "
                        + "or use Telemetry(_:) for a further one"
                )
            }
            let core = try TelemetryCore(config)
            let telemetry = Telemetry(core: core)
            HandleRegistry.shared.install(core)
            running = core
            return telemetry
        }
    }
}
