/// Which measurements are offered as examples of the points they are part of (`specification/metrics/sdk.md`,
/// "ExemplarFilter").
public enum ExemplarFilter: Sendable, Hashable {
    /// Those made while a sampled span is current.
    case traceBased
    /// All.
    case alwaysOn
    /// None; costs nothing.
    case alwaysOff
}
