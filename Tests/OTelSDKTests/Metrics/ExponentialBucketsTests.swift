import TestSupport
import Testing

@testable import OTelSDK

@Suite("The buckets that an exponential histogram keeps")
struct ExponentialBucketsTests {
    private static func withBuckets(_ body: (ExponentialBuckets) throws -> Void) rethrows {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: ExponentialBuckets.wordCount)
        let buckets = ExponentialBuckets(words: words)
        buckets.initialize()
        defer {
            buckets.free()
            words.deallocate()
        }
        try body(buckets)
    }

    private static func add(_ indexes: [Int], to buckets: ExponentialBuckets) {
        for index in indexes where !buckets.increment(index) {
            buckets.widen(to: index...index, maxSize: 160)
            _ = buckets.increment(index)
        }
    }

    @Test(
        "reach from the first to the last in use",
        arguments: [
            (indexes: [7], first: 7, counts: [1]),
            (indexes: [7, 7, 9], first: 7, counts: [2, 0, 1]),
            (indexes: [7, 5, 5], first: 5, counts: [2, 0, 1]),
            (indexes: [-3, 1, -5], first: -5, counts: [1, 0, 1, 0, 0, 0, 1]),
            (
                indexes: [100, 120, 90, 100], first: 90,
                counts: [1] + .init(repeating: 0, count: 9) + [2]
                    + .init(repeating: 0, count: 19) + [1]
            ),
        ] as [([Int], Int, [UInt64])]
    )
    func window(indexes: [Int], first: Int, counts: [UInt64]) {
        Self.withBuckets { buckets in
            Self.add(indexes, to: buckets)
            #expect(buckets.first == first)
            #expect(Array(buckets.counts) == counts)
        }
    }

    @Test(
        "say by how much the scale has to fall",
        arguments: [
            (own: [], new: 5, maxSize: 2, halvings: 0),
            (own: [5], new: 6, maxSize: 2, halvings: 0),
            (own: [5], new: 7, maxSize: 2, halvings: 1),
            (own: [4], new: 7, maxSize: 2, halvings: 1),
            (own: [-1], new: 1, maxSize: 2, halvings: 1),
            (own: [-1], new: 1023, maxSize: 2, halvings: 10),
            (own: [0], new: 159, maxSize: 160, halvings: 0),
            (own: [0], new: 160, maxSize: 160, halvings: 1),
            (own: [-1_126_170_624], new: 1_073_741_823, maxSize: 2, halvings: 31),
        ] as [([Int], Int, Int, Int)]
    )
    func halvings(own: [Int], new: Int, maxSize: Int, halvings: Int) {
        Self.withBuckets { buckets in
            Self.add(own, to: buckets)
            #expect(buckets.halvings(toFit: new...new, maxSize: maxSize) == halvings)
        }
    }

    @Test("are merged with their neighbours when the scale falls")
    func downscale() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let base = Int.random(in: -1000...1000, using: &random)
            let indexes = (0..<20).map { _ in base + Int.random(in: 0..<150, using: &random) }
            let halvings = Int.random(in: 0...12, using: &random)
            Self.withBuckets { buckets in
                Self.withBuckets { expected in
                    Self.add(indexes, to: buckets)
                    buckets.downscale(by: halvings)
                    Self.add(indexes.map { $0 >> halvings }, to: expected)
                    #expect(buckets.first == expected.first)
                    #expect(Array(buckets.counts) == Array(expected.counts))
                    // Nothing was left behind in the room that is free again.
                    let all = (base >> halvings)...(base >> halvings + 159)
                    buckets.widen(to: all, maxSize: 160)
                    #expect(buckets.counts.reduce(0, +) == 20)
                }
            }
        }
    }

    @Test("keep their room when they are cleared")
    func clear() {
        Self.withBuckets { buckets in
            Self.add(Array(0..<100), to: buckets)
            let room = buckets.words[1]
            buckets.clear()
            #expect(buckets.isEmpty)
            #expect(buckets.words[1] == room)
            Self.add([-20, 50], to: buckets)
            #expect(buckets.counts.reduce(0, +) == 2)
            #expect(buckets.words[1] == room)
        }
    }

    @Test("have no room beyond their limit")
    func room() {
        Self.withBuckets { buckets in
            #expect(buckets.words[1] == 0)
            var rooms: [UInt64] = []
            for index in 0..<160 {
                Self.add([index], to: buckets)
                if rooms.last != buckets.words[1] { rooms.append(buckets.words[1]) }
            }
            #expect(rooms == [8, 16, 32, 64, 128, 160])
        }
    }
}
