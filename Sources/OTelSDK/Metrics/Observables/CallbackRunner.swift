import COTelRuntime
import OTelAPI

/// Runs the callbacks of one reader's collections, each time on a thread of their own, so that one which never comes
/// back holds up neither the reader nor its shutdown.
///
/// While callbacks of an earlier collection are still at work, later ones do without: callbacks have to end before the
/// next round of the same reader begins.
final class CallbackRunner: Sendable {
    private enum State: Sendable {
        /// -> running
        case idle
        /// -> done, when the callbacks end and the reader still waits; -> idle, when it doesn't
        case running(isAwaited: Bool)
        /// -> idle, by the reader
        case done(Observations)
    }

    private let state = Monitor(State.idle)

    /// What the callbacks observe until `deadline`.
    ///
    /// One caller at a time.
    func run(_ work: CallbackWork, by deadline: Deadline) -> Observations {
        guard !work.isEmpty else { return Observations() }
        let isFree = self.state.update { state in
            guard case .idle = state else { return false }
            state = .running(isAwaited: true)
            return true
        }
        guard isFree else { return Observations(problem: "callbacks of an earlier collection are still running") }
        let started = BackgroundThread.start("otel-callbacks") { self.finish(work.run(by: deadline)) }
        if !started { self.finish(work.run(by: deadline)) }
        return self.state.wait(until: deadline, Self.take) ?? self.giveUp()
    }

    private func finish(_ observations: Observations) {
        self.state.update { state in
            if case .running(isAwaited: true) = state { state = .done(observations) } else { state = .idle }
        }
    }

    private static func take(_ state: inout State) -> Observations? {
        guard case .done(let observations) = state else { return nil }
        state = .idle
        return observations
    }

    private func giveUp() -> Observations {
        self.state.update { state in
            if let observations = Self.take(&state) { return observations }
            state = .running(isAwaited: false)
            return Observations(problem: "callbacks took too long; what they observe is missing")
        }
    }

    func resetAfterFork() {
        self.state.resetAfterFork { $0 = .idle }
    }
}
