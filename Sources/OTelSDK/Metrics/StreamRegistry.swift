import OTelAPI

/// The streams of one meter by their configuration.
struct StreamRegistry {
    private var streams: [StreamConfiguration: any MetricSource] = [:]
    /// The first stream of each name, by its name in lower case.
    private var names: [String: StreamConfiguration] = [:]
    /// Those that were asked for since the registry was made.
    private(set) var used: Set<ObjectIdentifier> = []

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
    mutating func resolveName(of configuration: inout StreamConfiguration) -> String? {
        let folded = InstrumentRules.foldedName(configuration.name)
        guard let first = self.names[folded] else {
            self.names[folded] = configuration
            return nil
        }
        let spelling = configuration.name
        configuration.name = first.name
        return configuration.conflicts(with: first) ? configuration.conflict(with: first, spelling) : nil
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
    fileprivate func conflict(with first: StreamConfiguration, _ spelling: String) -> String {
        let here = spelling == first.name ? "" : " (here \"\(spelling)\")"
        return "two different instruments are called \"\(first.name)\"\(here): first \(first.summary); then "
            + "\(self.summary). Both are exported under that name, which receivers may not tell apart: "
            + self.remedy(first)
    }

    /// `counter of Int, unit "1", description "…"`.
    private var summary: String {
        "\(self.kind) of \(self.isInteger ? "Int" : "Double"), unit \"\(self.unit)\", description "
            + "\"\(self.description)\""
    }

    private func remedy(_ first: StreamConfiguration) -> String {
        let selector = "InstrumentSelector(name: \"\(self.name)\""
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
        return "rename one, or make them equal"
    }
}
