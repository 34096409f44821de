import COTelRuntime

/// The word that the start of a span looks at first: 0 when the tracer records and nothing special is set up.
struct TracerGate: @unchecked Sendable {
    // Safety: read and written atomically, never freed, as the backends that read it.
    private let word: UnsafeMutablePointer<UInt64>

    /// The telemetry has processors, custom ids or sinks that want more than ended spans.
    private static let special: UInt64 = 1
    /// The configurator turned the tracer off.
    private static let disabled: UInt64 = 2
    /// The telemetry is shut down.
    private static let closed: UInt64 = 4

    init(isSpecial: Bool) {
        self.word = .allocate(capacity: 1)
        self.word.initialize(to: isSpecial ? Self.special : 0)
    }

    @inline(__always)
    var isPlain: Bool { cotel_load64_relaxed(self.word) == 0 }

    var isDisabled: Bool { cotel_load64_relaxed(self.word) & Self.disabled != 0 }
    var isClosed: Bool { cotel_load64_relaxed(self.word) & Self.closed != 0 }
    var isOpen: Bool { cotel_load64_relaxed(self.word) & (Self.disabled | Self.closed) == 0 }

    /// Calls must not overlap.
    func enable(_ isEnabled: Bool) {
        let word = cotel_load64(self.word)
        cotel_store64(self.word, isEnabled ? word & ~Self.disabled : word | Self.disabled)
    }

    /// Calls must not overlap.
    func close() {
        cotel_store64(self.word, cotel_load64(self.word) | Self.closed)
    }
}
