/// What the points of a sum or histogram cover (`specification/metrics/data-model.md`, "Temporality").
public enum AggregationTemporality: UInt8, Sendable, Hashable {
    /// Each point covers the time since the one before.
    case delta = 1
    /// Each point covers all the time since the series began.
    case cumulative = 2
}
