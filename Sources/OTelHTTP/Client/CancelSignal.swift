import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A flag that any thread may raise, with a file descriptor that wakes whoever polls it.
///
/// In place of `curl_multi_wakeup`: that needs a handle that exists, so a lock against its release, and a lock taken
/// at the moment of a `fork` stays taken in the child. This one has no lock, and outlives the handles.
final class CancelSignal: Sendable {
    private let raised = Atomic(false)
    /// Readable after `raise`, until `drain`.
    let descriptor: Int32
    private let writeEnd: Int32

    /// Nil when the process has no file descriptor left.
    init?() {
        guard let ends = Self.makePipe() else { return nil }
        self.descriptor = ends.read
        self.writeEnd = ends.write
    }

    deinit {
        _ = close(self.descriptor)
        _ = close(self.writeEnd)
    }

    var isRaised: Bool {
        self.raised.load(ordering: .sequentiallyConsistent)
    }

    func raise() {
        // The flag first: whoever takes the byte out of the pipe then sees it.
        self.raised.store(true, ordering: .sequentiallyConsistent)
        var byte: UInt8 = 1
        // Fails only with a full pipe, which is as readable as can be.
        _ = write(self.writeEnd, &byte, 1)
    }

    func clear() {
        self.raised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Empties the pipe.
    ///
    /// Look at `isRaised` only afterwards: a `raise` in between is then not lost.
    func drain() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(self.descriptor, &bytes, 16) == 16 {}
    }

    /// In a forked child: parent and child would otherwise wake each other.
    ///
    /// Both ends keep their numbers.
    func renewAfterFork() {
        guard let ends = Self.makePipe() else { return }
        for (new, old) in [(ends.read, self.descriptor), (ends.write, self.writeEnd)] {
            _ = dup2(new, old)
            _ = fcntl(old, F_SETFD, FD_CLOEXEC)
            _ = close(new)
        }
    }

    private static func makePipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        // Not in one step: pipe2 is not visible to Swift in glibc. A program exec'd in between inherits a useless pipe.
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }
}
