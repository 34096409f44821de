import COTelRuntime
import OTelAPI
import OTelWire

/// One asynchronous instrument of a meter: its callbacks, and the streams that get what they observe.
final class ObservableInstrument: Sendable {
    let descriptor: OTelInstrumentDescriptor
    /// Totals count from here, whichever stream tells them.
    let createdAt = cotel_realtime_ns()
    private let state = SpinLocked(State())

    private struct State {
        var callbacks: [OTelObservableCallbacks] = []
        var streams: [ObservableStream] = []
    }

    init(_ descriptor: OTelInstrumentDescriptor) {
        self.descriptor = descriptor
    }

    /// Adds callbacks; the same ones are added once.
    func add(_ callbacks: OTelObservableCallbacks) {
        self.state.withLock { state in
            if !state.callbacks.contains(where: { $0 === callbacks }) { state.callbacks.append(callbacks) }
        }
    }

    var callbacks: [OTelObservableCallbacks] { self.state.withLock { $0.callbacks } }

    /// The streams that get what is observed.
    var streams: [ObservableStream] {
        get { self.state.withLock { $0.streams } }
        set { self.state.withLock { $0.streams = newValue } }
    }

    /// Whether a reader wants to know.
    func isWanted(by account: MetricReaderAccount, _ filters: [ObjectIdentifier: StreamFilter]) -> Bool {
        self.streams.contains { stream in
            stream.isEnabled && stream.info.plan.reader(account) != nil
                && !(filters[ObjectIdentifier(stream)]?.dropsAll ?? false)
        }
    }

    /// Lets go of the callbacks.
    func close() {
        let old = self.state.withLock { state in
            defer { state = State() }
            return state
        }
        // What the callbacks captured is released outside the lock.
        withExtendedLifetime(old) {}
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
    }
}
