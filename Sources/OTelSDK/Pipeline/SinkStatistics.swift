public import OTLPProto

/// What became of the items of one sink since it started.
///
/// At every moment `accepted == exported + rejected + dropped.total + pending`.
public struct SinkStatistics: Sendable, Hashable {
    /// What the sink is called.
    public var name: String
    /// Its signal; nil for a stream of several.
    public var signal: Signal?
    /// Spans sampled for the sink and ended, log records let through, or data points collected; for a stream also the
    /// beginnings of spans.
    public var accepted = 0
    /// Confirmed by the receiver.
    public var exported = 0
    /// Refused by the receiver.
    public var rejected = 0
    /// Lost on this side.
    public var dropped = Dropped()

    /// Spans sampled for the sink that a processor or its filter kept from it; not part of `accepted`.
    public var filtered = 0

    /// Waiting or on their way.
    public var pending: Int { self.accepted - self.exported - self.rejected - self.dropped.total }

    /// Reasons for losing an item before a receiver has confirmed it.
    public struct Dropped: Sendable, Hashable {
        /// The queue had as many items or bytes as it may.
        public var queueFull = 0
        /// The item, or its batch, is larger than a limit allows.
        public var tooLarge = 0
        /// The receiver could not be reached, or failed until time or retries ran out.
        public var retriesExhausted = 0
        /// Recorded after shutdown, or unsent when its deadline passed.
        public var afterShutdown = 0

        /// All of them.
        public var total: Int { self.queueFull + self.tooLarge + self.retriesExhausted + self.afterShutdown }
    }

    package init(name: String, signal: Signal?) {
        self.name = name
        self.signal = signal
    }

    /// Counts the outcome of exporting `items`.
    mutating func count(_ items: Int, _ outcome: Result<ExportResult, ExportError>) {
        switch outcome {
        case .success(let result):
            let rejected = min(max(result.rejected, 0), items)
            self.rejected += rejected
            self.exported += items - rejected
        case .failure(let error):
            switch error.code {
            case .rejected: self.rejected += items
            case .tooLarge: self.dropped.tooLarge += items
            case .cancelled: self.dropped.afterShutdown += items
            default: self.dropped.retriesExhausted += items
            }
        }
    }
}
