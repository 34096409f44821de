public import OTelAPI

/// Changes what becomes of the measurements of some instruments (`specification/metrics/sdk.md`, "View").
///
/// What is nil stays as the instrument, its author's advice and the reader have it.
public struct InstrumentView: Sendable {
    /// Which instruments.
    public var selector: InstrumentSelector
    /// What the stream is called; only for selectors that name one instrument without wildcards.
    public var name: String?
    /// What it tells.
    public var description: String?
    /// Which attributes tell its series apart.
    ///
    /// Those left out may still appear on exemplars; `exemplarReservoir` and `Config.exemplarFilter` decide about those.
    public var attributes: AttributeKeyFilter?
    /// How measurements become points.
    public var aggregation: MetricAggregation?
    /// Where measurements are kept as examples.
    public var exemplarReservoir: ExemplarReservoirFactory?
    /// The sets of attributes that are reported one by one, for every reader; from 1 to 1 000 000.
    public var cardinalityLimit: Int?

    /// A view; it is checked when telemetry starts.
    public init(
        _ selector: InstrumentSelector,
        name: String? = nil,
        description: String? = nil,
        attributes: AttributeKeyFilter? = nil,
        aggregation: MetricAggregation? = nil,
        exemplarReservoir: ExemplarReservoirFactory? = nil,
        cardinalityLimit: Int? = nil
    ) {
        self.selector = selector
        self.name = name
        self.description = description
        self.attributes = attributes
        self.aggregation = aggregation
        self.exemplarReservoir = exemplarReservoir
        self.cardinalityLimit = cardinalityLimit
    }

    func check(_ setting: String) throws(ConfigError) {
        if let name, !self.selector.namesOneInstrument {
            throw ConfigError(
                setting: "\(setting).name",
                value: name,
                expected:
                    "no name where several instruments may be selected; give the selector a name without wildcards"
            )
        }
        if let cardinalityLimit { try CardinalityLimit.check(cardinalityLimit, "\(setting).cardinalityLimit") }
        try self.exemplarReservoir?.check("\(setting).exemplarReservoir")
        try self.aggregation?.check("\(setting).aggregation")
    }
}

/// Selects instruments; what is nil matches any.
///
/// In all texts but the unit, `*` stands for any characters, none included, and `?` for one. The names of instruments are
/// compared without regard to case, which does not tell instruments apart.
public struct InstrumentSelector: Sendable, Hashable {
    /// The name of the instrument.
    public var name: String?
    /// Its kind.
    public var kind: OTelInstrumentKind?
    /// Its unit, exactly.
    public var unit: String?
    /// The name of its meter.
    public var meterName: String?
    /// The version of its meter; a meter without one does not match, unless by `*`.
    public var meterVersion: String?
    /// The schema URL of its meter; a meter without one does not match, unless by `*`.
    public var meterSchemaURL: String?

    /// A selector; without arguments it selects all instruments.
    public init(
        name: String? = nil,
        kind: OTelInstrumentKind? = nil,
        unit: String? = nil,
        meterName: String? = nil,
        meterVersion: String? = nil,
        meterSchemaURL: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.meterName = meterName
        self.meterVersion = meterVersion
        self.meterSchemaURL = meterSchemaURL
    }

    /// Whether no two instruments of one meter match, but for different kinds and units.
    var namesOneInstrument: Bool {
        self.name.map { !$0.utf8.contains(UInt8(ascii: "*")) && !$0.utf8.contains(UInt8(ascii: "?")) } ?? false
    }

    func matches(_ instrument: OTelInstrumentDescriptor, of scope: OTelScope) -> Bool {
        (self.kind ?? instrument.kind) == instrument.kind
            && (self.unit ?? instrument.unit) == instrument.unit
            && Self.matches(self.name.map(InstrumentRules.foldedName), InstrumentRules.foldedName(instrument.name))
            && Self.matches(self.meterName, scope.name)
            && Self.matches(self.meterVersion, scope.version ?? "")
            && Self.matches(self.meterSchemaURL, scope.schemaURL ?? "")
    }

    private static func matches(_ pattern: String?, _ text: String) -> Bool {
        pattern.map { WildcardPattern($0).matches(text) } ?? true
    }
}

/// What several views that match one instrument do (`specification/metrics/sdk.md`, "Measurement processing").
public enum ViewMatchingMode: Sendable, Hashable {
    /// Each makes a stream of its own.
    case independent
    /// Those with one stream name, and those without a name, make one stream together: of each setting the last view's
    /// counts, and only attributes that all of them keep are kept.
    case composable
}
