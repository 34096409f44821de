/// The seven kinds of instrument (`specification/metrics/api.md`, "Instrument").
public enum OTelInstrumentKind: Sendable, Hashable, CaseIterable {
    /// Sums non-negative increments.
    case counter
    /// Sums increments and decrements.
    case upDownCounter
    /// Counts values in ranges.
    case histogram
    /// Keeps the last value.
    case gauge
    /// Observes an ever-growing total.
    case observableCounter
    /// Observes a total that may fall.
    case observableUpDownCounter
    /// Observes a value that makes no sense to add up.
    case observableGauge

    /// Whether values come from callbacks at collection time.
    public var isObservable: Bool {
        switch self {
        case .observableCounter, .observableUpDownCounter, .observableGauge: true
        case .counter, .upDownCounter, .histogram, .gauge: false
        }
    }
}

/// What an instrument is and what its author advises.
public struct OTelInstrumentDescriptor: Sendable, Hashable {
    /// What it does.
    public var kind: OTelInstrumentKind
    /// Its name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`; case does not tell names apart.
    public var name: String
    /// What its values are in, preferably in UCUM notation; empty for none.
    public var unit: String
    /// What it tells; empty for nothing.
    public var description: String
    /// Whether its values are integers.
    public var isInteger: Bool
    /// The upper bounds of the buckets that its author advises; nil for the default.
    ///
    /// Not part of its identity.
    public var boundaries: [Double]?
    /// The keys of the attributes that its author advises to keep; nil for all.
    ///
    /// Not part of its identity.
    public var attributeKeys: [String]?

    /// A description; unit and description are optional.
    public init(
        kind: OTelInstrumentKind,
        name: String,
        unit: String = "",
        description: String = "",
        isInteger: Bool,
        boundaries: [Double]? = nil,
        attributeKeys: [String]? = nil
    ) {
        self.kind = kind
        self.name = name
        self.unit = unit
        self.description = description
        self.isInteger = isInteger
        self.boundaries = boundaries
        self.attributeKeys = attributeKeys
    }

    /// The same without advice: what tells instruments of one meter apart.
    public var identity: OTelInstrumentDescriptor {
        var identity = self
        identity.boundaries = nil
        identity.attributeKeys = nil
        return identity
    }
}
