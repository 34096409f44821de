import OTLPProto
import OTelAPI

// One line a point.
extension CompactFormatter {
    mutating func append(_ metrics: [MetricView], to text: inout ConsoleText) {
        for row in MetricRow.rows(metrics) {
            self.append(time: row.time, mark: "●", .cyan, nil, nil, row.scope, to: &text)
            text.styled(.bold) { $0.append(data: row.name) }
            text.append(" ")
            self.append(row, to: &text)
            text.append(row.attributes)
            text.endLine()
        }
    }

    private func append(_ row: MetricRow, to text: inout ConsoleText) {
        switch row.value {
        case .number(let number):
            text.append(number.asValue.description, .cyan)
        case .histogram(let point):
            text.append("count=\(point.count)", .cyan)
            for (name, value) in point.summary { text.append(" \(name)=\(value)", .cyan) }
        }
        guard !row.unit.isEmpty else { return }
        text.append(" ")
        text.append(data: row.unit)
    }
}
