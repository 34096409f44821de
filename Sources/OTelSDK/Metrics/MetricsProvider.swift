import COTelRuntime
import OTLPProto
package import OTelAPI
import OTelWire

/// The metrics of one telemetry: meters, their streams, and the readers that collect them.
///
/// Readers are added first: an instrument that was created before a reader stays unknown to it.
package final class MetricsProvider: @unchecked Sendable {
    // Safety: `state`, `meters` and `collections` have locks of their own, the rest is immutable.

    private let scopes: ScopeTable
    let exemplarFilter: ExemplarFilter
    private let meters: BackendTable<SDKMeter>
    private let state: ForkSafeMutex<State>
    /// One collection at a time: it touches what the streams keep for all readers.
    ///
    /// It runs the application's filters and reservoirs, which may hang: nobody waits for longer than it has.
    private let collections = Monitor(Collections())

    private struct Collections {
        var isRunning = false
    }

    private struct State {
        var views: ViewTable
        var readers: [MetricReaderAccount] = []
        var openReaders: Set<Int> = []
        var sources: [any MetricSource] = []
        /// Sources that take nothing more, oldest first.
        var retired: [Retired] = []
        var isClosed = false

        /// What a reader collects, and which of it for the last time: what ended it collects once.
        func sources(of reader: MetricReaderAccount) -> (all: [any MetricSource], retired: [Retired]) {
            guard !self.retired.isEmpty else { return (self.sources, []) }
            let missing = self.retired.filter { $0.missing.contains(reader.index) }
            let known = self.retired.filter { !$0.missing.contains(reader.index) }.map { ObjectIdentifier($0.source) }
            return (self.sources.without(Set(known)), missing)
        }
    }

    /// A source that takes nothing more.
    private struct Retired {
        let source: any MetricSource
        let time: UInt64
        /// The readers that have not collected it since.
        var missing: Set<Int>
    }

    /// What the application decides about all its metrics.
    package struct Settings: Sendable {
        package var views: [InstrumentView] = []
        package var viewMatchingMode = ViewMatchingMode.independent
        package var exemplarFilter = ExemplarFilter.traceBased
        package var configurator = MeterConfigurator.enablingAll

        package init() {}
    }

    package init(scopes: ScopeTable, _ settings: Settings = Settings()) {
        self.scopes = scopes
        self.exemplarFilter = settings.exemplarFilter
        self.meters = BackendTable(settings.configurator)
        self.state = ForkSafeMutex(State(views: ViewTable(views: settings.views, mode: settings.viewMatchingMode)))
        ThreadCells.installThreadExitHandler()
    }

    deinit {
        self.close()
    }

    /// Makes room for a reader.
    ///
    /// Before the first instrument is created.
    package func addReader(_ options: MetricReaderOptions) -> MetricReaderAccount {
        self.state.withLock { state in
            let account = MetricReaderAccount(index: state.readers.count, options: options)
            state.readers.append(account)
            state.openReaders.insert(account.index)
            return account
        }
    }

    var hasReaders: Bool { self.state.withLock { !$0.isClosed && !$0.readers.isEmpty } }

    /// The backend of a meter: the same one for the same scope.
    package func meterBackend(_ scope: OTelScope) -> OTelMeterBackend {
        let number = self.scopes.number(scope)
        return self.meters.backend(number, scope) { SDKMeter(self, scope, number: number) }
    }

    /// Decides anew which meters measure.
    func configureMeters(_ configurator: MeterConfigurator) {
        self.meters.setConfigurator(configurator) { self.scopes.scope($0).scope }
    }

    /// Replaces the views.
    func configureViews(_ views: [InstrumentView]) {
        self.state.withLock { $0.views.views = views }
        for meter in self.meters.backends { meter.applyViews() }
    }

    /// Reports what is wrong with instruments that were created where nothing could be reported.
    package func reportProblems() {
        for meter in self.meters.backends { meter.didCreateInstruments() }
    }

    /// Measurements that came after shutdown.
    package var measurementsAfterShutdown: Int {
        self.state.withLock { $0.sources }.reduce(0) { $0 + (($1 as? MetricStream)?.refused.late ?? 0) }
    }

    /// The streams of an instrument: for each of those that the views make, one for all readers that agree about its
    /// aggregation.
    func configurations(
        of instrument: OTelInstrumentDescriptor,
        in scope: OTelScope,
        report: (String) -> Void
    ) -> [StreamConfiguration] {
        let (views, readers) = self.state.withLock { ($0.views, $0.isClosed ? [] : $0.readers) }
        return views.settings(for: instrument, of: scope, report: report).flatMap { settings in
            StreamConfiguration.all(settings, instrument, readers)
        }
    }

    func plan(_ configuration: StreamConfiguration) -> ReaderPlan {
        ReaderPlan(self.state.withLock { $0.readers }, configuration)
    }

    func add(_ source: any MetricSource) {
        let isClosed = self.state.withLock { state in
            state.sources.append(source)
            return state.isClosed
        }
        if isClosed { source.close() }
    }

    /// Sources that no instrument uses any more: each of their readers collects once more what they have up to `time`,
    /// at which others take their place.
    ///
    /// Where readers never collect, only the newest are kept.
    func retire(_ sources: [any MetricSource], at time: UInt64) {
        let hasTooMany = self.state.withLock { state in
            state.retired += sources.map { source in
                Retired(source: source, time: time, missing: state.openReaders.intersection(source.lastReaders))
            }
            let waiting = state.retired.indices.filter { !state.retired[$0].missing.isEmpty }
            for index in waiting.dropLast(Self.retiredCapacity) { state.retired[index].missing = [] }
            return waiting.count > Self.retiredCapacity
        }
        self.closeRetired()
        if hasTooMany {
            Diagnostics.report(
                .warning,
                "metrics: views were changed too often between two collections; what over \(Self.retiredCapacity) replaced "
                    + "streams had measured is lost"
            )
        }
    }

    private static let retiredCapacity = 100

    /// A reader has collected these sources for the last time; without any, it collects nothing any more.
    private func release(_ reader: MetricReaderAccount, _ sources: [any MetricSource]? = nil) {
        let collected = sources.map { Set($0.map { ObjectIdentifier($0) }) }
        self.state.withLock { state in
            for (index, retired) in state.retired.enumerated()
            where collected?.contains(ObjectIdentifier(retired.source)) ?? true {
                state.retired[index].missing.remove(reader.index)
            }
        }
        self.closeRetired()
    }

    private func closeRetired() {
        let ended = self.state.withLock { state -> [any MetricSource] in
            let ended = state.retired.filter(\.missing.isEmpty).map(\.source)
            let identities = Set(ended.map { ObjectIdentifier($0) })
            state.retired.removeAll { identities.contains(ObjectIdentifier($0.source)) }
            state.sources = state.sources.without(identities)
            return ended
        }
        for source in ended { source.close() }
    }
}

