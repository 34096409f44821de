import COTelRuntime
import OTLPProto
package import OTelAPI
import OTelWire

/// The metrics of one telemetry: meters, their streams, and the readers that collect them.
///
/// Readers are added first: an instrument that was created before a reader stays unknown to it.
package final class MetricsProvider: @unchecked Sendable {
    // Safety: `state` and `collections` have locks of their own, the rest is immutable.

    private let scopes: ScopeTable
    private let state = SpinLocked(State())
    /// One collection at a time: it touches what the streams keep for all readers.
    ///
    /// Counts them: the thread sanitizer takes an access to a state of no bytes for one to the object's first.
    private let collections = Monitor(0)

    private struct State {
        var readers: [MetricReaderAccount] = []
        var openReaders: Set<Int> = []
        var meters: [OTelScope: SDKMeter] = [:]
        var sources: [any MetricSource] = []
        var isClosed = false
    }

    package init(scopes: ScopeTable) {
        self.scopes = scopes
        ThreadCells.installThreadExitHandler()
    }

    deinit {
        self.close()
    }

    /// Makes room for a reader.
    ///
    /// Before the first instrument is created.
    package func addReader(temporality: MetricTemporality, cardinalityLimit: Int) -> MetricReaderAccount {
        self.state.withLock { state in
            let account = MetricReaderAccount(
                index: state.readers.count,
                temporality: temporality,
                cardinalityLimit: cardinalityLimit
            )
            state.readers.append(account)
            state.openReaders.insert(account.index)
            return account
        }
    }

    /// The backend of a meter: the same one for the same scope.
    ///
    /// Without readers, or after shutdown, it does nothing.
    package func meterBackend(_ scope: OTelScope) -> OTelMeterBackend {
        let number = self.scopes.number(scope)
        return self.state.withLock { state -> OTelMeterBackend in
            guard !state.isClosed else { return OTelMeterBackend() }
            if let known = state.meters[scope] { return known }
            let meter = SDKMeter(self, scope, number: number)
            state.meters[scope] = meter
            return meter
        }
    }

    /// Reports what is wrong with instruments that were created where nothing could be reported.
    package func reportProblems() {
        for meter in self.state.withLock({ Array($0.meters.values) }) { meter.didCreateInstruments() }
    }

    /// Measurements that came after shutdown.
    package var measurementsAfterShutdown: Int {
        self.state.withLock { $0.sources }.reduce(0) { $0 + (($1 as? MetricStream)?.refused.late ?? 0) }
    }

    func plan(_ kind: OTelInstrumentKind) -> ReaderPlan {
        self.state.withLock { $0.isClosed ? ReaderPlan([], kind) : ReaderPlan($0.readers, kind) }
    }

    func add(_ source: any MetricSource) {
        let isClosed = self.state.withLock { state in
            state.sources.append(source)
            return state.isClosed
        }
        if isClosed { source.close() }
    }
}

// Collection and the end.
extension MetricsProvider {
    /// The reader's points.
    ///
    /// Runs callbacks on the calling thread; for several readers at once it waits.
    func collect(_ reader: MetricReaderAccount) -> MetricOutput {
        let now = cotel_realtime_ns()
        let sources = self.state.withLock { $0.sources }
        let observed = sources.map { $0.observe() }
        let output = self.collections.update { count in
            count += 1
            // Each collection is later than the one before, even if the wall clock was set back.
            let time = max(now, reader.previousCollection &+ 1)
            var output = MetricOutput()
            for (source, observed) in zip(sources, observed) {
                source.collect(reader, time: time, observed: observed, into: &output)
            }
            reader.previousCollection = time
            return output
        }
        for source in sources { source.reportProblems() }
        self.reportProblems()
        return output
    }

    /// A reader has collected for the last time.
    ///
    /// With the last reader gone, nothing is measured any more.
    func readerDidShutDown(_ reader: MetricReaderAccount) {
        let isLast = self.state.withLock { state in
            state.openReaders.remove(reader.index) != nil && state.openReaders.isEmpty
        }
        if isLast { self.close() }
    }

    /// Ends all measuring; again, it does nothing.
    package func close() {
        let sources = self.state.withLock { state -> [any MetricSource] in
            defer { state.isClosed = true }
            return state.isClosed ? [] : state.sources
        }
        for source in sources { source.close() }
    }

    /// Starts over in a forked child: what was measured belongs to the parent.
    ///
    /// Before the readers start again, and only on the child's single thread.
    package func resetAfterFork() {
        self.state.resetAfterFork()
        self.collections.resetAfterFork { _ in }
        ThreadCells.forgetAfterFork(cotel_thread_get())
        let (meters, sources, readers) = self.state.withLock { ($0.meters.values, $0.sources, $0.readers) }
        for meter in meters { meter.resetAfterFork() }
        for source in sources { source.resetAfterFork() }
        let now = cotel_realtime_ns()
        for reader in readers { reader.previousCollection = now }
    }
}
