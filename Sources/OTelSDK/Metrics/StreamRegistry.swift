import OTelAPI

/// The streams of one meter by their configuration.
struct StreamRegistry {
    private var streams: [StreamConfiguration: any MetricSource] = [:]
    /// The first stream of each name, by its name in lower case.
    private var names: [String: First] = [:]
    /// Those that were asked for since the registry was made.
    private(set) var used: Set<ObjectIdentifier> = []

    private struct First {
        var instrument: OTelInstrumentDescriptor
        var stream: StreamConfiguration
    }

    init() {}

    /// An empty registry that gives out the streams of another where it can.
    init(reusing other: StreamRegistry) {
        self.streams = other.streams
    }

    var sources: [any MetricSource] { Array(self.streams.values) }
    /// Those that are asked for.
    var usedSources: [any MetricSource] { self.sources.filter { self.used.contains(ObjectIdentifier($0)) } }

    subscript(configuration: StreamConfiguration) -> (any MetricSource)? {
        mutating get {
            guard let known = self.streams[configuration] else { return nil }
            self.used.insert(ObjectIdentifier(known))
            return known
        }
        set {
            self.streams[configuration] = newValue
            if let newValue { self.used.insert(ObjectIdentifier(newValue)) }
        }
    }

    /// Forgets streams that nobody asked for since the registry was made.
    mutating func forgetUnused() {
        self.streams = self.streams.filter { self.used.contains(ObjectIdentifier($0.value)) }
    }

    /// Gives a stream the first-seen spelling of its name; returns what is wrong when that is the name of another stream.
    mutating func resolveName(
        of configuration: inout StreamConfiguration,
        from instrument: OTelInstrumentDescriptor
    ) -> String? {
        let folded = InstrumentRules.foldedName(configuration.name)
        guard let first = self.names[folded] else {
            self.names[folded] = First(instrument: instrument, stream: configuration)
            return nil
        }
        let spelling = configuration.name
        configuration.name = first.stream.name
        guard configuration.conflicts(with: first.stream) else { return nil }
        return instrument == first.instrument
            ? configuration.conflict(with: first.stream, ofViewsOf: instrument.name)
            : configuration.conflict(with: first.stream, spelling, instrument: instrument.name)
    }
}

extension StreamConfiguration {
    /// Whether receivers can't tell the metrics apart, or see them as one that changes its nature.
    fileprivate func conflicts(with other: StreamConfiguration) -> Bool {
        var (left, right) = (self, other)
        // The readers of one stream don't see the other.
        guard !Set(left.readers).isDisjoint(with: right.readers) else { return false }
        left.readers = []
        right.readers = []
        return left != right
    }

    /// What a user is told of two streams of one name.
    fileprivate func conflict(with first: StreamConfiguration, _ spelling: String, instrument: String) -> String {
        let here = spelling == first.name ? "" : " (here \"\(spelling)\")"
        return "two different instruments are called \"\(first.name)\"\(here): first \(first.summary); then "
            + "\(self.summary). Both are exported under that name, which receivers may not tell apart: "
            + self.remedy(first, instrument: instrument)
    }

    /// The same of two views of one instrument.
    fileprivate func conflict(with first: StreamConfiguration, ofViewsOf instrument: String) -> String {
        "views export the instrument \"\(instrument)\" more than once under the name \"\(first.name)\", with different "
            + "\(self.differences(first)), which receivers may not tell apart: give each view a name of its own"
    }

    private func differences(_ first: StreamConfiguration) -> String {
        [
            self.description == first.description ? nil : "descriptions",
            self.aggregation == first.aggregation ? nil : "aggregations",
            self.attributes == first.attributes ? nil : "attribute keys",
            self.exemplarReservoir == first.exemplarReservoir ? nil : "exemplar reservoirs",
            self.cardinalityLimit == first.cardinalityLimit ? nil : "cardinality limits",
            Set(self.readers) == Set(first.readers) ? nil : "readers",
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// `counter of Int, unit "1", description "…"`.
    private var summary: String {
        "\(self.kind) of \(self.isInteger ? "Int" : "Double"), unit \"\(self.unit)\", description "
            + "\"\(self.description)\""
    }

    private func remedy(_ first: StreamConfiguration, instrument: String) -> String {
        let selector = "InstrumentSelector(name: \"\(instrument)\""
        if self.kind != first.kind {
            return "make them equal, or rename one with InstrumentView(\(selector), kind: .\(self.kind)), name: \"…\")"
        }
        if self.unit != first.unit {
            return "make them equal, or rename one with InstrumentView(\(selector), unit: \"\(self.unit)\"), "
                + "name: \"…\")"
        }
        if self.description != first.description {
            return "make them equal, or give both one description with InstrumentView(\(selector)), "
                + "description: \"…\")"
        }
        return "they differ in their \(self.differences(first)); rename one, or make them equal"
    }
}
