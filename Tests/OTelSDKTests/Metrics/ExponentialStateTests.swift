import Synchronization
import TestSupport
import Testing

@testable import OTelSDK

@Suite("The state of an exponential histogram")
struct ExponentialStateTests {
    @Test(
        "has the best scale for the contrast of its values",
        arguments: [
            (contrast: 1.0, scale: 20), (contrast: 4, scale: 6), (contrast: 20, scale: 5), (contrast: 1e3, scale: 4),
            (contrast: 1e5, scale: 3), (contrast: 1e7, scale: 2),
        ]
    )
    func idealScale(contrast: Double, scale: Int) {
        #expect(ExponentialHistogram(of: [1.001, 1.001 * contrast]).content.scale == scale)
        #expect(ExponentialHistogram(of: [-1.001 * contrast, -1.001]).content.scale == scale)
    }

    @Test("keeps sum, least, greatest, and the number of zeros")
    func summary() {
        let histogram = ExponentialHistogram(of: [3, -0.5, 0, 7.25, -0.0])
        #expect(histogram.sum == 9.75)
        #expect(histogram.least == -0.5)
        #expect(histogram.greatest == 7.25)
        #expect(histogram.content.zeros == 2)
        #expect(histogram.count == 5)
        #expect(!histogram.isEmpty)
    }

    @Test("without values says so")
    func empty() {
        let histogram = ExponentialHistogram()
        #expect(histogram.isEmpty)
        #expect(histogram.least == .infinity)
        #expect(histogram.greatest == -.infinity)
        #expect(histogram.content.scale == 20)
    }

    @Test("takes any range of values into two buckets")
    func twoBuckets() {
        let limits = ExponentialLimits(maxSize: 2)
        let all = ExponentialHistogram(limits, of: [.leastNonzeroMagnitude, 1, .greatestFiniteMagnitude])
        #expect(all.content == ExponentialContent(scale: -11, zeros: 0, positive: [-1: 2, 0: 1], negative: [:]))
        let normal = ExponentialHistogram(limits, of: [.leastNormalMagnitude, .greatestFiniteMagnitude])
        #expect(normal.content == ExponentialContent(scale: -10, zeros: 0, positive: [-1: 1, 0: 1], negative: [:]))
    }

    @Test(
        "begins with the scale it is given, within what is possible",
        arguments: [(given: 20, used: 20), (given: 3, used: 3), (given: 21, used: 20), (given: -11, used: -10)]
    )
    func maxScale(given: Int, used: Int) {
        let limits = ExponentialLimits(maxSize: 0, maxScale: given)
        #expect(limits.maxSize == 2)
        #expect(ExponentialHistogram(limits, of: [7]).content == ExponentialContent([7], scale: used))
    }

    private static let limits = [
        ExponentialLimits(), ExponentialLimits(maxSize: 2), ExponentialLimits(maxSize: 3, maxScale: 4),
        ExponentialLimits(maxSize: 20), ExponentialLimits(maxSize: 1000, maxScale: 0),
    ]

    @Test("counts each value in its bucket at the highest scale that fits", arguments: 0..<5)
    func recording(limits: Int) {
        let limits = Self.limits[limits]
        var random = SeededGenerator(seed: 1)
        for _ in 0..<150 {
            let values = random.histogramValues()
            let histogram = ExponentialHistogram(limits, of: values)
            #expect(histogram.content == ExponentialContent.best(values, limits))
            #expect(histogram.count == UInt64(values.count))
        }
    }

    @Test("merged from several is that of all their values", arguments: 0..<5)
    func merging(limits: Int) {
        let limits = Self.limits[limits]
        var random = SeededGenerator(seed: 2)
        for _ in 0..<80 {
            let parts = (0..<3).map { _ in random.histogramValues() }
            let merged = ExponentialHistogram(limits)
            for part in parts { ExponentialHistogram(limits, of: part).merge(into: merged) }
            let all = ExponentialHistogram(limits, of: parts.flatMap { $0 })
            #expect(merged.content == all.content)
            #expect(merged.least == all.least)
            #expect(merged.greatest == all.greatest)
        }
    }

