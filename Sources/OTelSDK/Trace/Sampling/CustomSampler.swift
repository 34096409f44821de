/// A sampler of the application's own.
///
/// Any thread may call; must be quick and must not start spans. A sampler that learns its rules while it runs has
/// `start`, `shutdown` and `resetAfterFork` to do so; they do nothing unless implemented.
public protocol CustomSampler: Sendable, CustomStringConvertible {
    /// Decides on one span before it is created.
    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult

    /// Checks the sampler's own settings, when a telemetry is made with it and before anything starts.
    ///
    /// `setting` is where the sampler stands, for the error.
    func validate(_ setting: String) throws(ConfigError)

    /// A telemetry that uses the sampler starts.
    ///
    /// Called before the first span is decided on, once for each telemetry, in however many places an object stands.
    /// May start threads; must not wait.
    func start(serviceName: String)

    /// A telemetry that uses the sampler shuts down; called as often as `start`.
    ///
    /// What the sampler started for it should have ended by the deadline. Spans may still be decided on afterwards.
    func shutdown(by deadline: Deadline)

    /// The process has forked, and this is the child: of all threads only the one that forked exists here.
    ///
    /// Locks that other threads held stay locked for good: replace them, and start threads anew.
    func resetAfterFork()
}

extension CustomSampler {
    /// Finds nothing wrong.
    public func validate(_ setting: String) throws(ConfigError) {}

    /// Does nothing.
    public func start(serviceName: String) {}

    /// Does nothing.
    public func shutdown(by deadline: Deadline) {}

    /// Does nothing.
    public func resetAfterFork() {}
}
