import CFuzz
import Foundation
import Synchronization

/// A case in which a rule did not hold.
struct Failure: Sendable {
    let number: UInt64
    let rule: String
}

/// What the threads share.
private final class Progress: Sendable {
    let next: Atomic<UInt64>
    let failure = Mutex<Failure?>(nil)

    init(first: UInt64) {
        self.next = Atomic(first)
    }
}

/// Many cases on all cores.
struct Run: Sendable {
    let cases: UInt64
    let seed: UInt64
    let first: UInt64

    /// What a case may take, in nanoseconds of CPU time; the largest have megabytes.
    private static let slow: UInt64 = 100_000_000
    /// Cases that a thread takes at once.
    private static let chunk: UInt64 = 10_000

    /// The first broken rule of all, by the number of its case; nil when all cases passed.
    func run(cores: Int) async -> Failure? {
        let progress = Progress(first: self.first)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<cores { group.addTask { self.work(progress) } }
        }
        return progress.failure.withLock { $0 }
    }

    private func work(_ progress: Progress) {
        let end = self.first + self.cases
        while progress.failure.withLock({ $0 == nil }) {
            let start = progress.next.wrappingAdd(Self.chunk, ordering: .relaxed).oldValue
            if start >= end { return }
            for number in start..<min(end, start + Self.chunk) {
                guard let broken = self.failure(number) else { continue }
                return progress.failure.withLock { failure in
                    if number < failure?.number ?? .max { failure = Failure(number: number, rule: broken.rule) }
                }
            }
        }
    }

    /// What fails again and again.
    ///
    /// Trace states are kept in a ring that all threads share: a thread that was put aside for long may find that of its
    /// case displaced by the others'. That does not happen three times in a row, and what is wrong does.
    private func failure(_ number: UInt64) -> Broken? {
        for _ in 0..<2 where self.attempt(number) == nil { return nil }
        return self.attempt(number)
    }

    private func attempt(_ number: UInt64) -> Broken? {
        cfuzz_enter_case(number)
        let start = cfuzz_thread_time()
        do throws(Broken) { try Case.run(number, seed: self.seed) } catch { return error }
        let time = cfuzz_thread_time() - start
        return time > Self.slow ? Broken("took \(time / 1_000_000) ms") : nil
    }
}

/// Memory of the process, in KiB.
enum Memory {
    static var resident: Int { self.status("VmRSS:") }
    static var peak: Int { self.status("VmHWM:") }

    private static func status(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
