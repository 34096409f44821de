import OTLPProto
import OTelAPI
import OTelWire
import TestSupport
import Testing

@Suite("Metrics on the wire")
struct MetricsEncodingTests {
    // The golden vectors were made by protoc from the OTLP 1.11 definitions.

    private static let sumVector = bytes(
        hex: "0a41123f123d0a01631a01313a350a1b110100000000000000190200000000000000310000000000000000"
            + "0a1219020000000000000031ffffffffffffffff10021801"
    )

    private static let histogramVector = bytes(
        hex:
            "0a880112850112520a01684a4d0a491902000000000000002103000000000000002900000000000000003210010000000000000002"
            + "000000000000003a080000000000001440590000000000000000610000000000001e401001122f0a0165522a0a26190200000000"
            + "000000212d01000000000000300139010000000000000042070803120300ac021002"
    )

    @Test("a sum made by protoc reads as what it is")
    func readsSum() throws {
        let metric = try #require(RecordBatch(request: Self.sumVector).metrics.first)
        #expect(metric.name == "c")
        #expect(metric.unit == "1")
        #expect(metric.kind == .sum)
        #expect(metric.isMonotonic)
        #expect(metric.temporality == .cumulative)
        #expect(metric.numberPoints.map(\.value) == [.int(0), .int(-1)])
        #expect(metric.numberPoints.map(\.startTime) == [OTelTimestamp(unixNanoseconds: 1), nil])
        #expect(metric.numberPoints.map(\.time.unixNanoseconds) == [2, 2])
        #expect(metric.histogramPoints.isEmpty)
    }

    @Test("histograms made by protoc read as what they are")
    func readsHistogram() throws {
        let metrics = RecordBatch(request: Self.histogramVector).metrics
        #expect(metrics.map(\.name) == ["h", "e"])
        #expect(metrics.map(\.kind) == [.histogram, .exponentialHistogram])
        #expect(metrics[0].temporality == .delta)
        let point = try #require(metrics[0].histogramPoints.first)
        #expect(point.time.unixNanoseconds == 2)
        #expect(point.count == 3)
        #expect(point.sum == 0)
        #expect(point.bucketCounts == [1, 2])
        #expect(point.bounds == [5])
        #expect(point.min == 0)
        #expect(point.max == 7.5)
        #expect(metrics[1].numberPoints.isEmpty && metrics[1].histogramPoints.isEmpty)
    }

    @Test("a sum is written as protoc writes it, with start times where there is none in the vector")
    func writesSum() throws {
        let head = MetricHead(name: "c", description: "", unit: "1", shape: .sum(.cumulative, isMonotonic: true))
        let points = [
            NumberPoint(attributes: [], start: 1, time: 2, bits: 0, isInteger: true),
            NumberPoint(attributes: [], start: 0, time: 2, bits: UInt64(bitPattern: -1), isInteger: true),
        ]
        let batch = RecordBatch.of(head, points)
        let golden = try #require(RecordBatch(request: Self.sumVector).metrics.first)
        let metric = try #require(batch.metrics.first)
        #expect(metric.numberPoints == golden.numberPoints)
        #expect(metric.temporality == golden.temporality && metric.isMonotonic == golden.isMonotonic)
        // The first point, and all around the points, byte for byte.
        #expect(hex(batch.request).contains("0a1b110100000000000000190200000000000000310000000000000000"))
        #expect(hex(batch.request).hasSuffix("10021801"))
    }

    @Test("a histogram is written as protoc writes it")
    func writesHistogram() throws {
        let head = MetricHead(name: "h", description: "", unit: "", shape: .histogram(.delta))
        let counts: [UInt64] = [1, 2]
        let bounds = [5.0]
        let batch = counts.withUnsafeBufferPointer { counts in
            bounds.withUnsafeBufferPointer { bounds in
                var point = HistogramPoint(attributes: [], start: 0, time: 2, counts: counts, bounds: bounds)
                point.sum = 0
                point.min = 0
                point.max = 7.5
                return RecordBatch.of(head, [point])
            }
        }
        let golden = try #require(RecordBatch(request: Self.histogramVector).metrics.first)
        let metric = try #require(batch.metrics.first)
        #expect(metric.histogramPoints == golden.histogramPoints)
        #expect(metric.name == golden.name && metric.temporality == golden.temporality)
    }

    @Test("a gauge carries description, unit and attributes of every type")
    func writesGauge() throws {
        let attributes: OTelAttributes = [
            "s": "text", "i": -1, "d": 1.5, "b": false, "a": [1, "x"], "m": ["k": nil], "e": nil,
            "y": .bytes([0, 255]),
        ]
        let head = MetricHead(name: "g", description: "tells", unit: "Cel", shape: .gauge)
        let point = NumberPoint(
            attributes: attributes.canonicalBytes(NumberPoint.attributesTag),
            start: 3,
            time: 4,
            bits: (21.5).bitPattern,
            isInteger: false
        )
        let batch = RecordBatch.of(head, [point])
        let metric = try #require(batch.metrics.first)
        #expect(metric.kind == .gauge)
        #expect(metric.temporality == nil)
        #expect(metric.description == "tells")
        #expect(metric.unit == "Cel")
        let read = try #require(metric.numberPoints.first)
        #expect(read.attributes == attributes)
        #expect(read.value == .double(21.5))
        #expect(read.startTime?.unixNanoseconds == 3)
    }

    @Test("sizes that need longer lengths are exact", arguments: [0, 100, 127, 128, 16_383, 16_384, 300_000])
    func sizes(nameBytes: Int) throws {
        let name = String(repeating: "n", count: nameBytes)
        let head = MetricHead(name: name, description: "", unit: "", shape: .sum(.delta, isMonotonic: false))
        let points = (0..<(nameBytes / 100 + 1)).map {
            NumberPoint(attributes: [], start: 1, time: 2, bits: UInt64($0), isInteger: true)
        }
        let batch = RecordBatch.of(head, points)
        let metric = try #require(batch.metrics.first)
        #expect(metric.name == name)
        #expect(metric.numberPoints.count == points.count)
        #expect(metric.temporality == .delta)
        #expect(!metric.isMonotonic)
    }
}
