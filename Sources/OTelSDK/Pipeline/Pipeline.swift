/// What every sink has behind it, whatever its signal: something that can be flushed, shut down and counted.
package protocol Pipeline: AnyObject, Sendable {
    /// Starts the export thread.
    func start() throws(ConfigError)
    /// Lets go of the exporter, instead of starting.
    func abandon()
    /// Blocks until everything recorded before the call is delivered or lost; false when `deadline` passes first.
    func flush(by deadline: Deadline) -> Bool
    /// Takes nothing more from now on, delivers what it has, and ends; false when `deadline` passes first. Blocks.
    func shutdown(by deadline: Deadline) -> Bool
    /// What became of everything so far.
    var statistics: SinkStatistics { get }
    /// Starts over in a forked child: what is queued belongs to the parent.
    func resetAfterFork()
}
