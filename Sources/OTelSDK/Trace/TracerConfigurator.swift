public import OTelAPI

/// What is decided of one tracer.
public struct TracerConfig: Sendable, Hashable {
    /// Whether the tracer records; one that doesn't passes on the context of the parent.
    public var isEnabled: Bool

    /// A configuration; by default the tracer records.
    public init(isEnabled: Bool = true) {
        self.isEnabled = isEnabled
    }
}

/// Decides of each tracer by its scope: `specification/trace/sdk.md`, "TracerConfigurator".
///
/// Asked once when a tracer is first used with a telemetry, and for every tracer again when the configurator is
/// replaced by `Telemetry.configureTracers`. Any thread may call; must be quick.
public struct TracerConfigurator: Sendable {
    private let configure: @Sendable (OTelScope) -> TracerConfig?

    /// A configurator; nil stands for the default configuration.
    public init(_ configure: @escaping @Sendable (OTelScope) -> TracerConfig?) {
        self.configure = configure
    }

    /// Every tracer records.
    public static var enablingAll: TracerConfigurator { TracerConfigurator { _ in nil } }

    /// All tracers record but those whose name matches a pattern.
    ///
    /// In a pattern `*` stands for any characters, none included, and `?` for one.
    public static func disabling(_ patterns: String...) -> TracerConfigurator {
        let patterns = patterns.map(WildcardPattern.init)
        return TracerConfigurator { scope in
            patterns.contains { $0.matches(scope.name) } ? TracerConfig(isEnabled: false) : nil
        }
    }

    /// No tracer records but those whose name matches a pattern.
    ///
    /// In a pattern `*` stands for any characters, none included, and `?` for one.
    public static func enablingOnly(_ patterns: String...) -> TracerConfigurator {
        let patterns = patterns.map(WildcardPattern.init)
        return TracerConfigurator { scope in
            TracerConfig(isEnabled: patterns.contains { $0.matches(scope.name) })
        }
    }

    func config(of scope: OTelScope) -> TracerConfig {
        self.configure(scope) ?? TracerConfig()
    }
}
