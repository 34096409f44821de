import COTelRuntime
import OTelAPI
import OTelWire

/// The instruments of one scope of one provider, and their streams.
///
/// Instruments of one identity share what the views make of them, and instruments that views make equal share a stream.
/// Whatever is wrong with an instrument, it works: problems are noted and reported once no lock is held.
final class SDKMeter: OTelMeterBackend, @unchecked Sendable {
    // Safety: `state` has its own lock, the rest is immutable.

    private weak let provider: MetricsProvider?
    private let scope: OTelScope
    private let scopeNumber: UInt32
    private let state = ForkSafeMutex(State())
    private static let capacity = 10_000

    private struct State {
        var isEnabled = true
        var isClosed = false
        /// By their identity, with names in lower case.
        var instruments: [OTelInstrumentDescriptor: Instrument] = [:]
        /// In the order of their creation.
        var order: [OTelInstrumentDescriptor] = []
        var streams = StreamRegistry()
        var callbacks: [OTelMultiCallback] = []
        /// With as many callbacks, it's time to let go of those that were removed.
        var sweepAt = 16
        var handles: [WeakMeter] = []
        var problems = MeterProblems()

        /// Lets go of callbacks that were removed, whenever there are twice as many as after the last time.
        mutating func sweep() -> [OTelMultiCallback] {
            guard self.callbacks.count >= self.sweepAt else { return [] }
            let removed = self.callbacks.filter(\.isRemoved)
            self.callbacks.removeAll(where: \.isRemoved)
            self.sweepAt = max(16, 2 * self.callbacks.count)
            return removed
        }
    }

    private struct WeakMeter {
        weak var meter: OTelMeter?
    }

    private enum Instrument {
        case synchronous(OTelInstrumentDescriptor, OTelInstrumentBackend)
        case asynchronous(ObservableInstrument)

        /// As it was seen first.
        var descriptor: OTelInstrumentDescriptor {
            switch self {
            case .synchronous(let descriptor, _): descriptor
            case .asynchronous(let instrument): instrument.descriptor
            }
        }

        var observable: ObservableInstrument? {
            if case .asynchronous(let instrument) = self { instrument } else { nil }
        }
    }

    init(_ provider: MetricsProvider, _ scope: OTelScope, number: UInt32) {
        self.provider = provider
        self.scope = scope
        self.scopeNumber = number
        super.init()
    }

    override func instrument(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentBackend? {
        guard case .synchronous(_, let backend) = self.known(descriptor) else { return nil }
        return backend
    }

    override func observe(_ descriptor: OTelInstrumentDescriptor, _ callbacks: OTelObservableCallbacks) {
        guard case .asynchronous(let instrument) = self.known(descriptor) else { return }
        instrument.add(callbacks)
    }

    override func observe(_ callback: OTelMultiCallback) {
        guard let provider = self.provider, provider.hasReaders else { return }
        let removed = self.state.withLock { state -> [OTelMultiCallback] in
            guard !state.isClosed, !state.callbacks.contains(where: { $0 === callback }) else { return [] }
            state.callbacks.append(callback)
            if callback.foreignCount > 0 { state.problems.noteForeign(callback) }
            return state.sweep()
        }
        // What they captured is released outside the lock.
        withExtendedLifetime(removed) {}
    }

    override func didBind(_ meter: OTelMeter) {
        self.state.withLock { state in
            state.handles.removeAll { $0.meter == nil || $0.meter === meter }
            state.handles.append(WeakMeter(meter: meter))
        }
    }

    override func didCreateInstruments() {
        let problems = self.state.withLock { $0.problems.take() }
        for problem in problems { Diagnostics.report(.warning, "meter \"\(self.scope.name)\": \(problem)") }
    }

    private func known(_ descriptor: OTelInstrumentDescriptor) -> Instrument? {
        guard let provider = self.provider else { return nil }
        return self.state.withLock { state in
            let key = InstrumentRules.key(descriptor)
            if let known = state.instruments[key] {
                state.problems.compare(descriptor, known.descriptor)
                return known
            }
            guard !state.isClosed, provider.hasReaders else { return nil }
            guard state.instruments.count < Self.capacity else {
                state.problems.note("more than \(Self.capacity) instruments; further ones do nothing")
                return nil
            }
            state.problems.check(descriptor)
            let made = self.makeInstrument(descriptor, provider, &state)
            state.instruments[key] = made
            state.order.append(key)
            return made
        }
    }

    private func makeInstrument(
        _ descriptor: OTelInstrumentDescriptor,
        _ provider: MetricsProvider,
        _ state: inout State
    ) -> Instrument {
        guard descriptor.kind.isObservable else {
            return .synchronous(descriptor, Self.backend(self.sources(of: descriptor, provider, for: nil, &state)))
        }
        let instrument = ObservableInstrument(descriptor)
        Self.connect(instrument, self.sources(of: descriptor, provider, for: instrument, &state))
        return .asynchronous(instrument)
    }

    /// The streams of an instrument, of which others may have some, too; those of an asynchronous one begin with it.
    private func sources(
        of descriptor: OTelInstrumentDescriptor,
        _ provider: MetricsProvider,
        for instrument: ObservableInstrument?,
        _ state: inout State
    ) -> [any MetricSource] {
        let usable = InstrumentRules.usable(descriptor)
        var sources: [any MetricSource] = []
        for configuration in provider.configurations(of: usable, in: self.scope, report: { state.problems.note($0) }) {
            let source = self.source(configuration, usable, provider, for: instrument, &state)
            // What two views ask for alike counts once.
            if !sources.contains(where: { $0 === source }) { sources.append(source) }
        }
        return sources
    }

    /// The stream of a configuration: one for all instruments that agree in it.
    private func source(
        _ configuration: StreamConfiguration,
        _ descriptor: OTelInstrumentDescriptor,
        _ provider: MetricsProvider,
        for instrument: ObservableInstrument?,
        _ state: inout State
    ) -> any MetricSource {
        var configuration = configuration
        if let conflict = state.streams.resolveName(of: &configuration, from: descriptor) {
            state.problems.note(conflict)
        }
        if let known = state.streams[configuration] { return known }
        let info = StreamInfo(
            descriptor,
            configuration,
            meter: self.scope,
            scope: self.scopeNumber,
            plan: provider.plan(configuration),
            exemplarFilter: provider.exemplarFilter,
            createdAt: instrument?.createdAt ?? cotel_realtime_ns()
        )
        let source = Self.makeSource(info, isReplacing: instrument?.streams.isEmpty == false)
        if !state.isEnabled { source.enable(false) }
        state.streams[configuration] = source
        provider.add(source)
        return source
    }

    private static func makeSource(_ info: StreamInfo, isReplacing: Bool) -> any MetricSource {
        if info.instrument.kind.isObservable { return ObservableStream(info, isReplacing: isReplacing) }
        switch info.aggregation {
        case .sum: return SumStream(info)
        case .lastValue: return LastValueStream(info)
        case .histogram(let boundaries, let parts):
            return HistogramStream(info, boundaries: boundaries, parts)
        case .exponentialHistogram(let maxSize, let maxScale, let parts):
            return ExponentialStream(info, ExponentialLimits(maxSize: maxSize, maxScale: maxScale), parts)
        }
    }

    private static func connect(_ instrument: ObservableInstrument, _ sources: [any MetricSource]) {
        let streams = sources.compactMap { $0 as? ObservableStream }
        instrument.streams = streams
        for stream in streams { stream.add(instrument) }
    }

    private static func backend(_ sources: [any MetricSource]) -> OTelInstrumentBackend {
        let streams = sources.compactMap { $0 as? MetricStream }
        return streams.count == 1 ? streams[0] : InstrumentFanout(streams)
    }
}

// Changes of what is wanted, while handles are in use.
extension SDKMeter: ConfigurableBackend {
    func configure(_ config: MeterConfig) {
        self.state.withLock { state in
            state.isEnabled = config.isEnabled
            for source in state.streams.sources { source.enable(config.isEnabled) }
        }
    }

