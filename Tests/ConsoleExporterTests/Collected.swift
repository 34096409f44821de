import Synchronization

/// Text that a console has written, and in how many calls.
final class Collected: Sendable {
    private let state = Mutex((bytes: [UInt8](), calls: 0))

    func append(_ bytes: UnsafeRawBufferPointer) {
        self.state.withLock { state in
            state.bytes.append(contentsOf: bytes)
            state.calls += 1
        }
    }

    var bytes: [UInt8] { self.state.withLock { $0.bytes } }
    var calls: Int { self.state.withLock { $0.calls } }
    var value: String { String(decoding: self.bytes, as: UTF8.self) }
    var lines: [String] { self.value.split(separator: "\n").map(String.init) }
}
