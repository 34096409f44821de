/// How spans or log records get from where they are recorded to their exporter: the specification's batch and simple
/// processors, with bounds in bytes too.
public struct RecordProcessor: Sendable, Hashable {
    private enum Kind: Hashable { case batch, simple }

    private var kind: Kind
    /// Items held at most, those being exported included; further ones are dropped and counted.
    ///
    /// Default 2048.
    public var maxQueueSize = 2048
    /// Bytes held at most; further items are dropped and counted.
    ///
    /// Default 16 MiB.
    public var maxQueueBytes = 16 * 1024 * 1024
    /// The time between two exports while fewer than `maxExportBatchSize` items wait.
    ///
    /// Default 5 s for spans, 1 s for log records.
    public var scheduledDelay: Duration?
    /// What one export may take, retries included.
    ///
    /// Default 30 s; zero means no limit.
    public var exportTimeout = Duration.seconds(30)
    /// Items in one export at most.
    ///
    /// Default 512.
    public var maxExportBatchSize = 512
    /// Bytes of records in one export at most; a larger record travels alone.
    ///
    /// Default 3.5 MiB, since many receivers enforce 4 MiB.
    public var maxBatchBytes = 3_670_016

    /// Collects items and exports them in batches.
    public static func batch(
        maxQueueSize: Int = 2048,
        maxExportBatchSize: Int? = nil,
        scheduledDelay: Duration? = nil,
        exportTimeout: Duration = .seconds(30),
        maxQueueBytes: Int = 16 * 1024 * 1024
    ) -> RecordProcessor {
        var processor = RecordProcessor(kind: .batch)
        processor.maxQueueSize = maxQueueSize
        processor.maxExportBatchSize = maxExportBatchSize ?? min(512, max(maxQueueSize, 1))
        processor.scheduledDelay = scheduledDelay
        processor.exportTimeout = exportTimeout
        processor.maxQueueBytes = maxQueueBytes
        return processor
    }

    /// The batch processor with its defaults.
    public static var batch: RecordProcessor { .batch() }

    /// Exports each item as soon as it is recorded, one at a time.
    ///
    /// The exporter runs on the sink's thread, not on the caller's: recording never waits.
    public static var simple: RecordProcessor { RecordProcessor(kind: .simple) }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// The same settings, checked and complete.
    package struct Resolved: Sendable {
        package var maxQueueSize: Int
        package var maxQueueBytes: Int
        package var scheduledDelay: Duration
        package var exportTimeout: Duration
        package var maxExportBatchSize: Int
        package var maxBatchBytes: Int
        /// The export thread wakes when so many items are held.
        package var wakeItems: Int
    }

    package func resolved(for sink: String, defaultDelay: Duration) throws(ConfigError) -> Resolved {
        let setting = "\(sink).processor"
        try Limit.check(self.maxQueueSize, in: 1...16_777_000, "\(setting).maxQueueSize")
        try Limit.check(self.maxQueueBytes, in: 4096...1_099_511_627_775, "\(setting).maxQueueBytes")
        try Limit.check(self.maxExportBatchSize, in: 1...self.maxQueueSize, "\(setting).maxExportBatchSize")
        try Limit.check(self.maxBatchBytes, in: 1024...67_108_864, "\(setting).maxBatchBytes")
        let delay = self.scheduledDelay ?? defaultDelay
        guard delay >= .zero else {
            throw ConfigError(
                setting: "\(setting).scheduledDelay",
                value: "\(delay)",
                expected: "a duration of zero or more"
            )
        }
        guard self.exportTimeout >= .zero else {
            throw ConfigError(
                setting: "\(setting).exportTimeout",
                value: "\(self.exportTimeout)",
                expected: "a duration of zero or more"
            )
        }
        let isSimple = self.kind == .simple
        return Resolved(
            maxQueueSize: self.maxQueueSize,
            maxQueueBytes: self.maxQueueBytes,
            // A delay of zero would never let the thread sleep.
            scheduledDelay: max(delay, .milliseconds(1)),
            exportTimeout: self.exportTimeout == .zero ? .seconds(1_000_000_000) : self.exportTimeout,
            maxExportBatchSize: isSimple ? 1 : self.maxExportBatchSize,
            maxBatchBytes: self.maxBatchBytes,
            wakeItems: isSimple ? 1 : min(self.maxExportBatchSize, max(1, self.maxQueueSize / 2))
        )
    }
}
