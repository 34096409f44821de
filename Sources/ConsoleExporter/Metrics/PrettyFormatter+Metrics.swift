import OTLPProto
import OTelAPI

// A table of one collection: names, values, what tells series apart.
extension PrettyFormatter {
    private static let indent = 13
    private static let maxNameWidth = 48
    private static let maxValueWidth = 20

    mutating func append(_ metrics: [MetricView], to text: inout ConsoleText) {
        let rows = MetricRow.rows(metrics)
        guard let time = rows.map(\.time).max() else { return }
        text.append(UTCTime(time).clock, .dim)
        text.append(" ")
        text.append("METRICS", .cyan)
        text.endLine()
        let titles = rows.map { Self.title($0) }
        let nameWidth = min(titles.map(\.column).max() ?? 0, Self.maxNameWidth)
        let valueWidth = min(rows.map(\.headline.utf8.count).max() ?? 0, Self.maxValueWidth)
        for (index, row) in rows.enumerated() {
            let isNew = index == 0 || titles[index].bytes != titles[index - 1].bytes
            text.pad(to: Self.indent)
            if isNew { text.append(titles[index]) }
            text.pad(to: Self.indent + nameWidth + 2 + max(0, valueWidth - row.headline.utf8.count))
            text.append(row.headline, .bold)
            Self.appendRest(of: row, to: &text)
            text.endLine()
        }
    }

    private static func title(_ row: MetricRow) -> ConsoleText {
        var title = ConsoleText(isColored: false)
        if !row.scope.name.isEmpty {
            title.append(data: row.scope.name)
            title.append(": ")
        }
        title.append(data: row.name)
        return title
    }

    private static func appendRest(of row: MetricRow, to text: inout ConsoleText) {
        if case .histogram(let point) = row.value {
            text.append(point.count == 1 ? " value " : " values", .dim)
            for (name, value) in point.summary {
                text.append(" \(name) ", .dim)
                text.append(value.description)
            }
        }
        if !row.unit.isEmpty {
            text.append(" ")
            text.styled(.dim) { $0.append(data: row.unit) }
        }
        if case .histogram(let point) = row.value, !point.bars.isEmpty { text.append(" \(point.bars)", .cyan) }
        text.append(row.attributes)
    }
}
