import OTelAPI

/// How a terminal shows a piece of text.
///
/// Only the sixteen colours that every terminal has, in the user's own palette.
struct Style: Sendable {
    /// What switches it on.
    let sequence: String

    private init(_ codes: String) {
        self.sequence = "\u{1b}[\(codes)m"
    }

    static let reset = "\u{1b}[0m"

    static let dim = Style("2")
    static let bold = Style("1")
    static let red = Style("31")
    static let boldRed = Style("1;31")
    static let green = Style("32")
    static let yellow = Style("33")
    static let blue = Style("34")
    static let cyan = Style("36")

    /// The colour of a severity's range.
    static func severity(_ severity: OTelSeverity) -> Style {
        switch severity.rawValue {
        case 0...4: .dim
        case 5...8: .blue
        case 9...12: .green
        case 13...16: .yellow
        case 17...20: .red
        default: .boldRed
        }
    }

    private static let traces = ["36", "35", "34", "33", "32", "96", "95", "94", "93", "92"].map { Style($0) }

    /// A colour that tells a trace from its neighbours.
    static func trace(_ id: OTelTraceID) -> Style {
        self.traces[Int(id.low % UInt64(self.traces.count))]
    }
}
