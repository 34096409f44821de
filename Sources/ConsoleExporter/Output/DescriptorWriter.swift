import OTelSDK

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes whole lines to a file descriptor: one write a batch where the other side takes it all, and never longer than
/// allowed where it does not.
///
/// A broken pipe is an error, not a signal: all signals are blocked on the threads of pipelines, and the one that a
/// broken pipe raises is for the writing thread alone.
final class DescriptorWriter: LineWriter {
    private enum Failure { case cancelled, outOfTime, system(errno: Int32) }

    private let descriptor: Int32
    private let name: String
    private let turn: WriteTurn
    private let mayOpenAgain: Bool
    private var target: DescriptorTarget?
    /// The rest of a line that could not be finished: it goes first, so that the next line is a line of its own.
    private var unfinished: [UInt8] = []

    init(_ descriptor: Int32, name: String, mayOpenAgain: Bool = true) {
        self.descriptor = descriptor
        self.mayOpenAgain = mayOpenAgain
        self.name = name
        self.turn = .shared(for: descriptor)
    }

    func write(_ lines: UnsafeRawBufferPointer, by deadline: Deadline, unless signal: CancelFlag) throws(ExportError) {
        guard self.turn.take(by: deadline, unless: signal) else {
            throw self.error(signal.isRaised ? .cancelled : .outOfTime)
        }
        defer { self.turn.giveBack() }
        guard self.follow() else { throw self.error(.system(errno: EBADF)) }
        try self.finishLine(by: deadline, unless: signal)
        let (count, failure) = self.writeAll(lines, by: deadline, unless: signal)
        guard let failure else { return }
        self.unfinished = Self.restOfLine(lines, from: count)
        throw self.error(failure)
    }

    /// Keeps up with a descriptor that was redirected; false when it is closed.
    private func follow() -> Bool {
        guard let identity = DescriptorTarget.Identity(self.descriptor) else { return false }
        if self.target?.identity != identity {
            self.target = DescriptorTarget(self.descriptor, identity, mayOpenAgain: self.mayOpenAgain)
            self.unfinished = []
        }
        return true
    }

    private func finishLine(by deadline: Deadline, unless signal: CancelFlag) throws(ExportError) {
        guard !self.unfinished.isEmpty else { return }
        let (count, failure) = self.unfinished.withUnsafeBytes { self.writeAll($0, by: deadline, unless: signal) }
        self.unfinished.removeFirst(count)
        if let failure { throw self.error(failure) }
    }

    private func writeAll(
        _ bytes: UnsafeRawBufferPointer,
        by deadline: Deadline,
        unless signal: CancelFlag
    ) -> (count: Int, Failure?) {
        var count = 0
        var refusals: Int32 = 0
        while count < bytes.count {
            if signal.isRaised { return (count, .cancelled) }
            switch self.target?.attempt(UnsafeRawBufferPointer(rebasing: bytes[count...])) {
            case .wrote(let more):
                count += more
                refusals = 0
            case .wouldBlock:
                if deadline.isOver { return (count, .outOfTime) }
                self.rest(until: deadline, refusals: refusals)
                refusals = min(refusals + 1, 50)
            case .failed(let number):
                return (count, .system(errno: number))
            case nil:
                return (count, .system(errno: EBADF))
            }
        }
        return (count, nil)
    }

    /// Waits for room.
    ///
    /// What says that it has room and takes nothing all the same is asked less and less often.
    private func rest(until deadline: Deadline, refusals: Int32) {
        if refusals > 2 { _ = poll(nil, 0, refusals) }
        let slice = min(deadline.remaining, .milliseconds(50))
        self.target?.wait(milliseconds: max(1, Int32(slice / .milliseconds(1))))
    }

    /// What is missing of the line that `count` bytes have cut; empty when they end with a line.
    static func restOfLine(_ lines: UnsafeRawBufferPointer, from count: Int) -> [UInt8] {
        guard count > 0, count < lines.count, lines[count - 1] != 0x0a else { return [] }
        let rest = lines[count...]
        let end = rest.firstIndex(of: 0x0a) ?? rest.index(before: rest.endIndex)
        return Array(rest[...end])
    }

    private func error(_ failure: Failure) -> ExportError {
        switch failure {
        case .cancelled:
            ExportError(.cancelled, "nobody reads \(self.name), and the time to shut down is over")
        case .outOfTime:
            ExportError(.unavailable, "nobody reads \(self.name); lines are dropped until somebody does")
        case .system(let number):
            ExportError(.unavailable, "\(self.name) cannot be written to: \(String(cString: strerror(number)))")
        }
    }
}
