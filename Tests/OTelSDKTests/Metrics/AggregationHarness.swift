import OTLPProto
import OTelAPI
import OTelSDK

/// A telemetry of a test's own, with readers that collect when they are told to.
final class AggregationHarness: Sendable {
    let telemetry: Telemetry
    let readers: [ManualMetricReader]
    let meter: OTelMeter

    init(
        _ readers: [ManualMetricReader] = [ManualMetricReader()],
        views: [InstrumentView] = [],
        exemplarFilter: ExemplarFilter = .traceBased,
        meter: String = "test"
    ) throws {
        self.readers = readers
        self.telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: readers,
                views: views,
                exemplarFilter: exemplarFilter,
                exitTimeout: .zero
            )
        )
        self.meter = self.telemetry.meter(meter)
    }

    convenience init(_ temporality: MetricTemporality, views: [InstrumentView] = []) throws {
        try self.init([ManualMetricReader(temporality: temporality)], views: views)
    }

    deinit {
        self.telemetry.shutdownBlocking(timeout: .seconds(5))
    }

    /// What a reader, by default the first, collects now.
    func collect(_ reader: Int = 0) -> [MetricView] {
        self.readers[reader].collect().metrics
    }
}

/// What points of all kinds have.
struct AggregationPoint {
    var attributes: OTelAttributes
    var start: UInt64
    var time: UInt64
    var exemplars: [MetricView.Exemplar]
    /// The value, or of histograms the count.
    var total: Double
}

extension MetricView {
    /// The points, whatever their kind.
    var points: [AggregationPoint] {
        let numbers = self.numberPoints.map { point in
            AggregationPoint(
                attributes: point.attributes,
                start: point.startTime?.unixNanoseconds ?? 0,
                time: point.time.unixNanoseconds,
                exemplars: point.exemplars,
                total: point.value.asDouble
            )
        }
        let histograms = self.histogramPoints.map { point in
            AggregationPoint(
                attributes: point.attributes,
                start: point.startTime?.unixNanoseconds ?? 0,
                time: point.time.unixNanoseconds,
                exemplars: point.exemplars,
                total: Double(point.count)
            )
        }
        let exponential = self.exponentialHistogramPoints.map { point in
            AggregationPoint(
                attributes: point.attributes,
                start: point.startTime?.unixNanoseconds ?? 0,
                time: point.time.unixNanoseconds,
                exemplars: point.exemplars,
                total: Double(point.count)
            )
        }
        return numbers + histograms + exponential
    }
}

extension OTelContext {
    /// A context whose span is one of another process.
    static func inSpan(_ id: UInt64, sampled: Bool) -> OTelContext {
        let context = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(id),
            traceFlags: sampled ? .sampled : [],
            isRemote: true
        )
        return OTelContext(span: OTelSpan(context))
    }
}
