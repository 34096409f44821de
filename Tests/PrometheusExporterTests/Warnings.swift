import Synchronization

/// Keeps warnings.
final class Warnings: Sendable {
    private let messages = Mutex<[String]>([])

    func add(_ message: String) {
        self.messages.withLock { $0.append(message) }
    }

    var all: [String] { self.messages.withLock { $0 } }
}
