import OTLPProto
import OTelAPI

/// Brings metrics of several libraries together under the names that they have in a format.
///
/// The first metric of a name decides: one of another type is dropped, another description or unit is ignored; each is
/// reported.
struct FamilyTable {
    private let options: ExpositionOptions
    private let format: ExpositionFormat
    private(set) var families: [Family] = []
    /// Which family has a name to itself.
    private var owners: [String: Int] = [:]
    private(set) var labels: LabelWriter

    init(_ options: ExpositionOptions, _ format: ExpositionFormat, resource: OTelAttributes) {
        self.options = options
        self.format = format
        self.labels = LabelWriter(options, escaping: format.escaping, resource: resource)
        if options.hasTargetInfo, !resource.isEmpty { self.addTarget(resource) }
    }

    private mutating func addTarget(_ resource: OTelAttributes) {
        var target = Family(name: "target_info", type: .info, help: "Target metadata", unit: "")
        _ = target.add(.init(labels: self.labels.labels(resource, scope: nil), value: .number(.int(1))))
        _ = self.append(target)
    }

    mutating func add(_ metric: ScrapedMetric) {
        guard !metric.name.isEmpty else { return self.warn("", "a metric without a name is left out") }
        let translated = self.options.translation.metric(metric.name, unit: metric.unit, type: metric.type)
        let name = self.format.escaping.escape(translated.name, .metric)
        let new = Family(name: name, type: metric.type, help: metric.description, unit: translated.unit)
        guard let index = self.index(of: new) ?? self.append(new) else {
            return self.warn(name, "\(metric.name) is left out: its name \(name) belongs to a metric of another type")
        }
        self.reconcile(index, with: new)
        let reserved = metric.type == .histogram ? "le" : metric.type == .summary ? "quantile" : ""
        for point in metric.points {
            let labels = self.labels.labels(point.attributes, scope: metric.scope, reserved: reserved)
            let series = Family.Series(labels: labels, value: point.value, exemplars: point.exemplars)
            if !self.families[index].add(series) {
                self.warn("\(name) series", "\(name) has several series with the same labels: only one is shown")
            }
        }
    }

    private func index(of family: Family) -> Int? {
        guard let index = self.owners[family.name] else { return nil }
        let known = self.families[index]
        return known.name == family.name && known.type == family.type && known.type != .info ? index : nil
    }

    /// The index of a new family; nil when one of its names is another's.
    private mutating func append(_ family: Family) -> Int? {
        let claims = family.claims(isOpenMetrics: self.format.isOpenMetrics)
        guard claims.allSatisfy({ self.owners[$0] == nil }) else { return nil }
        for name in claims { self.owners[name] = self.families.count }
        self.families.append(family)
        return self.families.count - 1
    }

    private mutating func reconcile(_ index: Int, with other: Family) {
        if self.families[index].help.isEmpty { self.families[index].help = other.help }
        if !other.help.isEmpty, other.help != self.families[index].help {
            self.warn("\(other.name) HELP", "\(other.name) has several descriptions: only the first is shown")
        }
        if other.unit != self.families[index].unit {
            self.warn("\(other.name) UNIT", "\(other.name) has several units: only the first is shown")
        }
    }

    private func warn(_ topic: String, _ message: String) {
        self.options.warn("Prometheus \(topic)", "Prometheus: \(message)")
    }
}
