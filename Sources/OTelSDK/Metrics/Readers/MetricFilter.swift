public import OTLPProto
public import OTelAPI
import OTelWire

/// Decides which metrics of a reader are collected, before they are: `specification/metrics/sdk.md`, "MetricFilter".
///
/// Asked on whatever thread collects, several at a time for several readers; must be quick, and must not collect or
/// flush: other collections wait for it.
public protocol MetricFilter: Sendable {
    /// Whether to collect a metric, by the name that it is exported under; asked once for each collection.
    func testMetric(scope: OTelScope, name: String, kind: MetricView.Kind, unit: String) -> MetricFilterResult
    /// Whether to collect one series of a metric; asked only where `testMetric` said `acceptPartial`.
    func testAttributes(
        scope: OTelScope,
        name: String,
        kind: MetricView.Kind,
        unit: String,
        attributes: OTelAttributes
    ) -> AttributesFilterResult
}

extension MetricFilter {
    /// All series are collected.
    public func testAttributes(
        scope: OTelScope,
        name: String,
        kind: MetricView.Kind,
        unit: String,
        attributes: OTelAttributes
    ) -> AttributesFilterResult { .accept }
}

/// What is decided of a metric.
public enum MetricFilterResult: Sendable, Hashable {
    /// All its series are collected.
    case accept
    /// None is; callbacks that observe nothing else don't run.
    case drop
    /// Each is asked about.
    case acceptPartial
}

/// What is decided of a series.
public enum AttributesFilterResult: Sendable, Hashable {
    /// It is collected.
    case accept
    /// It is not.
    case drop
}

/// What a reader's filter decided of one stream in one collection.
struct StreamFilter {
    private let filter: (any MetricFilter)?
    private let result: MetricFilterResult

    init(_ filter: (any MetricFilter)?, _ info: StreamInfo) {
        self.filter = filter
        self.result =
            filter?.testMetric(
                scope: info.meter,
                name: info.configuration.name,
                kind: info.aggregation.metricKind,
                unit: info.configuration.unit
            ) ?? .accept
    }

    /// Whether nothing of the stream is wanted.
    var dropsAll: Bool { self.result == .drop }

    /// The series that are wanted.
    func apply(_ all: [MetricSeries], _ stream: MetricStream) -> [MetricSeries] {
        guard self.result == .acceptPartial else { return all }
        return all.filter { self.accepts($0.attributes, stream.attributesTag, stream.info) }
    }

    /// Whether a series is wanted, by its attributes as a point has them in fields with a tag.
    func accepts(_ bytes: UnsafeRawBufferPointer, _ tag: UInt8, _ info: StreamInfo) -> Bool {
        guard self.result == .acceptPartial, let filter else { return self.result == .accept }
        let attributes = ValueDecoder.attributes(bytes, number: Int(tag >> 3))
        return filter.testAttributes(
            scope: info.meter,
            name: info.configuration.name,
            kind: info.aggregation.metricKind,
            unit: info.configuration.unit,
            attributes: attributes
        ) == .accept
    }
}
