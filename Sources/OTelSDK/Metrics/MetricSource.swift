/// Something of a provider that has points at collection: a stream of a synchronous or asynchronous instrument.
///
/// A synchronous instrument has one stream; where views make several, each is a source of its own.
protocol MetricSource: AnyObject, Sendable {
    /// Runs user code, if there is any. Called without locks, before `collect`, on the reader's thread.
    func observe() -> ObservationBuffer?
    /// Writes the reader's points. Called under the provider's collection lock.
    func collect(
        _ reader: MetricReaderAccount,
        time: UInt64,
        observed: ObservationBuffer?,
        into output: inout MetricOutput
    )
    /// Says what went wrong since the last time. Called without locks.
    func reportProblems()
    /// Takes nothing more and lets go of everything.
    func close()
    /// Starts over in a forked child.
    func resetAfterFork()
}
