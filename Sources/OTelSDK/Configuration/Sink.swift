/// A destination for telemetry: `TraceSink`, `MetricSink`, `LogSink`, or a combination of an exporter module's own.
public protocol Sink: Sendable {
    /// Adds the sink's pipelines. Throws when a setting cannot be used; nothing has started by then.
    func install(into builder: inout TelemetryBuilder) throws(ConfigError)
}
