package import OTLPProto
package import OTelAPI

/// Collects the pipelines of all sinks before any of them starts.
///
/// Sinks of your own hand it on to the sinks that they are made of.
public struct TelemetryBuilder {
    package let resource: EncodedResource
    package let scopes: ScopeTable
    package private(set) var traces: [TraceRoute] = []
    package private(set) var logs: [LogRoute] = []
    package private(set) var readers: [any Pipeline] = []
    package let metrics: MetricsProvider

    /// Sinks of spans that one telemetry can have: each takes a bit of a span's handle.
    static let maxTraceSinks = 16

    init(resource: EncodedResource, metrics settings: MetricsProvider.Settings = .init()) {
        self.resource = resource
        self.scopes = ScopeTable()
        self.metrics = MetricsProvider(scopes: self.scopes, settings)
    }

    /// Throws when there is no room for one more sink of spans: to be asked before its exporter is made.
    package func checkRoomForTraces() throws(ConfigError) {
        guard self.traces.count < Self.maxTraceSinks else {
            throw ConfigError(
                setting: "Config.sinks",
                value: "\(self.traces.count + 1) sinks of spans",
                expected: "at most \(Self.maxTraceSinks)"
            )
        }
    }

    package mutating func addTraces(_ route: TraceRoute) {
        self.traces.append(route)
    }

    package mutating func addLogs(_ route: LogRoute) {
        self.logs.append(route)
    }

    /// Adds a reader, or the exporter that it is a part of.
    package mutating func addReader(_ reader: any Pipeline) {
        self.readers.append(reader)
    }

    /// A reader that collects when it is asked to; its options were checked.
    package func makePullReader(_ name: String, _ options: MetricReaderOptions) -> PullReader {
        PullReader(
            name: name,
            provider: self.metrics,
            account: self.metrics.addReader(options),
            resource: self.resource,
            scopes: self.scopes
        )
    }

    /// Every pipeline once: a stream is on the way of both spans and log records.
    var pipelines: [any Pipeline] {
        var pipelines: [any Pipeline] = []
        let candidates: [any Pipeline] = self.traces.map(\.pipeline) + self.logs.map(\.pipeline) + self.readers
        for pipeline in candidates where !pipelines.contains(where: { $0 === pipeline }) {
            pipelines.append(pipeline)
        }
        return pipelines
    }
}

/// The way of spans to one sink.
package struct TraceRoute: Sendable {
    package let sampler: Sampler
    package let pipeline: RecordPipeline
    /// Whether the sink sees spans when they begin, too.
    package let includesStarts: Bool
    /// Whether the sink takes an ended span; nil takes every one.
    package let filter: (@Sendable (SpanView) -> Bool)?
}

/// The way of log records to one sink.
package struct LogRoute: Sendable {
    package let minimumSeverity: OTelSeverity
    package let pipeline: RecordPipeline
}
