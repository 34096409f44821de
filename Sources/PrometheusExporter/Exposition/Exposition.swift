import OTLPProto
import OTelAPI

/// A collection as the text of a scrape.
struct Exposition {
    private let format: ExpositionFormat
    private var labels: LabelWriter
    private(set) var bytes: [UInt8] = []

    init(
        of metrics: [ScrapedMetric],
        resource: OTelAttributes,
        _ options: ExpositionOptions,
        _ format: ExpositionFormat
    ) {
        var table = FamilyTable(options, format, resource: resource)
        for metric in metrics { table.add(metric) }
        self.format = format
        self.labels = table.labels
        for family in table.families where !family.series.isEmpty { self.write(family) }
        if format.isOpenMetrics { self.put("# EOF\n") }
    }

    private mutating func write(_ family: Family) {
        self.writeMetadata(family)
        for series in family.series {
            switch series.value {
            case .number(let value): self.write(value, series, family)
            case .histogram(let histogram): self.write(histogram, series, family.name)
            case .summary(let summary): self.write(summary, series.labels, family.name)
            }
        }
    }

    private mutating func writeMetadata(_ family: Family) {
        let name = family.metadataName(isOpenMetrics: self.format.isOpenMetrics)
        let written = NameRules.metric.isValid(name) ? name : "\"\(name.escapingQuotes)\""
        if !family.help.isEmpty {
            let help = self.format.isOpenMetrics ? family.help.escapingQuotes : family.help.escapingLines
            self.put("# HELP \(written) \(help)\n")
        }
        self.put("# TYPE \(written) \(family.typeName(isOpenMetrics: self.format.isOpenMetrics))\n")
        // OpenMetrics takes a unit only if the name ends in it.
        if self.format.isOpenMetrics, !family.unit.isEmpty, name.hasSuffix("_\(family.unit)") {
            self.put("# UNIT \(written) \(family.unit)\n")
        }
    }

    private mutating func write(_ value: MetricView.Number, _ series: Family.Series, _ family: Family) {
        let takesExemplars = family.type == .counter && family.name.hasSuffix("_total")
        let exemplar = takesExemplars ? series.exemplars.max { $0.time < $1.time } : nil
        let text = value.sampleText(isOpenMetrics: self.format.isOpenMetrics)
        self.writeSample(family.name, series.labels, text, exemplar)
    }

    private mutating func write(_ histogram: ScrapedHistogram, _ series: Family.Series, _ name: String) {
        var total: UInt64 = 0
        var exemplars = HistogramExemplars(series.exemplars, bounds: histogram.bounds)
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            total &+= count
            self.writeBound("\(name)_bucket", series.labels, ("le", bound), "\(total)", exemplars.next())
        }
        if histogram.bounds.last != .infinity {
            let count = "\(histogram.count)"
            self.writeBound("\(name)_bucket", series.labels, ("le", .infinity), count, exemplars.next())
        }
        if let sum = histogram.sum {
            self.writeSample("\(name)_sum", series.labels, self.text(sum))
        }
        self.writeSample("\(name)_count", series.labels, "\(histogram.count)")
    }

    private mutating func write(_ summary: MetricView.SummaryPoint, _ labels: String, _ name: String) {
        for quantile in summary.quantiles {
            self.writeBound(name, labels, ("quantile", quantile.quantile), self.text(quantile.value))
        }
        self.writeSample("\(name)_sum", labels, self.text(summary.sum))
        self.writeSample("\(name)_count", labels, "\(summary.count)")
    }

    /// A sample with one more label, a number.
    private mutating func writeBound(
        _ name: String,
        _ labels: String,
        _ bound: (name: String, value: Double),
        _ value: String,
        _ exemplar: MetricView.Exemplar? = nil
    ) {
        let text = NumberText.bound(bound.value, isOpenMetrics: self.format.isOpenMetrics)
        self.writeSample(name, "\(labels)\(labels.isEmpty ? "" : ",")\(bound.name)=\"\(text)\"", value, exemplar)
    }

    private mutating func writeSample(
        _ name: String,
        _ labels: String,
        _ value: String,
        _ exemplar: MetricView.Exemplar? = nil
    ) {
        if NameRules.metric.isValid(name) {
            self.put(name)
            if !labels.isEmpty { self.put("{\(labels)}") }
        } else {
            self.put("{\"\(name.escapingQuotes)\"\(labels.isEmpty ? "" : ",")\(labels)}")
        }
        self.put(" ")
        self.put(value)
        if self.format.isOpenMetrics, let exemplar { self.put(self.labels.text(exemplar)) }
        self.put("\n")
    }

    private func text(_ value: Double) -> String {
        NumberText.value(value, isOpenMetrics: self.format.isOpenMetrics)
    }

    private mutating func put(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }
}

extension MetricView.Number {
    func sampleText(isOpenMetrics: Bool) -> String {
        switch self {
        case .int(let value): "\(value)"
        case .double(let value): NumberText.value(value, isOpenMetrics: isOpenMetrics)
        }
    }
}

/// The exemplar of each bucket: the largest that is in its range.
private struct HistogramExemplars {
    private var best: [Int: MetricView.Exemplar] = [:]
    private var bucket = 0

    init(_ exemplars: [MetricView.Exemplar], bounds: [Double]) {
        for exemplar in exemplars {
            let value = exemplar.value.asDouble
            guard !value.isNaN else { continue }
            let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
            if let known = self.best[bucket], known.value.asDouble >= value { continue }
            self.best[bucket] = exemplar
        }
    }

    /// That of the next bucket.
    mutating func next() -> MetricView.Exemplar? {
        defer { self.bucket += 1 }
        return self.best[self.bucket]
    }
}
