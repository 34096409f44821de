import OTelAPI

/// Something of a provider that has points at collection: a stream of synchronous or asynchronous instruments.
protocol MetricSource: AnyObject, Sendable {
    var info: StreamInfo { get }
    /// Writes the reader's points. Called under the provider's collection lock.
    func collect(_ round: CollectionRound, into output: inout MetricOutput)
    /// Takes measurements, or not. Calls nobody else: locks may be held.
    func enable(_ isEnabled: Bool)
    /// Takes nothing more; what was measured can still be collected.
    func stop()
    /// Says what went wrong since the last time. Called without locks.
    func reportProblems()
    /// The readers that collect what it has once more when it is replaced.
    var lastReaders: Set<Int> { get }
    /// Takes nothing more and lets go of everything.
    func close()
    /// Starts over in a forked child.
    func resetAfterFork()
}

extension MetricSource {
    var lastReaders: Set<Int> { Set(self.info.configuration.readers) }
}

/// One collection of one reader.
struct CollectionRound {
    let account: MetricReaderAccount
    /// When it began; later than the one before, even if the wall clock was set back.
    let time: UInt64
    /// When sources that were replaced ended; the others go on.
    private let ends: [ObjectIdentifier: UInt64]
    /// What was observed for it.
    let observations: Observations
    private let filters: [ObjectIdentifier: StreamFilter]

    init(
        _ account: MetricReaderAccount,
        time: UInt64,
        ends: [ObjectIdentifier: UInt64],
        observations: Observations,
        filters: [ObjectIdentifier: StreamFilter]
    ) {
        self.account = account
        self.time = time
        self.ends = ends
        self.observations = observations
        self.filters = filters
    }

    /// The end of what a synchronous stream's points cover.
    func time(of source: any MetricSource) -> UInt64 {
        guard let end = self.ends[ObjectIdentifier(source)] else { return self.time }
        return min(self.time, max(end, self.account.previousCollection &+ 1))
    }

    func filter(of source: any MetricSource) -> StreamFilter {
        self.filters[ObjectIdentifier(source)] ?? StreamFilter(nil, source.info)
    }
}
