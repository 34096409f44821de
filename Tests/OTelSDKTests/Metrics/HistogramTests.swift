import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Histograms")
struct HistogramTests {
    private static let defaults: [Double] = [
        0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000,
    ]

    @Test(
        "count a value in the range whose inclusive upper bound is next",
        .matrix(77, 119),
        arguments: [
            (value: -3.0, bucket: 0), (value: 0, bucket: 0), (value: -0.0, bucket: 0), (value: 0.001, bucket: 1),
            (value: 5, bucket: 1), (value: 5.001, bucket: 2), (value: 75, bucket: 5), (value: 76, bucket: 6),
            (value: 250, bucket: 7), (value: 7500.5, bucket: 14), (value: 10000, bucket: 14),
            (value: 10000.001, bucket: 15), (value: .greatestFiniteMagnitude, bucket: 15),
            (value: .infinity, bucket: 15), (value: -.infinity, bucket: 0), (value: .leastNonzeroMagnitude, bucket: 1),
        ]
    )
    func buckets(value: Double, bucket: Int) throws {
        let harness = try MetricsHarness()
        harness.meter().histogram("h", of: Double.self).record(value)
        let metrics = try harness.collect()
        let point = try #require(metrics.histogram("h"))
        #expect(metrics.named("h")?.kind == .histogram)
        #expect(point.bounds == Self.defaults)
        #expect(point.bucketCounts.count == 16)
        #expect(point.bucketCounts.firstIndex(of: 1) == bucket)
        #expect(point.count == 1)
    }

    @Test("keep count, sum, least and greatest of each series")
    func summary() throws {
        let harness = try MetricsHarness()
        let histogram = harness.meter().histogram("h", of: Double.self, unit: "s")
        for value in [3.0, 0.5, 7.25] { histogram.record(value, ["path": "/"]) }
        histogram.record(1)
        let metrics = try harness.collect()
        let point = try #require(metrics.histogram("h", ["path": "/"]))
        #expect(point.count == 3)
        #expect(point.sum == 10.75)
        #expect(point.min == 0.5)
        #expect(point.max == 7.25)
        #expect(metrics.histogram("h")?.count == 1)
        #expect(metrics.named("h")?.unit == "s")
    }

    @Test("count integers")
    func integers() throws {
        let harness = try MetricsHarness()
        let histogram = harness.meter().histogram("h")
        histogram.record(7)
        histogram.record(300, ["a": 1])
        let metrics = try harness.collect()
        #expect(metrics.histogram("h")?.sum == 7)
        #expect(metrics.histogram("h", ["a": 1])?.bucketCounts[8] == 1)
    }

    @Test(
        "use the boundaries that are advised, unless they are unusable",
        .matrix(92),
        arguments: [
            (advice: nil, used: HistogramTests.defaults),
            (advice: [1, 2, 3], used: [1, 2, 3]),
            (advice: [-1.5], used: [-1.5]),
            (advice: [], used: []),
            (advice: Array(stride(from: 0.0, to: 40, by: 1)), used: Array(stride(from: 0.0, to: 40, by: 1))),
            (advice: [1, 1], used: HistogramTests.defaults),
            (advice: [2, 1], used: HistogramTests.defaults),
            (advice: [1, .nan], used: HistogramTests.defaults),
            (advice: [1, .infinity], used: HistogramTests.defaults),
        ] as [([Double]?, [Double])]
    )
    func boundaries(advice: [Double]?, used: [Double]) throws {
        let harness = try MetricsHarness()
        let histogram = harness.meter().histogram("h", of: Double.self, boundaries: advice)
        let values = [-2.0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 17, 39, 100]
        for value in values { histogram.record(value) }
        let point = try #require(try harness.collect().histogram("h"))
        #expect(point.bounds == used)
        var expected = [UInt64](repeating: 0, count: used.count + 1)
        for value in values { expected[used.firstIndex { value <= $0 } ?? used.count] += 1 }
        #expect(point.bucketCounts == expected)
    }

    @Test("are not poisoned by NaN and infinities")
    func notFinite() throws {
        let harness = try MetricsHarness()
        let histogram = harness.meter().histogram("h", of: Double.self)
        for value in [1, .nan, .infinity, 2.5] { histogram.record(value) }
        histogram.record(.infinity, ["only": true])
        let metrics = try harness.collect()
        let point = try #require(metrics.histogram("h"))
        #expect(point.count == 3)
        #expect(point.sum == 3.5)
        #expect(point.min == 1)
        #expect(point.max == 2.5)
        let only = try #require(metrics.histogram("h", ["only": true]))
        #expect(only.count == 1)
        #expect(only.sum == 0)
        #expect(only.min == nil)
        #expect(only.max == nil)
    }

    @Test("leave out the sum when a value was negative")
    func negative() throws {
        let harness = try MetricsHarness()
        let histogram = harness.meter().histogram("h", of: Double.self)
        histogram.record(-1)
        histogram.record(5)
        let point = try #require(try harness.collect().histogram("h"))
        #expect(point.sum == nil)
        #expect(point.min == -1)
        #expect(point.max == 5)
    }

    @Test("give each delta interval its own least and greatest")
    func deltaExtremes() throws {
        let harness = try MetricsHarness(.delta)
        let histogram = harness.meter().histogram("h", of: Double.self)
        histogram.record(1)
        histogram.record(9)
        let first = try #require(try harness.collect().histogram("h"))
        #expect(first.min == 1 && first.max == 9 && first.count == 2 && first.sum == 10)
        histogram.record(4)
        let second = try #require(try harness.collect().histogram("h"))
        #expect(second.min == 4 && second.max == 4 && second.count == 1 && second.sum == 4)
        #expect(second.bucketCounts.reduce(0, +) == 1)
        #expect(try harness.collect().isEmpty)
    }

    @Test("are consistent while several threads record", .matrix(97))
    func consistencyConcurrentSafe() throws {
        let harness = try MetricsHarness([(.cumulative, 2000), (.delta, 2000)])
        let histogram = harness.meter().histogram("h", of: Double.self)
        let done = OnceFlag()
        let intervals = Mutex<[MetricView.HistogramPoint]>([])
        onThreads(4) { index in
            guard index > 0 else {
                while !done.isSet {
                    guard let point = try? harness.readers[1].collect().histogram("h") else { continue }
                    intervals.withLock { $0.append(point) }
                }
                return
            }
            for _ in 0..<400_000 { histogram.record(2) }
            done.count(until: 3)
        }
        let points = try intervals.withLock { $0 } + [harness.readers[1].collect().histogram("h")].compactMap { $0 }
        // Every value is 2: a torn reading would show as another sum.
        #expect(points.allSatisfy { $0.sum == Double($0.count) * 2 && $0.bucketCounts.reduce(0, +) == $0.count })
        #expect(points.reduce(0) { $0 + ($1.sum ?? 0) } == 2_400_000)
        let point = try #require(try harness.collect().histogram("h"))
        #expect(point.count == 1_200_000)
        #expect(point.sum == 2_400_000)
    }
}
