#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a descriptor refers to and how to write to it without being stuck in the kernel.
///
/// Setting `O_NONBLOCK` on the descriptor itself would change it for the application and for every process that shares
/// the terminal. So pipes and terminals are opened once more, for this sink alone; sockets have a flag for one call.
struct DescriptorTarget: ~Copyable {
    /// Tells whether a descriptor still refers to the same file.
    struct Identity: Equatable {
        let device: UInt64
        let file: UInt64
        fileprivate let type: UInt32

        /// Nil for a closed descriptor.
        init?(_ descriptor: Int32) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return nil }
            self.device = UInt64(truncatingIfNeeded: status.st_dev)
            self.file = UInt64(truncatingIfNeeded: status.st_ino)
            self.type = UInt32(status.st_mode) & UInt32(S_IFMT)
        }
    }

    /// What came of one attempt.
    enum Attempt {
        case wrote(Int)
        case wouldBlock
        case failed(errno: Int32)
    }

    private enum Way { case plain, nonBlocking, socket, cautious }

    let identity: Identity
    /// What to poll and write.
    let descriptor: Int32
    private let way: Way

    /// What to do with a descriptor; `mayOpenAgain` is false in tests of what happens where that is impossible.
    init(_ descriptor: Int32, _ identity: Identity, mayOpenAgain: Bool) {
        self.identity = identity
        switch identity.type {
        case UInt32(S_IFSOCK):
            (self.descriptor, self.way) = (descriptor, .socket)
        case UInt32(S_IFIFO), UInt32(S_IFCHR):
            let own = mayOpenAgain ? Self.openAgain(descriptor) : -1
            (self.descriptor, self.way) = own < 0 ? (descriptor, .cautious) : (own, .nonBlocking)
        default:
            (self.descriptor, self.way) = (descriptor, .plain)
        }
    }

    deinit {
        if self.way == .nonBlocking { _ = close(self.descriptor) }
    }

    /// Negative where the system has no such thing, or forbids it: terminals of another user, pipes nobody reads.
    private static func openAgain(_ descriptor: Int32) -> Int32 {
        #if os(Linux)
        open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        #else
        -1
        #endif
    }

    /// Writes what can be written at once.
    func attempt(_ bytes: UnsafeRawBufferPointer) -> Attempt {
        let count =
            switch self.way {
            case .plain, .nonBlocking: write(self.descriptor, bytes.baseAddress, bytes.count)
            case .socket: Self.sendNow(self.descriptor, bytes)
            case .cautious: self.writeIfReady(bytes)
            }
        if count >= 0 { return .wrote(count) }
        switch errno {
        case EINTR: return .wrote(0)
        case EAGAIN, EWOULDBLOCK: return .wouldBlock
        case let number: return .failed(errno: number)
        }
    }

    private static func sendNow(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if os(Linux)
        send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        #else
        send(descriptor, bytes.baseAddress, bytes.count, MSG_DONTWAIT)
        #endif
    }

    /// Room for 512 bytes is what POSIX promises of a pipe that is ready: only another process that fills it between
    /// the two calls can make this block.
    ///
    /// A terminal promises less, so a stopped one that may not be opened again (another user's) can hold the sink's
    /// thread; a shutdown does not wait for it beyond its deadline all the same.
    private func writeIfReady(_ bytes: UnsafeRawBufferPointer) -> Int {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) > 0 else {
            errno = EAGAIN
            return -1
        }
        return write(self.descriptor, bytes.baseAddress, min(bytes.count, 512))
    }

    /// Sleeps until more may be written, at most `milliseconds`.
    func wait(milliseconds: Int32) {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}
