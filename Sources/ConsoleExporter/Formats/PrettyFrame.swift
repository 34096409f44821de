import OTelAPI

/// What surrounds a pretty item: time, severity and trace on its first line, and the lines of the tree on all of them.
///
/// Data never stands left of the tree: a line break in it cannot pass for an item of its own.
struct PrettyFrame {
    let depth: Int
    let trace: OTelTraceID?

    private static let severityColumn = 13
    private static let traceColumn = severityColumn + 7
    private static let treeColumn = traceColumn + 9
    private static let maxDepth = 16
    /// Attributes that would reach beyond go to a line of their own.
    private static let width = 120

    private var style: Style { self.trace.map { Style.trace($0) } ?? .dim }

    /// Begins the first line.
    func begin(_ text: inout ConsoleText, _ time: OTelTimestamp, severity: OTelSeverity) {
        text.append(UTCTime(time).clock, .dim)
        text.pad(to: Self.severityColumn)
        text.append(severity.name, .severity(severity))
        text.pad(to: Self.traceColumn)
        if let trace { text.append(String(trace.description.prefix(8)), self.style) }
        text.pad(to: Self.treeColumn)
        self.appendTree(to: &text, depth: self.depth)
    }

    /// Ends a line and begins another of the same item, one level deeper `inside` a span that has just begun.
    func beginAnother(_ text: inout ConsoleText, inside: Bool = false) {
        text.endLine()
        text.pad(to: Self.treeColumn)
        self.appendTree(to: &text, depth: inside ? self.depth + 1 : self.depth)
        text.append("  ")
    }

    private func appendTree(to text: inout ConsoleText, depth: Int) {
        text.append(String(repeating: "│ ", count: min(depth, Self.maxDepth)), self.style)
    }

    /// Appends attributes, on further lines where they find no room.
    func append(
        _ attributes: some Sequence<OTelAttributes.Element>,
        to text: inout ConsoleText,
        inside: Bool = false
    ) {
        var separator = "  "
        for attribute in attributes {
            var piece = ConsoleText(isColored: text.isColored)
            piece.append(attribute)
            if text.column + separator.utf8.count + piece.column > Self.width {
                self.beginAnother(&text, inside: inside)
            } else {
                text.append(separator)
            }
            text.append(piece)
            separator = " "
        }
    }

    /// Appends text of one or more lines.
    func append(
        lines text: String,
        _ style: Style?,
        limit: Int,
        indent: String = "",
        to output: inout ConsoleText
    ) {
        let lines = Lines(text)
        var missing = lines.missing
        var budget = limit
        for (index, line) in lines.shown.enumerated() {
            if index > 0 { self.beginAnother(&output) }
            if index > 0 { output.append(indent) }
            Self.append(line, style, limit: budget, to: &output)
            budget -= line.unicodeScalars.count
            guard budget <= 0 else { continue }
            missing += lines.shown.count - index - 1
            break
        }
        guard missing > 0 else { return }
        self.beginAnother(&output)
        output.append("\(indent)…(+\(missing) \(missing == 1 ? "line" : "lines"))", .dim)
    }

    private static func append(_ line: Substring, _ style: Style?, limit: Int, to output: inout ConsoleText) {
        guard let style else { return output.append(data: line, limit: limit) }
        output.styled(style) { $0.append(data: line, limit: limit) }
    }
}
