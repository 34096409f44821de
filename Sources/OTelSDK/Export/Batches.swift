public import OTLPProto
import OTelAPI

/// Finished spans of one resource.
public struct SpanBatch: Sendable {
    package let records: RecordBatch

    package init(_ records: RecordBatch) {
        self.records = records
    }

    /// How many spans.
    public var count: Int { self.records.itemCount }

    /// The spans, scope by scope.
    public var spans: [SpanView] { self.records.views.map(SpanView.init) }
}

/// Log records of one resource.
public struct LogRecordBatch: Sendable {
    package let records: RecordBatch

    package init(_ records: RecordBatch) {
        self.records = records
    }

    /// How many log records.
    public var count: Int { self.records.itemCount }

    /// The log records, scope by scope.
    public var logRecords: [LogRecordView] { self.records.views.map(LogRecordView.init) }
}

/// Metrics of one collection, or a part of it, of one resource.
public struct MetricBatch: Sendable {
    package let records: RecordBatch

    package init(_ records: RecordBatch) {
        self.records = records
    }

    /// No metrics.
    static var empty: MetricBatch {
        MetricBatch(
            RecordBatch(signal: .metrics, resource: EncodedResource(attributes: OTelAttributes(), schemaURL: nil))
        )
    }

    /// How many data points.
    public var count: Int { self.records.itemCount }

    /// The metrics, scope by scope.
    public var metrics: [MetricView] { self.records.views.map(MetricView.init) }
}
