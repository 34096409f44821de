import OTelAPI

/// The spans that have begun and not ended, as far as a console remembers them: how deep they are nested and which
/// attributes their start has shown.
///
/// Holds at most `capacity`; then the span that began first is forgotten, and what it encloses is shown as if it had no
/// parent.
struct LiveSpans {
    /// Span ids are unique within their trace.
    struct Key: Hashable {
        let trace: OTelTraceID
        let span: OTelSpanID
    }

    private struct Entry {
        let depth: Int
        let shown: Set<Int>
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// Keys in the order of their beginning, ended ones among them until the next clearing.
    private var order: [Key] = []
    private var oldest = 0

    /// Attributes remembered of one span.
    private static let maxShown = 64

    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    var count: Int { self.entries.count }

    /// Notes a span; returns how many spans enclose it.
    mutating func begin(_ key: Key, parent: OTelSpanID?, showing attributes: OTelAttributes) -> Int {
        let depth = self.depth(inside: parent.map { Key(trace: key.trace, span: $0) })
        if self.entries.count >= self.capacity { self.forgetOldest() }
        let shown = attributes.prefix(Self.maxShown).map { Self.fingerprint($0) }
        if self.entries.updateValue(Entry(depth: depth, shown: Set(shown)), forKey: key) == nil {
            self.order.append(key)
        }
        if self.order.count > 2 * self.capacity { self.dropEnded() }
        return depth
    }

    /// Forgets a span; returns how many spans enclose it, those of its attributes that were not shown, and whether it
    /// was remembered.
    mutating func end(
        _ key: Key,
        parent: OTelSpanID?,
        _ attributes: OTelAttributes
    ) -> (depth: Int, news: [OTelAttributes.Element], wasShown: Bool) {
        guard let entry = self.entries.removeValue(forKey: key) else {
            return (self.depth(inside: parent.map { Key(trace: key.trace, span: $0) }), Array(attributes), false)
        }
        return (entry.depth, attributes.filter { !entry.shown.contains(Self.fingerprint($0)) }, true)
    }

    /// How many spans enclose what happens inside a span.
    func depth(inside key: Key?) -> Int {
        guard let key, let entry = self.entries[key] else { return 0 }
        return entry.depth + 1
    }

    private static func fingerprint(_ attribute: OTelAttributes.Element) -> Int {
        var hasher = Hasher()
        hasher.combine(attribute.key)
        hasher.combine(attribute.value)
        return hasher.finalize()
    }

    private mutating func forgetOldest() {
        while self.oldest < self.order.count {
            let key = self.order[self.oldest]
            self.oldest += 1
            if self.entries.removeValue(forKey: key) != nil { return }
        }
    }

    private mutating func dropEnded() {
        self.order = self.order[self.oldest...].filter { self.entries[$0] != nil }
        self.oldest = 0
    }
}
