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
        let headlines = rows.map(\.value.headline)
        let valueColumn = Self.indent + 2 + min(titles.map(\.column).max() ?? 0, Self.maxNameWidth)
        let valueWidth = min(headlines.map(\.utf8.count).max() ?? 0, Self.maxValueWidth)
        for (index, row) in rows.enumerated() {
            let isNew = index == 0 || titles[index].bytes != titles[index - 1].bytes
            text.pad(to: Self.indent)
            if isNew { text.append(titles[index]) }
            text.pad(to: valueColumn + max(0, valueWidth - headlines[index].utf8.count))
            text.append(headlines[index], .bold)
            Self.appendRest(of: row, to: &text)
            text.endLine()
            for exemplar in row.latestExemplars { Self.append(exemplar, from: valueColumn, to: &text) }
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
        if let count = row.value.count { text.append(count == 1 ? " value " : " values", .dim) }
        for (name, value) in row.value.facts {
            text.append(" \(name) ", .dim)
            text.append(value.description)
        }
        if !row.unit.isEmpty {
            text.append(" ")
            text.styled(.dim) { $0.append(data: row.unit) }
        }
        let bars = row.value.bars
        if !bars.isEmpty { text.append(" \(bars)", .cyan) }
        text.append(row.attributes)
        if row.exemplars.count > row.latestExemplars.count {
            text.append(" (\(row.exemplars.count) exemplars)", .dim)
        }
    }

    private static func append(_ exemplar: MetricView.Exemplar, from column: Int, to text: inout ConsoleText) {
        text.pad(to: column)
        text.append("◦ ", .cyan)
        text.append(UTCTime(exemplar.time).clock, .dim)
        text.append(" ")
        text.append(exemplar.value.asValue.description)
        text.append(exemplar.details)
        text.endLine()
    }
}
