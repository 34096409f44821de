import Foundation
import Synchronization

/// The two ends of a pipe, socket or terminal, closed with the test.
final class Descriptors: Sendable {
    let read: Int32
    let write: Int32
    private let isReadOpen = Mutex(true)

    private init(read: Int32, write: Int32) {
        self.read = read
        self.write = write
    }

    static func pipe() -> Descriptors {
        var ends: [Int32] = [-1, -1]
        _ = Foundation.pipe(&ends)
        return Descriptors(read: ends[0], write: ends[1])
    }

    static func socket() -> Descriptors {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
        _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        #else
        _ = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
        #endif
        return Descriptors(read: ends[0], write: ends[1])
    }

    /// What is written can be read, as on the screen of a terminal window.
    ///
    /// The functions that usually open one are hidden from Swift by glibc.
    static func terminal() -> Descriptors {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var number: Int32 = 0
        _ = ioctl(master, 0x4004_5431, &number)  // TIOCSPTLCK: unlock
        _ = ioctl(master, 0x8004_5430, &number)  // TIOCGPTN: number
        return Descriptors(read: master, write: open("/dev/pts/\(number)", O_RDWR | O_NOCTTY))
    }

    deinit {
        self.closeReader()
        _ = close(self.write)
    }

    func closeReader() {
        self.isReadOpen.withLock { isOpen in
            if isOpen { _ = close(self.read) }
            isOpen = false
        }
    }

    /// Blocks for the next bytes; empty at the end.
    func next(_ count: Int = 65_536) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            used = max(0, Foundation.read(self.read, buffer.baseAddress, count))
        }
    }

    /// Reads until the end of the text satisfies `isEnough`, at most 20 seconds.
    func text(until isEnough: (_ end: String) -> Bool) -> String {
        var bytes: [UInt8] = []
        let limit = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < limit {
            var entry = pollfd(fd: self.read, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, 100) > 0 { bytes += self.next() }
            if isEnough(String(decoding: bytes.suffix(200), as: UTF8.self)) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads that many lines, at most for 20 seconds.
    func lines(_ count: Int) -> String {
        var missing = count
        var bytes: [UInt8] = []
        let limit = ContinuousClock.now + .seconds(20)
        while missing > 0, ContinuousClock.now < limit {
            var entry = pollfd(fd: self.read, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 100) > 0 else { continue }
            let more = self.next()
            missing -= more.count { $0 == 0x0a }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
