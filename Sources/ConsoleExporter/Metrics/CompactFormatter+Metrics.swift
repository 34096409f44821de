import OTLPProto
import OTelAPI

// One line a point, and one for each of its latest exemplars.
extension CompactFormatter {
    mutating func append(_ metrics: [MetricView], to text: inout ConsoleText) {
        for row in MetricRow.rows(metrics) {
            self.append(row, to: &text)
            for exemplar in row.latestExemplars { self.append(exemplar, of: row, to: &text) }
        }
    }

    private mutating func append(_ row: MetricRow, to text: inout ConsoleText) {
        self.append(time: row.time, mark: "●", .cyan, nil, nil, row.scope, to: &text)
        text.styled(.bold) { $0.append(data: row.name) }
        text.append(" ")
        text.append(row.value.count == nil ? row.value.headline : "count=\(row.value.headline)", .cyan)
        for (name, value) in row.value.facts { text.append(" \(name)=\(value)", .cyan) }
        text.append(unit: row.unit)
        text.append(row.attributes)
        if row.exemplars.count > row.latestExemplars.count {
            text.append(" (\(row.exemplars.count) exemplars)", .dim)
        }
        text.endLine()
    }

    private mutating func append(_ exemplar: MetricView.Exemplar, of row: MetricRow, to text: inout ConsoleText) {
        self.append(time: exemplar.time, mark: "◦", .cyan, exemplar.traceID, exemplar.spanID, row.scope, to: &text)
        text.append(data: row.name)
        text.append(" ")
        text.append(exemplar.value.asValue.description, .cyan)
        text.append(unit: row.unit)
        text.append(exemplar.filteredAttributes)
        text.endLine()
    }
}

extension ConsoleText {
    fileprivate mutating func append(unit: String) {
        guard !unit.isEmpty else { return }
        self.append(" ")
        self.append(data: unit)
    }
}
