/// One of the three kinds of telemetry.
public enum Signal: String, Sendable, Hashable, CaseIterable {
    /// Spans.
    case traces
    /// Measurements, aggregated to data points.
    case metrics
    /// Log records and events.
    case logs
}