    /// Asks the views again about every instrument: streams that stay the same go on, the others end with the readers'
    /// next collections.
    func applyViews() {
        guard let provider = self.provider else { return }
        let now = cotel_realtime_ns()
        let (handles, ended) = self.state.withLock { state -> ([OTelMeter], [any MetricSource]) in
            guard !state.isClosed else { return ([], []) }
            let old = state.streams
            state.streams = StreamRegistry(reusing: old)
            for key in state.order {
                guard let instrument = state.instruments[key] else { continue }
                let sources = self.sources(
                    of: instrument.descriptor,
                    provider,
                    for: instrument.observable,
                    &state
                )
                switch instrument {
                case .asynchronous(let instrument): Self.connect(instrument, sources)
                case .synchronous(let descriptor, let backend):
                    state.instruments[key] = .synchronous(descriptor, Self.backend(sources, instead: backend))
                }
            }
            for case let stream as ObservableStream in state.streams.usedSources { stream.forgetStrangers() }
            let ended = old.sources.filter { !state.streams.used.contains(ObjectIdentifier($0)) }
            state.streams.forgetUnused()
            return (state.handles.compactMap(\.meter), ended)
        }
        for handle in handles { handle.rebind(self) }
        provider.retire(ended, at: now)
        self.didCreateInstruments()
    }

    /// The present backend, if it records to the same streams.
    private static func backend(
        _ sources: [any MetricSource],
        instead present: OTelInstrumentBackend
    ) -> OTelInstrumentBackend {
        let streams = sources.compactMap { $0 as? MetricStream }
        if streams.count == 1 { return streams[0] }
        if let fanout = present as? InstrumentFanout, fanout.hasSameStreams(streams) { return fanout }
        return InstrumentFanout(streams)
    }

    /// The callbacks that a collection of the reader has to run.
    func addCallbacks(
        to work: inout CallbackWork,
        for account: MetricReaderAccount,
        _ filters: [ObjectIdentifier: StreamFilter]
    ) {
        let (instruments, callbacks) = self.state.withLock { state -> ([ObservableInstrument], [OTelMultiCallback]) in
            state.callbacks.removeAll { $0.isRemoved }
            return state.isEnabled ? (Self.asynchronous(state), state.callbacks) : ([], [])
        }
        var wanted: [OTelInstrumentDescriptor: ObservableInstrument] = [:]
        for instrument in instruments where instrument.isWanted(by: account, filters) {
            wanted[InstrumentRules.key(instrument.descriptor)] = instrument
            work.add(instrument, of: self.scope)
        }
        for callback in callbacks {
            work.add(callback, callback.instruments.map { wanted[InstrumentRules.key($0)] }, of: self.scope)
        }
    }

    private static func asynchronous(_ state: State) -> [ObservableInstrument] {
        state.order.compactMap { key in
            state.instruments[key]?.observable
        }
    }

    /// Takes nothing more and lets go of the callbacks; the provider closes the streams.
    func close() {
        let (instruments, callbacks) = self.state.withLock { state in
            state.isClosed = true
            defer { state.callbacks = [] }
            return (Self.asynchronous(state), state.callbacks)
        }
        for instrument in instruments { instrument.close() }
        // What the callbacks captured is released outside the lock.
        withExtendedLifetime(callbacks) {}
    }

    func resetAfterFork() {
        for instrument in self.state.withLock({ Self.asynchronous($0) }) { instrument.resetAfterFork() }
    }
}
