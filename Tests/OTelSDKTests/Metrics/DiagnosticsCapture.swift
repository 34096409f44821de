import OTelSDK
import Synchronization

/// What the SDK says about itself while something runs, as far as it mentions a word of the test's own: tests run at
/// the same time and share the stream.
enum DiagnosticsCapture {
    private static let messages = Mutex<[String]>([])
    private static let installed: Void = Diagnostics.setHandler { diagnostic in
        Self.messages.withLock { $0.append(diagnostic.message) }
    }

    static func during(mentioning word: String, _ body: () throws -> Void) rethrows -> [String] {
        _ = self.installed
        try body()
        return self.messages.withLock { $0.filter { $0.contains(word) } }
    }
}

/// Set once so many have counted.
final class OnceFlag: Sendable {
    private let state = Mutex((count: 0, isSet: false))

    func count(until limit: Int) {
        self.state.withLock { state in
            state.count += 1
            if state.count >= limit { state.isSet = true }
        }
    }

    var isSet: Bool { self.state.withLock { $0.isSet } }
}
