public import OTelAPI

/// What is decided of the tracers, meters or loggers of one scope.
public protocol ScopeConfig: Sendable, Hashable {
    /// A configuration with its defaults, but for what is given.
    init(isEnabled: Bool)
}

/// What is decided of one tracer.
public struct TracerConfig: ScopeConfig {
    /// Whether the tracer records; one that doesn't passes on the context of the parent.
    public var isEnabled: Bool

    /// A configuration; by default the tracer records.
    public init(isEnabled: Bool = true) {
        self.isEnabled = isEnabled
    }
}

/// What is decided of one meter.
public struct MeterConfig: ScopeConfig {
    /// Whether its instruments measure and its callbacks run.
    ///
    /// While they don't, what was measured before is still exported, as totals also again and again.
    public var isEnabled: Bool

    /// A configuration; by default the meter measures.
    public init(isEnabled: Bool = true) {
        self.isEnabled = isEnabled
    }
}

/// Decides of each tracer by its scope: `specification/trace/sdk.md`, "TracerConfigurator".
public typealias TracerConfigurator = ScopeConfigurator<TracerConfig>

/// Decides of each meter by its scope: `specification/metrics/sdk.md`, "MeterConfigurator".
public typealias MeterConfigurator = ScopeConfigurator<MeterConfig>

/// Decides of each tracer or meter by its scope.
///
/// Asked once when one is first used with a telemetry, and for every one again when the configurator is replaced by
/// `Telemetry.configureTracers` or `configureMeters`. Any thread may call; must be quick.
public struct ScopeConfigurator<Config: ScopeConfig>: Sendable {
    private let configure: @Sendable (OTelScope) -> Config?

    /// A configurator; nil stands for the default configuration.
    public init(_ configure: @escaping @Sendable (OTelScope) -> Config?) {
        self.configure = configure
    }

    /// Every one is enabled.
    public static var enablingAll: ScopeConfigurator { ScopeConfigurator { _ in nil } }

    /// All are enabled but those whose name matches a pattern.
    ///
    /// In a pattern `*` stands for any characters, none included, and `?` for one.
    public static func disabling(_ patterns: String...) -> ScopeConfigurator {
        let patterns = patterns.map(WildcardPattern.init)
        return ScopeConfigurator { scope in
            patterns.contains { $0.matches(scope.name) } ? Config(isEnabled: false) : nil
        }
    }

    /// None is enabled but those whose name matches a pattern.
    ///
    /// In a pattern `*` stands for any characters, none included, and `?` for one.
    public static func enablingOnly(_ patterns: String...) -> ScopeConfigurator {
        let patterns = patterns.map(WildcardPattern.init)
        return ScopeConfigurator { scope in
            Config(isEnabled: patterns.contains { $0.matches(scope.name) })
        }
    }

    func config(of scope: OTelScope) -> Config {
        self.configure(scope) ?? Config(isEnabled: true)
    }
}
