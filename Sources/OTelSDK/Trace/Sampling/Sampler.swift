/// Decides which spans of a sink are recorded (`specification/trace/sdk.md`, "Sampler").
///
/// The built-in samplers decide without an allocation; `custom` takes any `CustomSampler`.
public struct Sampler: Sendable, CustomStringConvertible {
    indirect enum Kind: Sendable {
        case alwaysOn
        case alwaysOff
        case traceIDRatio(Double)
        case parentBased(ParentBased)
        case custom(any CustomSampler)
    }

    struct ParentBased: Sendable {
        var root: Sampler
        var remoteSampled: Sampler
        var remoteNotSampled: Sampler
        var localSampled: Sampler
        var localNotSampled: Sampler

        var all: [Sampler] {
            [self.root, self.remoteSampled, self.remoteNotSampled, self.localSampled, self.localNotSampled]
        }
    }

    let kind: Kind

    /// Records every span.
    public static var alwaysOn: Sampler { Sampler(kind: .alwaysOn) }

    /// Records no span.
    public static var alwaysOff: Sampler { Sampler(kind: .alwaysOff) }

    /// Records a share of the traces, from 0 to 1, decided by the trace id alone: every service with the same ratio
    /// decides alike, and a higher ratio records a superset.
    ///
    /// Ignores the parent.
    public static func traceIDRatio(_ ratio: Double) -> Sampler { Sampler(kind: .traceIDRatio(ratio)) }

    /// Does as the parent did; asks `root` for spans without a parent.
    ///
    /// - Parameters:
    ///   - root: asked when there is no parent.
    ///   - remoteSampled: asked when the parent is in another process and recorded.
    ///   - remoteNotSampled: asked when it is in another process and not recorded.
    ///   - localSampled: asked when it is in this process and recorded for the same sink.
    ///   - localNotSampled: asked when it is in this process and not recorded for the same sink.
    /// - Returns: a sampler that follows the parent.
    public static func parentBased(
        _ root: Sampler,
        remoteSampled: Sampler = .alwaysOn,
        remoteNotSampled: Sampler = .alwaysOff,
        localSampled: Sampler = .alwaysOn,
        localNotSampled: Sampler = .alwaysOff
    ) -> Sampler {
        Sampler(
            kind: .parentBased(
                ParentBased(
                    root: root,
                    remoteSampled: remoteSampled,
                    remoteNotSampled: remoteNotSampled,
                    localSampled: localSampled,
                    localNotSampled: localNotSampled
                )
            )
        )
    }

    /// A sampler of the application's own.
    public static func custom(_ sampler: any CustomSampler) -> Sampler { Sampler(kind: .custom(sampler)) }

    /// The names that the specification gives.
    public var description: String {
        switch self.kind {
        case .alwaysOn: "AlwaysOnSampler"
        case .alwaysOff: "AlwaysOffSampler"
        case .traceIDRatio(let ratio): "TraceIdRatioBased{\(Self.digits(ratio))}"
        case .parentBased(let delegates):
            "ParentBased{root=\(delegates.root),remoteParentSampled=\(delegates.remoteSampled),"
                + "remoteParentNotSampled=\(delegates.remoteNotSampled),localParentSampled=\(delegates.localSampled),"
                + "localParentNotSampled=\(delegates.localNotSampled)}"
        case .custom(let sampler): sampler.description
        }
    }

    /// At least six decimals, more where the ratio needs them.
    private static func digits(_ ratio: Double) -> String {
        let text = "\(ratio)"
        guard !text.contains("e") else { return text }
        let decimals = text.split(separator: ".").last.map(\.count) ?? 0
        return text + String(repeating: "0", count: max(0, 6 - decimals))
    }

    func validate(_ setting: String) throws(ConfigError) {
        switch self.kind {
        case .alwaysOn, .alwaysOff, .custom: ()
        case .traceIDRatio(let ratio):
            guard ratio >= 0, ratio <= 1 else {
                throw ConfigError(setting: setting, value: "\(ratio)", expected: "a ratio from 0 to 1")
            }
        case .parentBased(let delegates):
            try delegates.root.validate("\(setting).root")
            try delegates.remoteSampled.validate("\(setting).remoteSampled")
            try delegates.remoteNotSampled.validate("\(setting).remoteNotSampled")
            try delegates.localSampled.validate("\(setting).localSampled")
            try delegates.localNotSampled.validate("\(setting).localNotSampled")
        }
    }
}
