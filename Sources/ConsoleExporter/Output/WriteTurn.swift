import OTelSDK
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Whose turn it is to write, so that sinks on one descriptor do not cut each other's lines.
///
/// Waiting ends at the deadline: a sink that is stuck in a stopped terminal holds up nobody for longer.
final class WriteTurn: Sendable {
    private static let standardOutput = WriteTurn()
    private static let standardError = WriteTurn()

    private let isTaken = Atomic(false)

    /// Shared by all that write to the process's own output; any other descriptor has a turn to itself.
    static func shared(for descriptor: Int32) -> WriteTurn {
        switch descriptor {
        case 1: self.standardOutput
        case 2: self.standardError
        default: WriteTurn()
        }
    }

    /// Waits for the turn; false when `deadline` passes or `signal` is raised first.
    func take(by deadline: Deadline, unless signal: CancelFlag) -> Bool {
        while self.isTaken.exchange(true, ordering: .acquiring) {
            if deadline.isOver || signal.isRaised { return false }
            _ = poll(nil, 0, 2)
        }
        return true
    }

    func giveBack() {
        self.isTaken.store(false, ordering: .releasing)
    }
}
