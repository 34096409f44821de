import OTLPProto
import OTelAPI
import OTelWire

@testable import PrometheusExporter

extension MetricView {
    private static let resource = EncodedResource(attributes: [:], schemaURL: nil)

    /// A metric as a reader would hand it over.
    static func of(_ metric: MetricData, scope: OTelScope = OTelScope("")) -> MetricView {
        let points = metric.encodedPoints
        let record = MetricRecord(metric.head, pointBytes: points.reduce(0) { $0 + $1.fieldSize })
        let chunk = Chunk(capacity: Chunk.footprint(record.size))
        let start = chunk.base + Chunk.headerSize
        _ = record.putEnd(to: points.reduce(record.putStart(to: start)) { $1.put(to: $0) })
        return MetricView(
            RecordView(
                UnsafeRawBufferPointer(start: start, count: record.size),
                in: chunk,
                kind: .metric,
                scope: EncodedScope(scope),
                resource: self.resource
            )
        )
    }

    static func counter(
        _ name: String = "c",
        _ value: Number = .int(1),
        unit: String = "",
        description: String = "",
        attributes: OTelAttributes = [:],
        scope: OTelScope = OTelScope("")
    ) -> MetricView {
        let point = NumberPoint(value, attributes: attributes, time: .end)
        let points = MetricPoints.sum([point], .cumulative, isMonotonic: true)
        return .of(MetricData(name, description: description, unit: unit, points: points), scope: scope)
    }

    static func gauge(
        _ name: String = "g",
        _ value: Number = .int(1),
        unit: String = "",
        attributes: OTelAttributes = [:],
        scope: OTelScope = OTelScope("")
    ) -> MetricView {
        let points = MetricPoints.gauge([NumberPoint(value, attributes: attributes, time: .end)])
        return .of(MetricData(name, unit: unit, points: points), scope: scope)
    }

    static func histogram(_ name: String = "h", _ point: HistogramPoint) -> MetricView {
        .of(MetricData(name, points: .histogram([point], .cumulative)))
    }
}

extension OTelTimestamp {
    static let start = OTelTimestamp(unixNanoseconds: 1_000_000_000)
    static let end = OTelTimestamp(unixNanoseconds: 2_000_000_000)
}

/// What a scrape shows of some metrics, and the warnings on the way.
struct Scrape {
    let text: String
    let warnings: [String]

    init(
        _ metrics: [MetricView],
        _ format: ExpositionFormat = .text004,
        resource: OTelAttributes = [:],
        _ change: (inout ExpositionOptions) -> Void = { _ in }
    ) {
        let warnings = Warnings()
        var options = ExpositionOptions()
        options.warn = { warnings.add($1) }
        change(&options)
        var converter = MetricConverter()
        let converted = converter.convert(metrics, warn: options.warn)
        let exposition = Exposition(of: converted, resource: resource, options, format)
        self.text = String(decoding: exposition.bytes, as: UTF8.self)
        self.warnings = warnings.all
    }

    var lines: [String] { self.text.split(separator: "\n").map(String.init) }
    /// Without comments.
    var samples: [String] { self.lines.filter { !$0.hasPrefix("#") } }
}
