import CBench
import Glibc
import Synchronization

/// Several kinds of work, each done by one thread and by two at once, all in turn, in one process.
///
/// A burst counts only when its threads were on a core all the time, less than 5 % of their wall time without CPU, and,
/// where there are two, at the same time.
final class TwoThreads: Sendable {
    static let size = 1000
    /// Each does its kind `size` times.
    private let works: [@Sendable () -> Void]
    /// Brings everything back to where a burst may begin.
    private let settle: @Sendable () -> Void
    /// The number of the burst that both are to make next; -1 ends the second thread.
    private let wanted = Atomic(0)
    private let ready = Atomic(0)
    private let done = Atomic(0)
    private let other = Mutex(Burst())

    init(_ works: [@Sendable () -> Void], settle: @escaping @Sendable () -> Void) {
        self.works = works
        self.settle = settle
    }

    /// Takes up to 4 s.
    func measure() throws -> [Comparison] {
        let thread = try self.startOther()
        _ = cbench_pin(0)
        var results = self.works.map { _ in Comparison() }
        var round = 0
        let deadline = nanoseconds(CLOCK_MONOTONIC) + 4_000_000_000
        while round < 1000, nanoseconds(CLOCK_MONOTONIC) < deadline || round < 20 {
            for kind in self.works.indices { self.compare(kind, round, &results[kind]) }
            round += 1
        }
        self.wanted.store(-1, ordering: .releasing)
        pthread_join(thread, nil)
        return results
    }

    private func compare(_ kind: Int, _ round: Int, _ result: inout Comparison) {
        result.bursts += 1
        let single = self.burst(kind)
        self.settle()
        let (first, second) = self.both(round * self.works.count + kind + 1)
        self.settle()
        // The first ones warm up.
        let counts = round >= 10 && [single, first, second].allSatisfy(\.isUndisturbed) && first.overlaps(second)
        guard counts else { return }
        result.alone.append(single.perCall)
        result.together.append((first.perCall + second.perCall) / 2)
    }

    private func burst(_ kind: Int) -> Burst {
        var burst = Burst()
        burst.start = nanoseconds(CLOCK_MONOTONIC)
        let cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
        self.works[kind]()
        burst.cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu
        burst.end = nanoseconds(CLOCK_MONOTONIC)
        return burst
    }

    private func both(_ number: Int) -> (Burst, Burst) {
        self.wanted.store(number, ordering: .releasing)
        while self.ready.load(ordering: .acquiring) != number { sched_yield() }
        let mine = self.burst((number - 1) % self.works.count)
        while self.done.load(ordering: .acquiring) != number { sched_yield() }
        return (mine, self.other.withLock { $0 })
    }

    private func startOther() throws -> pthread_t {
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<TwoThreads>.fromOpaque(context).takeUnretainedValue().followBursts() }
                return nil
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        guard result == 0 else { throw Failure("no second thread: error \(result)") }
        return thread
    }

    /// Asleep most of the time, so that it does not take a core from the first while that is alone.
    private func followBursts() {
        _ = cbench_pin(1)
        var last = 0
        while true {
            let wanted = self.wanted.load(ordering: .acquiring)
            if wanted < 0 { return }
            guard wanted != last else {
                usleep(20)
                continue
            }
            last = wanted
            self.ready.store(wanted, ordering: .releasing)
            let mine = self.burst((wanted - 1) % self.works.count)
            self.other.withLock { $0 = mine }
            self.done.store(wanted, ordering: .releasing)
        }
    }
}

/// Nanoseconds a call, burst by burst.
struct Comparison {
    var bursts = 0
    var alone: [Double] = []
    var together: [Double] = []

    /// As JSON.
    var description: String {
        #"{"bursts":\#(self.bursts),"undisturbed":\#(self.alone.count),"#
            + #""one_ns":\#(Self.median(self.alone)),"two_ns":\#(Self.median(self.together))}"#
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}

/// What one thread took for its calls.
private struct Burst {
    var start: UInt64 = 0
    var end: UInt64 = 0
    var cpu: UInt64 = 0

    var wall: Double { Double(self.end - self.start) }
    var perCall: Double { self.wall / Double(TwoThreads.size) }
    var isUndisturbed: Bool { Double(self.cpu) > 0.95 * self.wall }

    /// Whether both were at work for nine tenths of the time.
    func overlaps(_ other: Burst) -> Bool {
        let start = max(self.start, other.start)
        let end = min(self.end, other.end)
        return end > start && Double(end - start) > 0.9 * max(self.wall, other.wall)
    }
}

private func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
