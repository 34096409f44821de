import OTLPProto

/// All samples of one name.
struct Family {
    /// A series of it.
    struct Series {
        var labels: String
        var value: ScrapedValue
        var exemplars: [MetricView.Exemplar] = []
    }

    /// As the samples have it, but for suffixes of the type: a counter's has `_total`.
    let name: String
    let type: FamilyType
    var help: String
    var unit: String
    var series: [Series] = []
    private var known: Set<String> = []

    init(name: String, type: FamilyType, help: String, unit: String) {
        self.name = name
        self.type = type
        self.help = help
        self.unit = unit
    }

    /// Adds a series; false when there is one with these labels.
    mutating func add(_ one: Series) -> Bool {
        guard self.known.insert(one.labels).inserted else { return false }
        self.series.append(one)
        return true
    }

    /// What the comments call it.
    func metadataName(isOpenMetrics: Bool) -> String {
        switch self.type {
        case .counter where isOpenMetrics: self.name.hasSuffix("_total") ? String(self.name.dropLast(6)) : self.name
        case .info where isOpenMetrics: String(self.name.dropLast(5))
        case .counter, .gauge, .histogram, .summary, .info: self.name
        }
    }

    /// What the format calls its type.
    func typeName(isOpenMetrics: Bool) -> String {
        switch self.type {
        // There, a counter that is not called total is none.
        case .counter: isOpenMetrics && !self.name.hasSuffix("_total") ? "unknown" : "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .summary: "summary"
        case .info: isOpenMetrics ? "info" : "gauge"
        }
    }

    /// The names that nobody else may use.
    func claims(isOpenMetrics: Bool) -> Set<String> {
        let suffixes =
            switch self.type {
            case .counter, .gauge, .info: [""]
            case .histogram: ["", "_bucket", "_sum", "_count"]
            case .summary: ["", "_sum", "_count"]
            }
        return Set(suffixes.map { self.name + $0 } + [self.metadataName(isOpenMetrics: isOpenMetrics)])
    }
}
