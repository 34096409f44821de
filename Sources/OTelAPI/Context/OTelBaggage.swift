/// Name-value pairs that travel with a request across services.
///
/// Immutable: changes make a new value. Names are unique, case-sensitive and never empty; the last value of a name wins
/// and keeps the name's place. Order means nothing: two baggages are equal when they hold the same entries. Works
/// without an SDK. Everyone whom a request passes through can read it: keep secrets out. Follows
/// [the Baggage API](https://opentelemetry.io/docs/specs/otel/baggage/api/).
public struct OTelBaggage: Sendable {
    /// A name with its value.
    public struct Entry: Sendable, Hashable {
        /// What the value is found by.
        public let name: String
        /// Any text.
        public let value: String
        /// What the W3C format calls properties, as they stand behind the value: `"ttl=30;internal"`.
        ///
        /// Passed on as it is, and left out of a header that it can't stand in.
        public let metadata: String?

        init(name: String, value: String, metadata: String?) {
            self.name = name
            self.value = value
            self.metadata = metadata
        }
    }

    private var entries: [Entry] = []

    /// No entries: a context with this baggage passes nothing on.
    public init() {}

    init(minimumCapacity: Int) {
        self.entries.reserveCapacity(minimumCapacity)
    }

    /// The baggage of the current context.
    public static var current: OTelBaggage { OTelContext.current.baggage }

    /// The value of `name`; nil when it is not set.
    public subscript(name: String) -> String? { self.entry(name)?.value }

    /// The value of `name` with its metadata; nil when it is not set.
    public func entry(_ name: String) -> Entry? {
        self.entries.first { Self.areSame($0.name, name) }
    }

    /// The same baggage with `name` set; what the name had before is replaced, metadata included.
    ///
    /// An empty name changes nothing. A name that is not a token in the sense of HTTP stays within this process: the W3C
    /// header has no way to write it.
    public func setting(_ name: String, _ value: String, metadata: String? = nil) -> OTelBaggage {
        var copy = self
        copy.insert(Entry(name: name, value: value, metadata: metadata))
        return copy
    }

    /// The same baggage without `name`.
    public func removing(_ name: String) -> OTelBaggage {
        var copy = self
        copy.entries.removeAll { Self.areSame($0.name, name) }
        return copy
    }

    /// Names are compared by their bytes, as receivers do.
    @inline(__always)
    private static func areSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    /// `isNew` tells that there is no such name yet.
    @inline(__always)
    mutating func insert(_ entry: consuming Entry, isNew: Bool = false) {
        if isNew { return self.entries.append(entry) }
        let name = entry.name
        if name.isEmpty { return }
        if let index = self.entries.firstIndex(where: { Self.areSame($0.name, name) }) {
            self.entries[index] = entry
        } else {
            self.entries.append(entry)
        }
    }
}

extension OTelBaggage: RandomAccessCollection {
    /// The place of the first entry.
    public var startIndex: Int { 0 }

    /// The place behind the last entry.
    public var endIndex: Int { self.entries.count }

    /// The entry at a place in insertion order.
    public subscript(position: Int) -> Entry { self.entries[position] }
}

extension OTelBaggage: ExpressibleByDictionaryLiteral {
    /// A repeated name is not an error: its last value wins.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements {
            self.insert(Entry(name: name, value: value, metadata: nil))
        }
    }
}

extension OTelBaggage: Hashable {
    /// Equal when both hold the same entries; order does not matter.
    public static func == (left: OTelBaggage, right: OTelBaggage) -> Bool {
        left.count == right.count && left.allSatisfy { right.entry($0.name) == $0 }
    }

    /// The same for the same entries in any order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(Set(self.entries))
    }
}
