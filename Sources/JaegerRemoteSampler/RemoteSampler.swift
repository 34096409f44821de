import COTelRuntime
import OTelSDK
import OTelWire
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Decides by the strategy that a server last sent, which a thread of its own looks up while a telemetry uses it.
///
/// Deciding takes the lock of `current` for a copy of a reference; no look-up ever holds it.
final class RemoteSampler: CustomSampler {
    private struct Current: Sendable {
        var active: ActiveStrategy
        /// What `active` was made of; nil before the first answer.
        var strategy: SamplingStrategy?
    }

    private struct Lifecycle: Sendable {
        /// Calls of `start` without their `shutdown`.
        var users = 0
        /// The poller while there are users.
        var poller: StrategyPoller?
    }

    let settings: PollingSettings
    private let clock: MonotonicClock
    private let current: SpinLocked<Current>
    private let lifecycle = SpinLocked(Lifecycle())
    /// Whose locks and threads these are.
    private let process = Atomic(getpid())
    /// Those of the initial sampler, which nobody else knows of.
    private let delegates: [any CustomSampler]
    private let initial: Sampler

    init(
        _ settings: PollingSettings,
        initial: Sampler,
        clock: @escaping MonotonicClock = { cotel_monotonic_ns() }
    ) {
        self.settings = settings
        self.clock = clock
        self.initial = initial
        self.current = SpinLocked(Current(active: .initial(initial)))
        self.delegates = Sampler.customSamplers(in: [initial])
    }

    deinit {
        // A telemetry would hold the sampler: none is left that waits for the end.
        self.lifecycle.withLock { $0.poller }?.cancel()
    }

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
        self.current.withLock { $0.active }.decide(candidate)
    }

    var description: String {
        "JaegerRemoteSampler{\(self.current.withLock { $0.active })}"
    }

    func validate(_ setting: String) throws(ConfigError) {
        try self.settings.validate("\(setting).jaegerRemote")
        try self.initial.validate("\(setting).jaegerRemote.initialSampler")
    }
}

// MARK: - Lifecycle

extension RemoteSampler {
    func start(serviceName: String) {
        for delegate in self.delegates { delegate.start(serviceName: serviceName) }
        let (poller, isNew) = self.lifecycle.withLock { lifecycle in
            lifecycle.users += 1
            if let poller = lifecycle.poller { return (poller, false) }
            let poller = self.makePoller(serviceName)
            lifecycle.poller = poller
            return (poller, true)
        }
        if isNew {
            poller.start()
        } else {
            poller.noteUser(serviceName)
        }
    }

    func shutdown(by deadline: Deadline) {
        let poller = self.lifecycle.withLock { lifecycle -> StrategyPoller? in
            lifecycle.users = max(lifecycle.users - 1, 0)
            return lifecycle.users == 0 ? lifecycle.poller.take() : nil
        }
        poller?.cancel()
        poller?.waitForEnd(until: deadline)
        for delegate in self.delegates { delegate.shutdown(by: deadline) }
    }

    /// Does nothing when called again in the same child, as it is for each telemetry that shares the sampler.
    func resetAfterFork() {
        let process = getpid()
        guard self.process.exchange(process, ordering: .relaxed) != process else { return }
        self.current.resetAfterFork()
        self.lifecycle.resetAfterFork()
        for delegate in self.delegates { delegate.resetAfterFork() }
        self.renewStrategy()
        let (old, new) = self.lifecycle.withLock { lifecycle in
            let old = lifecycle.poller
            lifecycle.poller = old.map { self.makePoller($0.serviceName) }
            return (old, lifecycle.poller)
        }
        old?.leaveToParent()
        new?.start()
    }

    /// In a forked child the old rules may be locked for good.
    private func renewStrategy() {
        self.current.withLock { current in
            guard let strategy = current.strategy else { return }
            current.active = ActiveStrategy(strategy, replacing: .initial(self.initial), clock: self.clock)
        }
    }

    private func makePoller(_ serviceName: String) -> StrategyPoller {
        StrategyPoller(self.settings, serviceName: serviceName) { [weak self] poller, strategy in
            self?.apply(strategy, from: poller)
        }
    }

    /// Puts a strategy into force, unless it is already or its poller's time is over.
    ///
    /// Called by one thread at a time: that of the poller.
    private func apply(_ strategy: SamplingStrategy, from poller: StrategyPoller) {
        guard self.lifecycle.withLock({ $0.poller === poller }) else { return }
        let known = self.current.withLock { $0 }
        guard known.strategy != strategy else { return }
        let new = Current(
            active: ActiveStrategy(strategy, replacing: known.active, clock: self.clock),
            strategy: strategy
        )
        // The old one is freed after the lock is released.
        let old = self.current.withLock { current in
            defer { current = new }
            return current
        }
        withExtendedLifetime(old) {}
        poller.report(PollNews(.debug, "now \(new.active)", topic: "strategy", isChangeOfState: true))
        if case .perOperation(let operations) = strategy, operations.omitted > 0 {
            let message = "\(operations.omitted) operations beyond \(SamplingStrategy.maxOperations) are left out"
            poller.report(PollNews(.warning, message, topic: "operations"))
        }
    }
}