    @Test("is unchanged when it is merged into another")
    func mergingLeavesSource() {
        let source = ExponentialHistogram(of: [1, 2, -3, 0])
        let before = source.content
        source.merge(into: ExponentialHistogram(of: [1e9, 1e-9]))
        #expect(source.content == before)
    }

    @Test("gives its values away and begins anew at the highest scale, in the memory it has")
    func taking() {
        let values = [1.0, 3, -40, 0, 1e6]
        let cell = ExponentialHistogram(of: values)
        let taken = ExponentialHistogram()
        let room = cell.positiveRoom
        for _ in 0..<2 {
            taken.clear()
            cell.take(into: taken)
            #expect(taken.content == ExponentialContent.best(values, ExponentialLimits()))
            #expect(taken.isNew)
            #expect(taken.sum == 999_964)
            #expect(taken.least == -40)
            #expect(taken.greatest == 1e6)
            #expect(cell.isEmpty)
            #expect(cell.content.scale == 20)
            #expect(cell.sum == 0)
            #expect(cell.positiveRoom == room)
            for value in values { cell.record(value) }
        }
        taken.clear()
        ExponentialHistogram().take(into: taken)
        #expect(taken.isEmpty)
        #expect(!taken.isNew)
    }

    @Test("says that there is something new once values were merged, until it is cleared")
    func newness() {
        let cell = ExponentialHistogram(of: [0])
        let taken = ExponentialHistogram()
        let accumulator = ExponentialHistogram()
        taken.merge(into: accumulator)
        #expect(!accumulator.isNew)
        cell.take(into: taken)
        taken.merge(into: accumulator)
        #expect(accumulator.isNew)
        accumulator.clear()
        #expect(!accumulator.isNew)
        #expect(accumulator.isEmpty)
    }

    @Test("has a finite sum after merging, whatever the values")
    func sumStaysFinite() {
        let accumulator = ExponentialHistogram()
        let huge = ExponentialHistogram(of: [.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect(huge.sum == .infinity)
        huge.merge(into: accumulator)
        huge.merge(into: accumulator)
        #expect(accumulator.sum == .greatestFiniteMagnitude)
        let low = ExponentialHistogram(of: [-.greatestFiniteMagnitude, -.greatestFiniteMagnitude])
        low.merge(into: accumulator)
        #expect(accumulator.sum == -.greatestFiniteMagnitude)
    }

    @Test("loses nothing while one thread records and another takes")
    func takingConcurrentSafe() {
        let cell = ExponentialHistogram()
        let total = ExponentialHistogram()
        let taken = ExponentialHistogram()
        let takenOften = OnceFlag()
        let recorded = OnceFlag()
        let rounds = Mutex(0.0)
        let values = [1.0, 1024, 0.25, -8, 0, 1.5]
        onThreads(2) { thread in
            if thread == 0 {
                while !takenOften.isSet {
                    for value in values { cell.record(value) }
                    rounds.withLock { $0 += 1 }
                }
                recorded.count(until: 1)
            } else {
                while !recorded.isSet {
                    taken.clear()
                    cell.take(into: taken)
                    taken.merge(into: total)
                    if taken.isNew { takenOften.count(until: 100) }
                }
            }
        }
        taken.clear()
        cell.take(into: taken)
        taken.merge(into: total)
        let expected = rounds.withLock { $0 }
        #expect(total.count == UInt64(expected) * 6)
        #expect(total.content.zeros == UInt64(expected))
        #expect(total.content.negative.values.reduce(0, +) == UInt64(expected))
        #expect(total.sum == 1018.75 * expected)
        #expect(total.content.scale == ExponentialContent.best(values, ExponentialLimits()).scale)
    }
}
