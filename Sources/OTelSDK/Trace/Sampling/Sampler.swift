/// Decides which spans of a sink are recorded (`specification/trace/sdk.md`, "Sampler").
///
/// The built-in samplers decide without an allocation; `composite` combines rules and probabilities, `custom` takes any
/// `CustomSampler`. The ones that follow a parent follow its decision for the same sink.
public struct Sampler: Sendable, CustomStringConvertible {
    /// Every payload is one reference: a copy of a sampler costs no more than one count.
    enum Kind: Sendable {
        case alwaysOn
        case alwaysOff
        case traceIDRatio(RatioRule)
        case probability(ProbabilityRule)
        case parentBased(ParentBased)
        case alwaysRecord(Held<Sampler>)
        case composite(Held<any ComposableSampler>)
        case custom(Held<any CustomSampler>)
    }

    /// A value behind a reference.
    final class Held<Value: Sendable>: Sendable {
        let value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    let kind: Kind

    /// Records every span.
    public static var alwaysOn: Sampler { Sampler(kind: .alwaysOn) }

    /// Records no span.
    public static var alwaysOff: Sampler { Sampler(kind: .alwaysOff) }

    /// Records a share of the traces, from 0 to 1, decided by the last eight bytes of the trace id alone.
    ///
    /// Decides as the Go SDK does for every id: a higher ratio records a superset, the parent does not count. SDKs of
    /// other languages take other bits, so it is for roots, as a delegate of `parentBased`: the first decision on a
    /// span that has a parent is reported as a warning. `probability` agrees across languages and says in the trace
    /// state how many spans each recorded one stands for.
    ///
    /// A ratio outside of 0 to 1, or NaN, is an error when telemetry starts.
    public static func traceIDRatio(_ ratio: Double) -> Sampler { Sampler(kind: .traceIDRatio(RatioRule(ratio))) }

    /// Records a share of the traces, consistently across services and languages (`specification/trace/sdk.md`,
    /// "ProbabilitySampler").
    ///
    /// Decides by the 56 random bits of the trace: `rv` in the trace state, or else the last seven bytes of the trace
    /// id. Ignores the parent's decision. A span that is sampled carries the threshold as `th` in the trace state,
    /// rounded to 4 significant hex digits, from which receivers compute how many spans it stands for. Using a trace id
    /// that is not known to be random, for a span that has a parent, is reported once.
    ///
    /// - Parameter ratio: from 2^-56 to 1, or 0 for never; anything else, NaN too, is an error when telemetry starts.
    /// - Returns: a sampler of consistent probability.
    public static func probability(_ ratio: Double) -> Sampler { Sampler(kind: .probability(ProbabilityRule(ratio))) }

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

    /// Does as `root`, but records what that drops, without exporting it: processors see every span.
    ///
    /// Follows `specification/trace/sdk.md`, "AlwaysRecord".
    public static func alwaysRecord(_ root: Sampler) -> Sampler { Sampler(kind: .alwaysRecord(Held(root))) }

    /// Decides by the threshold that `sampler` names for a span (`specification/trace/sdk.md`, "CompositeSampler").
    ///
    /// A threshold that is said to be reliable is compared with the 56 random bits of the trace and, when the span is
    /// sampled, carried as `th` in the trace state; another is compared with fresh random bits, and leaves no `th`.
    public static func composite(_ sampler: some ComposableSampler) -> Sampler {
        Sampler(kind: .composite(Held(sampler)))
    }

    /// A sampler of the application's own.
    public static func custom(_ sampler: any CustomSampler) -> Sampler { Sampler(kind: .custom(Held(sampler))) }
}
