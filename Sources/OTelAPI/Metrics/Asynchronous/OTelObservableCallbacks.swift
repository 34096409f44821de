import OTelWire

/// The callbacks of one asynchronous instrument.
///
/// SDKs run them; applications never see it.
public final class OTelObservableCallbacks: Sendable {
    package typealias Callback = @Sendable (OTelObservationReceiver) throws -> Void

    private struct State {
        var next = 0
        var callbacks: [(id: Int, run: Callback)] = []
    }

    private let state = ForkSafeMutex(State())

    init() {}

    /// Runs every registered callback once, in the order of registration.
    ///
    /// - Parameters:
    ///   - receiver: takes the observations.
    ///   - failed: takes what a callback throws; the others still run.
    public func run(_ receiver: OTelObservationReceiver, failed: (any Error) -> Void) {
        // User code never runs under a lock: a callback may register and remove callbacks.
        for callback in self.state.withLock({ $0.callbacks }) {
            do { try callback.run(receiver) } catch { failed(error) }
        }
    }

    func add(_ callback: @escaping Callback) -> OTelCallbackRegistration {
        let id = self.state.withLock { state in
            defer { state.next &+= 1 }
            state.callbacks.append((state.next, callback))
            return state.next
        }
        return OTelCallbackRegistration { self.remove(id) }
    }

    private func remove(_ id: Int) {
        let removed = self.state.withLock { state -> Callback? in
            guard let place = state.callbacks.firstIndex(where: { $0.id == id }) else { return nil }
            return state.callbacks.remove(at: place).run
        }
        // What the callback captured is released here, outside the lock.
        _ = removed
    }
}
