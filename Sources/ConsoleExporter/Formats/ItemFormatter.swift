import OTLPProto
import OTelSDK

/// Turns items into lines.
///
/// One formatter belongs to one console and may remember what it has shown.
protocol ItemFormatter {
    /// Appends the lines of one item, each with its line feed.
    mutating func append(_ item: StreamBatch.Item, to text: inout ConsoleText)
    /// Appends the lines of one collection of metrics.
    mutating func append(_ metrics: [MetricView], to text: inout ConsoleText)
}
