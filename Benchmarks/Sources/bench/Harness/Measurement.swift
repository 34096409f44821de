import CBench
import Glibc

/// Ways to look at a case.
///
/// Each counts the calling thread only.
enum Measurement {
    /// Nanoseconds a call: the minimum and the median of many bursts.
    static func time(_ benchmark: BenchmarkCase) throws -> String {
        let calls = try self.warm(benchmark)
        let size = 1000
        var bursts: [UInt64] = []
        let deadline = self.now() + 2_000_000_000
        while bursts.count < 1000, self.now() < deadline || bursts.count < 20 {
            let start = self.now()
            calls.run(size)
            bursts.append(self.now() - start)
            calls.settle()
        }
        try self.check(calls, self.warmed + bursts.count * size, benchmark.name)
        bursts.sort()
        let minimum = Double(bursts[0]) / Double(size)
        let median = Double(bursts[bursts.count / 2]) / Double(size)
        return #"{"case":"\#(benchmark.name)","ns_min":\#(minimum),"ns_median":\#(median)}"#
    }

    /// Allocations a call, from the difference between N and 2 N calls.
    ///
    /// Under callgrind, both runs are collected, each into a dump of its own.
    static func count(_ benchmark: BenchmarkCase) throws -> String {
        let calls = try self.warm(benchmark)
        let size = Calls.burst / 2
        let single = self.collect { calls.run(size) }
        calls.settle()
        let double = self.collect { calls.run(2 * size) }
        calls.settle()
        try self.check(calls, self.warmed + 3 * size, benchmark.name)
        let allocations = Double(double - single) / Double(size)
        return #"{"case":"\#(benchmark.name)","calls":\#(size),"allocations":\#(allocations)}"#
    }

    private static let warmed = 4 * Calls.burst

    private static func warm(_ benchmark: BenchmarkCase) throws -> Calls {
        let calls = try benchmark.prepare()
        for _ in 0..<4 {
            calls.run(Calls.burst)
            calls.settle()
        }
        return calls
    }

    private static func check(_ calls: Calls, _ count: Int, _ name: String) throws {
        if let problem = calls.problem(count) { throw Failure("\(name), after \(count) calls: \(problem)") }
    }

    /// The allocations of `body`.
    private static func collect(_ body: () -> Void) -> UInt64 {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { body in
                let before = cbench_allocations()
                cbench_collect({ $0.assumingMemoryBound(to: (() -> Void).self).pointee() }, body)
                return cbench_allocations() - before
            }
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Why a measurement is worth nothing.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
