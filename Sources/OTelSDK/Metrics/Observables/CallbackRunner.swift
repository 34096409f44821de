import COTelRuntime
import OTelAPI
import OTelWire

/// Runs the callbacks of one reader's collections, each time on a thread of their own, so that one which never comes
/// back holds up neither the reader nor its shutdown.
///
/// They have half of the time that a collection has, and half a minute at most; a flush or shutdown that is requested
/// meanwhile makes that half of its own.
///
/// A callback that is late costs what it observes and, in its own collection, what those after it would have. Later
/// collections do without it, and without the others of its instruments, until it has come back: no instrument is
/// observed for two collections of one reader at a time.
final class CallbackRunner: Sendable {
    private struct State {
        /// The collection that is waited for.
        var round: Round?
        var lastRound = 0
        /// By when somebody wants the present or the next round to be over.
        var request = Deadline.never
        /// Callbacks still at work for an earlier collection, by its number: one each.
        var late: [Int: CallbackWork.Unit] = [:]

        mutating func endRound() {
            self.round = nil
            self.request = .never
        }
    }

    private struct Round {
        var deadline: Deadline
        var running: CallbackWork.Unit?
        var observations = Observations()
        var isDone = false
    }

    private let state = Monitor(State())

    private static let longestRound = Duration.seconds(30)

    /// What the callbacks observe, for a collection that has until `deadline`.
    ///
    /// One caller at a time.
    func run(_ work: CallbackWork, by deadline: Deadline) -> Observations {
        let (number, units) = self.begin(work, by: deadline)
        let run: @Sendable () -> Void = { self.run(units, number) }
        if units.isEmpty || !BackgroundThread.start("otel-callbacks", run) { run() }
        return self.takeInTime() ?? self.giveUp()
    }

    /// Leaves a collection that has to be over by `deadline` half of the time until then: the present one or, if there
    /// is none, the next.
    ///
    /// Any thread may call, before it waits for a collection.
    func hurry(by deadline: Deadline) {
        self.state.update { state in
            state.request = min(state.request, deadline)
            if let round = state.round { state.round?.deadline = min(round.deadline, deadline.half) }
        }
    }

    /// Begins a round with those that may run.
    private func begin(_ work: CallbackWork, by deadline: Deadline) -> (number: Int, units: [CallbackWork.Unit]) {
        self.state.update { state in
            let half = min(deadline, state.request).half
            let busy = state.late.values.reduce(into: Set()) { $0.formUnion($1.instruments) }
            var round = Round(deadline: min(half, .after(Self.longestRound)))
            for unit in work.units where !unit.instruments.isDisjoint(with: busy) {
                round.observations.miss("callbacks of \(unit.label) are still running for an earlier collection")
            }
            state.lastRound &+= 1
            state.round = round
            return (state.lastRound, work.units.filter { $0.instruments.isDisjoint(with: busy) })
        }
    }

    private func run(_ units: [CallbackWork.Unit], _ number: Int) {
        for unit in units {
            guard self.start(unit, number) else { break }
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

    private func start(_ unit: CallbackWork.Unit, _ number: Int) -> Bool {
        self.state.update { state in
            guard Self.isAwaited(number, state), let round = state.round else { return false }
            guard !round.deadline.isOver else {
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

    /// What was observed once all have run; nil when the time is over, however that was cut meanwhile.
    private func takeInTime() -> Observations? {
        while let deadline = self.state.read({ $0.round?.deadline }), !deadline.isOver {
            let change = self.state.wait(until: deadline) { state -> Observations?? in
                if let observations = Self.take(&state) { return .some(observations) }
                return state.round?.deadline == deadline ? nil : .some(nil)
            }
            if case .some(.some(let observations)) = change { return observations }
        }
        return nil
    }

    private static func take(_ state: inout State) -> Observations? {
        guard let round = state.round, round.isDone else { return nil }
        state.endRound()
        return round.observations
    }

    /// What was observed in time.
    private func giveUp() -> Observations {
        self.state.update { state in
            if let observations = Self.take(&state) { return observations }
            guard var round = state.round else { return Observations() }
            state.endRound()
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
