import COTelRuntime
import OTelAPI
import OTelWire

/// Runs the callbacks of one reader's collections, each time on a thread of their own, so that one which never comes
/// back holds up neither the reader nor its shutdown.
///
/// A callback that is late costs what it observes and, in its own collection, what those after it would have. Later
/// collections do without it, and without the others of its instruments, until it has come back: no instrument is
/// observed for two collections of one reader at a time.
final class CallbackRunner: Sendable {
    private struct State {
        /// The collection that is waited for.
        var round: Round?
        var lastRound = 0
        /// Callbacks still at work for an earlier collection, by its number: one each.
        var late: [Int: CallbackWork.Unit] = [:]
    }

    private struct Round {
        var running: CallbackWork.Unit?
        var observations = Observations()
        var isDone = false
    }

    private let state = Monitor(State())

    /// What the callbacks observe until `deadline`.
    ///
    /// One caller at a time.
    func run(_ work: CallbackWork, by deadline: Deadline) -> Observations {
        guard !work.units.isEmpty else { return Observations() }
        let (number, units) = self.begin(work)
        let run: @Sendable () -> Void = { self.run(units, number, by: deadline) }
        if units.isEmpty || !BackgroundThread.start("otel-callbacks", run) { run() }
        return self.state.wait(until: deadline, Self.take) ?? self.giveUp()
    }

    /// Begins a round with those that may run.
    private func begin(_ work: CallbackWork) -> (number: Int, units: [CallbackWork.Unit]) {
        self.state.update { state in
            let busy = state.late.values.reduce(into: Set()) { $0.formUnion($1.instruments) }
            var round = Round()
            for unit in work.units where !unit.instruments.isDisjoint(with: busy) {
                round.observations.miss("callbacks of \(unit.label) are still running for an earlier collection")
            }
            state.lastRound &+= 1
            state.round = round
            return (state.lastRound, work.units.filter { $0.instruments.isDisjoint(with: busy) })
        }
    }

    private func run(_ units: [CallbackWork.Unit], _ number: Int, by deadline: Deadline) {
        for unit in units {
            guard self.start(unit, number, by: deadline) else { break }
            var observations = Observations()
            unit.run(&observations)
            self.finish(observations, number)
        }
        self.state.update { state in
            if Self.isAwaited(number, state) { state.round?.isDone = true }
        }
    }

    /// Whether the reader still waits for a round.
    private static func isAwaited(_ number: Int, _ state: State) -> Bool {
        state.round != nil && state.lastRound == number
    }

    private func start(_ unit: CallbackWork.Unit, _ number: Int, by deadline: Deadline) -> Bool {
        self.state.update { state in
            guard Self.isAwaited(number, state) else { return false }
            guard !deadline.isOver else {
                state.round?.observations.miss(Self.unfinished)
                return false
            }
            state.round?.running = unit
            return true
        }
    }

    private func finish(_ observations: Observations, _ number: Int) {
        self.state.update { state in
            guard Self.isAwaited(number, state) else {
                state.late[number] = nil
                return
            }
            state.round?.observations.add(observations)
            state.round?.running = nil
        }
    }

    private static func take(_ state: inout State) -> Observations? {
        guard let round = state.round, round.isDone else { return nil }
        state.round = nil
        return round.observations
    }

    /// What was observed in time.
    private func giveUp() -> Observations {
        self.state.update { state in
            if let observations = Self.take(&state) { return observations }
            guard var round = state.round else { return Observations() }
            state.round = nil
            if let unit = round.running {
                state.late[state.lastRound] = unit
                round.observations.miss(
                    "callbacks of \(unit.label) took too long; what they and those after them observe is missing"
                )
            } else {
                round.observations.miss(Self.unfinished)
            }
            return round.observations
        }
    }

    private static let unfinished = "the time was over before all callbacks had run"

    func resetAfterFork() {
        self.state.resetAfterFork { $0 = State() }
    }
}
