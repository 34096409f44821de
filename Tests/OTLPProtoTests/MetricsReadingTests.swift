import OTLPProto
import OTelAPI
import OTelWire
import TestSupport
import Testing

@Suite("Metrics of all kinds, against another implementation")
struct MetricsReadingTests {
    /// Paths of the messages inside an export request whose fields may stand in any order.
    private static let messages: Set<[Int]> = {
        let metric = [1, 2, 2]
        let points = [5, 7, 9, 10, 11].flatMap { data in
            [metric + [data], metric + [data, 1]] + (1...11).map { metric + [data, 1, $0] }
        }
        // Packed numbers are no messages, and attributes are as everywhere else.
        let others: [[Int]] = [[9, 1, 6], [9, 1, 7], [5, 1, 7], [7, 1, 7], [9, 1, 9], [10, 1, 1], [11, 1, 7]]
        return Set([[1], [1, 1], [1, 2], [1, 2, 1], metric] + points).subtracting(others.map { metric + $0 })
    }()

    @Test("what protoc encoded reads as what it means", arguments: MetricsVectors.all)
    func reads(name: String, bytes: [UInt8], metric: MetricData) throws {
        let view = try #require(RecordBatch(request: bytes).metrics.first)
        #expect(MetricData(view) == metric)
    }

    @Test("what is written is, field by field, what protoc encoded", arguments: MetricsVectors.all)
    func writes(name: String, bytes: [UInt8], metric: MetricData) throws {
        let request = RecordBatch.of(metric).request
        #expect(request.count == bytes.count)
        #expect(canonical(request, Self.messages) == canonical(bytes, Self.messages))
        #expect(canonical(bytes, Self.messages) != nil)
    }

    @Test("ten thousand ranges are the bytes that protoc writes")
    func huge() throws {
        let point = MetricView.ExponentialHistogramPoint(
            scale: 20,
            positive: .init(offset: -5000, counts: (0..<10_000).map { (i: UInt64) in i &* i &* i &* i &* i }),
            negative: .init(offset: 1, counts: [300]),
            startTime: OTelTimestamp(unixNanoseconds: 1),
            time: OTelTimestamp(unixNanoseconds: 1_544_712_660_000_000_000)
        )
        let metric = MetricData("huge", points: .exponentialHistogram([point], .cumulative))
        let batch = RecordBatch.of(metric)
        let request = batch.request
        #expect(request.count == 88_419)
        let hash = request.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        #expect(hash == 0x514e_6b12_2d01_8b27)
        #expect(try #require(batch.metrics.first.flatMap(MetricData.init)) == metric)
    }

    @Test("points without anything are written and read")
    func empty() throws {
        let time = OTelTimestamp(unixNanoseconds: 5)
        let all: [MetricPoints] = [
            .gauge([MetricView.NumberPoint(.double(0), time: time)]),
            .histogram([MetricView.HistogramPoint(bucketCounts: [], bounds: [], time: time)], .delta),
            .exponentialHistogram([MetricView.ExponentialHistogramPoint(scale: 0, time: time)], .cumulative),
            .summary([MetricView.SummaryPoint(count: 0, sum: 0, time: time)]),
            .sum([], .delta, isMonotonic: false),
        ]
        for points in all {
            let metric = MetricData("", points: points)
            let view = try #require(RecordBatch.of(metric).metrics.first)
            #expect(MetricData(view) == metric)
        }
    }

    @Test("the points of one kind are no points of another")
    func kinds() throws {
        for (name, bytes, _) in MetricsVectors.all {
            let view = try #require(RecordBatch(request: bytes).metrics.first)
            #expect(view.numberPoints.isEmpty == (name != "gauge" && name != "sum"))
            #expect(view.histogramPoints.isEmpty == (name != "histogram"))
            #expect(view.exponentialHistogramPoints.isEmpty == (name != "exponential histogram"))
            #expect(view.summaryPoints.isEmpty == (name != "summary"))
        }
    }

