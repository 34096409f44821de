/// Baggage of the formats that have a header for each entry, its name behind a prefix.
///
/// Such formats know no limits: 64 entries and 8192 bytes of names and values are read and written, the rest is left
/// out.
struct BaggageHeaders {
    private static let maximumEntries = 64
    private static let maximumBytes = 8192

    private(set) var baggage = OTelBaggage()
    private var bytes = 0
    /// Entries looked at, the ones too large included: a request full of those can't make us look at all.
    private var seen = 0

    /// Whether nothing more will be taken.
    var isFull: Bool { self.seen >= Self.maximumEntries }

    /// The entries of a carrier.
    init(_ prefix: String, in carrier: some OTelTextMapGetter, _ decode: (String) -> String) {
        for key in carrier.keys where HeaderName.hasPrefix(key, prefix) {
            if self.isFull { return }
            let name = String(key.utf8.dropFirst(prefix.utf8.count)) ?? ""
            // Names that differ in case alone are one header.
            if self.baggage.contains(where: { HeaderName.areSame($0.name, name) }) { continue }
            guard let value = carrier.get(key) else { continue }
            self.add(name, value, decode)
        }
    }

    /// Leaves out what has no name or finds no place.
    mutating func add(_ name: String, _ value: String, _ decode: (String) -> String) {
        self.seen += 1
        let size = name.utf8.count + value.utf8.count
        guard self.seen <= Self.maximumEntries, size <= Self.maximumBytes - self.bytes, !name.isEmpty else { return }
        self.bytes += size
        self.baggage.insert(OTelBaggage.Entry(name: name, value: decode(value), metadata: nil))
    }

    /// `context` with the entries as its baggage, when there are any.
    func added(to context: OTelContext) -> OTelContext {
        self.baggage.isEmpty ? context : context.with(self.baggage)
    }

    /// Calls `set` for each entry of `baggage` that such a header can carry; `encode` gives nil for other values.
    static func inject(
        _ baggage: OTelBaggage,
        prefix: String,
        _ encode: (String) -> String?,
        into set: (_ name: String, _ value: String) -> Void
    ) {
        var entries = 0
        var bytes = 0
        for entry in baggage where entries < self.maximumEntries {
            guard entry.name.utf8.count + entry.value.utf8.count <= self.maximumBytes, entry.name.areAll(.token),
                let value = encode(entry.value), entry.name.utf8.count + value.utf8.count <= self.maximumBytes - bytes
            else { continue }
            entries += 1
            bytes += entry.name.utf8.count + value.utf8.count
            set(prefix + entry.name, value)
        }
    }
}
