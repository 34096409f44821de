/// The export thread of one sink: works on a schedule and when woken, flushes on request, and drains at shutdown.
///
/// `work` and `finish` run on that thread only. `cancel` runs on whichever thread sees the shutdown's deadline pass.
final class PipelineWorker: Sendable {
    /// Why work is done.
    enum Reason: Sendable { case scheduled, flush, shutdown }

    struct Actions: Sendable {
        /// Does what there is to do, by the deadline.
        var work: @Sendable (Reason, Deadline) -> Void
        /// The last call on the thread.
        var finish: @Sendable (Deadline) -> Void
        /// Ends a running `work` at once.
        var cancel: @Sendable () -> Void
    }

    struct Schedule: Sendable {
        /// The time between two scheduled runs.
        var interval: Duration
        /// Whether intervals are counted from start to start instead of from end to start.
        var isFixedRate: Bool
        /// What one scheduled run may take.
        var timeout: Duration
    }

    private struct State {
        var isWoken = false
        var flushesRequested = 0
        var flushesDone = 0
        var flushDeadline = Deadline.never
        var shutdown: Deadline?
        var isFinished = false
        var isCancelled = false
    }

    private enum Task {
        case run
        case flush(upTo: Int, Deadline)
        case shutdown(Deadline)
    }

    private let name: String
    private let schedule: Schedule
    private let actions: Actions
    private let monitor = Monitor(State())

    init(name: String, schedule: Schedule, actions: Actions) {
        self.name = name
        self.schedule = schedule
        self.actions = actions
    }

    /// Starts the thread; false when the system refuses one.
    func start() -> Bool {
        BackgroundThread.start(self.name) { self.run() }
    }

    /// Lets the thread work now.
    ///
    /// Any thread may call.
    func wake() {
        self.monitor.update { $0.isWoken = true }
    }

    /// Blocks until everything recorded before the call was worked on; false when `deadline` passes first.
    func flush(by deadline: Deadline) -> Bool {
        let mine = self.monitor.update { state in
            state.flushesRequested += 1
            state.flushDeadline = max(state.flushDeadline == .never ? deadline : state.flushDeadline, deadline)
            return state.flushesRequested
        }
        return self.monitor.wait(until: deadline) { $0.flushesDone >= mine || $0.isFinished ? true : nil } ?? false
    }

    /// Blocks until the thread has drained and ended; false when `deadline` passes first: then what is running is
    /// cancelled.
    ///
    /// Called again, it waits for the same end.
    func shutdown(by deadline: Deadline) -> Bool {
        self.monitor.update { $0.shutdown = min($0.shutdown ?? deadline, deadline) }
        if self.isFinished(by: deadline) { return true }
        let isFirst = self.monitor.update { state in
            defer { state.isCancelled = true }
            return !state.isCancelled
        }
        if isFirst { self.actions.cancel() }
        return self.isFinished(by: .after(.milliseconds(200)))
    }

    private func isFinished(by deadline: Deadline) -> Bool {
        self.monitor.wait(until: deadline) { $0.isFinished ? true : nil } ?? false
    }

    /// Whether somebody waits for a flush or a shutdown.
    var isAwaited: Bool { self.monitor.read { $0.shutdown != nil || $0.flushesRequested > $0.flushesDone } }

    /// The deadline of a shutdown that has been requested.
    var shutdownDeadline: Deadline? { self.monitor.read { $0.shutdown } }

    /// Starts over in a forked child, which has none of the parent's threads.
    func resetAfterFork() {
        var isFinished = false
        self.monitor.resetAfterFork { state in
            isFinished = state.isFinished || state.shutdown != nil
            state = State()
            state.isFinished = isFinished
        }
        if !isFinished { _ = self.start() }
    }

    private func run() {
        var next = Deadline.after(self.schedule.interval)
        while true {
            switch self.monitor.wait(until: next, { self.nextTask(&$0) }) ?? .run {
            case .run:
                let started = Deadline.after(.zero)
                self.actions.work(.scheduled, .after(self.schedule.timeout))
                next = self.nextRun(after: next, started: started)
            case .flush(let upTo, let deadline):
                self.actions.work(.flush, deadline)
                self.monitor.update { $0.flushesDone = max($0.flushesDone, upTo) }
            case .shutdown(let deadline):
                self.actions.work(.shutdown, deadline)
                self.actions.finish(deadline)
                self.monitor.update { $0.isFinished = true }
                return
            }
        }
    }

    private func nextTask(_ state: inout State) -> Task? {
        if let deadline = state.shutdown { return .shutdown(deadline) }
        if state.flushesRequested > state.flushesDone {
            defer { state.flushDeadline = .never }
            return .flush(upTo: state.flushesRequested, state.flushDeadline)
        }
        guard state.isWoken else { return nil }
        state.isWoken = false
        return .run
    }

    /// Missed intervals are skipped, not made up for.
    private func nextRun(after planned: Deadline, started: Deadline) -> Deadline {
        guard self.schedule.isFixedRate, started >= planned else {
            return self.schedule.isFixedRate ? planned : .after(self.schedule.interval)
        }
        let interval = max(self.schedule.interval.nanosecondsClamped, 1)
        let behind = Deadline.after(.zero).nanoseconds - planned.nanoseconds
        return Deadline(nanoseconds: planned.nanoseconds + (behind / interval + 1) * interval)
    }
}
