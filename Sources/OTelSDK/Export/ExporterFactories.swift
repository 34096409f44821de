/// Where a `TraceSink` sends spans.
///
/// Exporter modules add static members: `.otlpHTTP(endpoint:)`.
public struct SpanExporterFactory: Sendable {
    /// Makes the exporter when telemetry starts.
    public let make: @Sendable () throws(ConfigError) -> any SpanExporter
    /// What the sink is called in reports and statistics, such as `otlp/http http://localhost:4318/v1/traces`.
    public let name: String

    /// A factory; exporter modules wrap it in a static member.
    public init(name: String, _ make: @escaping @Sendable () throws(ConfigError) -> any SpanExporter) {
        self.name = name
        self.make = make
    }

    /// An exporter of the application's own.
    public static func custom(_ name: String, _ exporter: any SpanExporter) -> SpanExporterFactory {
        SpanExporterFactory(name: name) { () throws(ConfigError) in exporter }
    }
}

/// Where a `LogSink` sends log records.
///
/// Exporter modules add static members.
public struct LogRecordExporterFactory: Sendable {
    /// Makes the exporter when telemetry starts.
    public let make: @Sendable () throws(ConfigError) -> any LogRecordExporter
    /// What the sink is called in reports and statistics.
    public let name: String

    /// A factory; exporter modules wrap it in a static member.
    public init(name: String, _ make: @escaping @Sendable () throws(ConfigError) -> any LogRecordExporter) {
        self.name = name
        self.make = make
    }

    /// An exporter of the application's own.
    public static func custom(_ name: String, _ exporter: any LogRecordExporter) -> LogRecordExporterFactory {
        LogRecordExporterFactory(name: name) { () throws(ConfigError) in exporter }
    }
}

/// Where a `MetricSink` sends metrics.
///
/// Exporter modules add static members.
public struct MetricExporterFactory: Sendable {
    /// Makes the exporter when telemetry starts.
    public let make: @Sendable () throws(ConfigError) -> any MetricExporter
    /// What the sink is called in reports and statistics.
    public let name: String

    /// A factory; exporter modules wrap it in a static member.
    public init(name: String, _ make: @escaping @Sendable () throws(ConfigError) -> any MetricExporter) {
        self.name = name
        self.make = make
    }

    /// An exporter of the application's own.
    public static func custom(_ name: String, _ exporter: any MetricExporter) -> MetricExporterFactory {
        MetricExporterFactory(name: name) { () throws(ConfigError) in exporter }
    }
}