    @Test("a metric without known data or temporality has no copy")
    func unknown() throws {
        let noData = try #require(batch(.metrics, messages: [[0x0a, 1, 0x6d]]).metrics.first)
        #expect(noData.kind == .other)
        #expect(MetricData(noData) == nil)
        let noTemporality = try #require(batch(.metrics, messages: [[0x0a, 1, 0x6d, 0x3a, 0]]).metrics.first)
        #expect(noTemporality.kind == .sum)
        #expect(MetricData(noTemporality) == nil)
    }

    @Test("repeated numbers are read one by one, in parts, and with half a number at the end")
    func unpacked() throws {
        var message = ByteBuffer()
        message.message(0x52) { data in
            data.message(0x0a) { point in
                point.varintField(0x30, 5)  // zigzag
                point.message(0x42) { buckets in
                    buckets.varintField(0x08, 3)
                    buckets.varintField(0x10, 1)
                    buckets.bytesField(0x12, [2, 0x81, 1])
                }
                point.message(0x42) { $0.bytesField(0x12, [5, 0x80]) }
            }
        }
        let metric = try #require(batch(.metrics, messages: [message.array()]).metrics.first)
        let point = try #require(metric.exponentialHistogramPoints.first)
        #expect(point.scale == -3)
        #expect(point.positive == .init(offset: -2, counts: [1, 2, 129, 5]))
    }

    @Test("unknown fields and fields of other wire types are passed over", arguments: MetricsVectors.all)
    func unknownFields(name: String, bytes: [UInt8], metric: MetricData) throws {
        // Field 100 of every wire type, and the known fields as 32-bit numbers.
        let unknown = OTLPProtoTests.bytes(hex: "a00601a10600000000000000" + "00a2060161a50600000000")
        let wrong: [UInt8] = (1...14).flatMap { number in [UInt8(number << 3 | 5), 1, 0, 0, 0] }
        let request = try #require(Self.appending(unknown + wrong, to: bytes, path: []))
        let view = try #require(RecordBatch(request: request).metrics.first)
        #expect(MetricData(view) == metric)
    }

    /// The message with `extra` behind the data, the points and what they consist of.
    private static func appending(_ extra: [UInt8], to message: [UInt8], path: [Int]) -> [UInt8]? {
        var buffer = ByteBuffer()
        let isComplete = message.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            while let field = reader.next() {
                let place = path + [field.number]
                switch field.value {
                case .bytes(let value) where self.messages.contains(place):
                    guard let inner = self.appending(extra, to: Array(value), path: place) else { return false }
                    buffer.bytesField(UInt8(field.number << 3 | 2), inner)
                case .bytes(let value): buffer.bytesField(UInt8(field.number << 3 | 2), Array(value))
                case .varint(let value): buffer.varintField(UInt8(field.number << 3), value)
                case .fixed64(let value): buffer.fixed64Field(UInt8(field.number << 3 | 1), value)
                case .fixed32: return false
                }
            }
            return !reader.isMalformed
        }
        guard isComplete else { return nil }
        if path.count > 3 { buffer.append(extra) }
        return buffer.array()
    }

    @Test("truncated and mutated metrics are read as far as they go", arguments: MetricsVectors.all)
    func hostile(name: String, bytes: [UInt8], metric: MetricData) {
        for count in 0..<bytes.count { Self.readAll(RecordBatch(request: Array(bytes[..<count]))) }
        guard let message = RecordBatch(request: bytes).views.first.map({ Array($0.message) }) else { return }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            var mutated = message
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutated[Int.random(in: 0..<message.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            Self.readAll(batch(.metrics, messages: [mutated]))
        }
    }

    private static func readAll(_ batch: RecordBatch) {
        for view in batch.metrics {
            _ = (MetricData(view)?.encodedPoints.count, view.numberPoints.count)
            for point in view.exponentialHistogramPoints {
                _ = point.lowerBound(ofBucket: Int(point.positive.offset))
            }
        }
    }
}
