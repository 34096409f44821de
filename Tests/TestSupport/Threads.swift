import Foundation
import Synchronization

/// Plain threads for tests: not Swift's cooperative pool, so they may block.
///
/// An `#expect` on such a thread does not know which test it belongs to: return what is to be checked instead.
package enum Threads {
    /// Runs `body` on `count` threads at once, with their numbers, and returns their results in this order when all
    /// have ended.
    @discardableResult
    package static func run<Result: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (Int) -> Result
    ) -> [Result] {
        let group = DispatchGroup()
        let results = Mutex<[Int: Result]>([:])
        let store: @Sendable (Int, Result) -> Void = { index, result in results.withLock { $0[index] = result } }
        for index in 0..<count {
            group.enter()
            let thread = Thread {
                store(index, body(index))
                group.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        group.wait()
        return results.withLock { results in (0..<count).compactMap { results[$0] } }
    }

    /// Polls `condition` until it is true; false after `limit`.
    ///
    /// For what happens on a thread of the SDK unasked.
    package static func wait(upTo limit: Duration = .seconds(10), _ condition: () -> Bool) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while !condition() {
            if clock.now > end { return false }
            usleep(500)
        }
        return true
    }
}

/// A place where threads wait for each other.
package final class Barrier: @unchecked Sendable {
    // Safety: `missing` is touched under `condition`.
    private let condition = NSCondition()
    private var missing: Int

    package init(_ count: Int) {
        self.missing = count
    }

    /// Blocks until as many threads have arrived as the barrier was made for.
    package func arriveAndWait() {
        self.condition.withLock {
            self.missing -= 1
            self.condition.broadcast()
            while self.missing > 0 { self.condition.wait() }
        }
    }
}