// Collection and the end.
extension MetricsProvider {
    /// The reader's points.
    ///
    /// Callbacks run meanwhile on a thread of their own, for half of the time at most; for other readers' collections it
    /// waits until `deadline`, and is incomplete then.
    func collect(
        _ reader: MetricReaderAccount,
        resource: EncodedResource,
        maxBatchPoints: Int = .max,
        isLast: Bool = false,
        by deadline: Deadline
    ) -> CollectedMetrics {
        let now = cotel_realtime_ns()
        let (sources, retired) = self.state.withLock { $0.sources(of: reader) }
        let filters = self.filters(of: sources, reader)
        var work = CallbackWork()
        for meter in self.meters.backends { meter.addCallbacks(to: &work, for: reader, filters) }
        let observations = reader.callbacks.run(work, by: deadline)
        let productions = ProducedMetrics(reader.options, resource: resource.attributes, by: deadline)
        var collected = CollectedMetrics(MetricOutput(maxBatchPoints: maxBatchPoints))
        collected.problems = observations.problems + productions.problems
        let hadTurn = self.inTurn(by: deadline) {
            let round = CollectionRound(
                reader,
                time: max(now, reader.previousCollection &+ 1),
                ends: Dictionary(uniqueKeysWithValues: retired.map { (ObjectIdentifier($0.source), $0.time) }),
                observations: observations,
                filters: filters
            )
            // What comes while this is being exported would be part of no collection any more: it is counted as late.
            if isLast, self.isOnlyOpen(reader) { for source in sources { source.stop() } }
            for source in sources { source.collect(round, into: &collected.output) }
            reader.previousCollection = round.time
        }
        if !hadTurn { collected.problems.append(CollectionProblem("another reader's collection took all the time")) }
        productions.write(to: &collected.output, self.scopes)
        collected.report()
        for source in sources { source.reportProblems() }
        self.reportProblems()
        if hadTurn, !retired.isEmpty { self.release(reader, retired.map(\.source)) }
        return collected
    }

    private func isOnlyOpen(_ reader: MetricReaderAccount) -> Bool {
        self.state.withLock { $0.openReaders == [reader.index] }
    }

    /// Runs `body` while no other collection does; false when its turn does not come in time.
    private func inTurn(by deadline: Deadline, _ body: () -> Void) -> Bool {
        let isTurn: Bool? = self.collections.wait(until: deadline) { collections in
            guard !collections.isRunning else { return nil }
            collections.isRunning = true
            return true
        }
        guard isTurn == true else { return false }
        defer { self.collections.update { $0.isRunning = false } }
        body()
        return true
    }

    /// What the reader's filter says about the streams that it gets.
    private func filters(
        of sources: [any MetricSource],
        _ reader: MetricReaderAccount
    ) -> [ObjectIdentifier: StreamFilter] {
        guard let filter = reader.options.filter else { return [:] }
        let wanted = sources.filter { $0.info.plan.reader(reader) != nil }
        return Dictionary(uniqueKeysWithValues: wanted.map { (ObjectIdentifier($0), StreamFilter(filter, $0.info)) })
    }

    /// A reader has collected for the last time.
    ///
    /// With the last reader gone, nothing is measured any more.
    func readerDidShutDown(_ reader: MetricReaderAccount) {
        let isLast = self.state.withLock { state in
            state.openReaders.remove(reader.index) != nil && state.openReaders.isEmpty
        }
        self.release(reader)
        if isLast { self.close() }
    }

    /// Ends all measuring; again, it does nothing.
    package func close() {
        let sources = self.state.withLock { state -> [any MetricSource] in
            defer { state.isClosed = true }
            return state.isClosed ? [] : state.sources
        }
        self.meters.close()
        for source in sources { source.close() }
    }

    /// Starts over in a forked child: what was measured belongs to the parent.
    ///
    /// Before the readers start again, and only on the child's single thread.
    package func resetAfterFork() {
        self.collections.resetAfterFork { $0 = Collections() }
        ThreadCells.forgetAfterFork(cotel_thread_get())
        let (sources, readers) = self.state.withLock { ($0.sources, $0.readers) }
        for meter in self.meters.backends { meter.resetAfterFork() }
        for source in sources { source.resetAfterFork() }
        let now = cotel_realtime_ns()
        for reader in readers {
            reader.previousCollection = now
            reader.callbacks.resetAfterFork()
        }
    }
}

extension [any MetricSource] {
    fileprivate func without(_ identities: Set<ObjectIdentifier>) -> [any MetricSource] {
        self.filter { !identities.contains(ObjectIdentifier($0)) }
    }
}
