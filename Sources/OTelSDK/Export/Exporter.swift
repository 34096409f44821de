/// What all exporters have in common.
///
/// Calls come from the one thread of the sink's pipeline, one at a time, except `cancel`. They may block, up to the
/// deadline they are given; telemetry recorded on that thread is discarded.
public protocol Exporter: AnyObject, Sendable {
    /// Sends what the exporter holds back, if it does; returns by `deadline`.
    func forceFlush(by deadline: Deadline)
    /// Lets go of connections and files; returns by `deadline`. Nothing is exported afterwards.
    func shutdown(by deadline: Deadline)
    /// Ends a running `export` at once; called from any thread, at most once, when time has run out.
    func cancel()
    /// The process has forked: drops connections and locks that belong to the parent, without talking to anybody.
    func resetAfterFork()
}

extension Exporter {
    /// Nothing is held back.
    public func forceFlush(by deadline: Deadline) {}
    /// There is nothing to let go of.
    public func shutdown(by deadline: Deadline) {}
    /// An export cannot be ended early.
    public func cancel() {}
    /// Nothing belongs to the parent process.
    public func resetAfterFork() {}
}

/// Sends finished spans somewhere (`specification/trace/sdk.md`, "Span Exporter").
public protocol SpanExporter: Exporter {
    /// Delivers a batch, retrying as the exporter sees fit, and returns by `deadline`.
    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult
}

/// Sends log records somewhere (`specification/logs/sdk.md`, "LogRecordExporter").
public protocol LogRecordExporter: Exporter {
    /// Delivers a batch, retrying as the exporter sees fit, and returns by `deadline`.
    func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult
}

/// Sends metrics somewhere (`specification/metrics/sdk.md`, "Push Metric Exporter").
public protocol MetricExporter: Exporter {
    /// Delivers a batch, retrying as the exporter sees fit, and returns by `deadline`.
    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult
}
