import COTelRuntime
import OTelWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A message of the SDK about itself.
public struct Diagnostic: Sendable {
    /// How much it matters.
    public enum Level: Int, Sendable, Comparable {
        /// For developers of the SDK.
        case debug
        /// A change of state worth knowing.
        case info
        /// Data is being lost, or a setting was ignored.
        case warning
        /// Something that needs attention cannot work.
        case error

        /// Less important comes first.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How much it matters.
    public let level: Level
    /// One line of text without secrets.
    public let message: String
}

/// The one stream of the SDK's messages about itself.
///
/// Goes to standard error by default, one line each; `setHandler` replaces that. A message is reported once and, while
/// its cause lasts, again every five minutes with the number of times it was held back. Never part of the telemetry.
public enum Diagnostics {
    private struct State {
        var handler: @Sendable (Diagnostic) -> Void = Diagnostics.writeToStandardError
        var minimumLevel = Diagnostic.Level.info
        var recent: [String: (time: UInt64, heldBack: Int)] = [:]
    }

    private static let state = SpinLocked(State())
    private static let quietPeriod: UInt64 = 300_000_000_000
    private static let rememberedMessages = 256

    /// Replaces what is done with messages.
    ///
    /// `handler` is called on any thread and must not block.
    public static func setHandler(_ handler: @escaping @Sendable (Diagnostic) -> Void) {
        self.state.withLock { $0.handler = handler }
    }

    /// Messages below `level` are dropped; `info` by default.
    public static func setMinimumLevel(_ level: Diagnostic.Level) {
        self.state.withLock { $0.minimumLevel = level }
    }

    /// Reports a message.
    ///
    /// `topic` is what the message is about, by default the message itself; messages on one topic are rate-limited
    /// together.
    package static func report(_ level: Diagnostic.Level, topic: String? = nil, _ message: String) {
        let admitted = self.state.withLock { state -> (handler: @Sendable (Diagnostic) -> Void, heldBack: Int)? in
            guard level >= state.minimumLevel, let heldBack = self.admit(topic ?? message, &state) else { return nil }
            return (state.handler, heldBack)
        }
        guard let (handler, heldBack) = admitted else { return }
        let suffix = heldBack > 0 ? " (\(heldBack) more like this since the last report)" : ""
        handler(Diagnostic(level: level, message: message + suffix))
    }

    static func resetAfterFork() {
        self.state.resetAfterFork()
    }

    /// Lets the next message on a topic through: the opposite was reported since.
    package static func forget(_ topic: String) {
        self.state.withLock { _ = $0.recent.removeValue(forKey: topic) }
    }

    /// How many messages of the topic were held back before this one; nil when this one is held back too.
    private static func admit(_ topic: String, _ state: inout State) -> Int? {
        let now = cotel_monotonic_ns()
        if let known = state.recent[topic], now &- known.time < self.quietPeriod {
            state.recent[topic] = (known.time, known.heldBack + 1)
            return nil
        }
        let heldBack = state.recent[topic]?.heldBack ?? 0
        if state.recent.count >= self.rememberedMessages,
            let oldest = state.recent.min(by: { $0.value.time < $1.value.time })
        {
            state.recent[oldest.key] = nil
        }
        state.recent[topic] = (now, 0)
        return heldBack
    }

    @Sendable private static func writeToStandardError(_ diagnostic: Diagnostic) {
        let text = "heliograph \(diagnostic.level): \(diagnostic.message)"
        // Control characters of any kind would forge lines.
        let line =
            String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
            + "\n"
        line.withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
    }
}
