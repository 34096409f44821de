/// What a scrape is answered in: a text format and how names are written in it.
struct ExpositionFormat: Hashable, Sendable {
    enum Syntax: Sendable { case text004, text100, openMetrics001, openMetrics100 }

    let syntax: Syntax
    /// Only the formats of version 1 let the client choose.
    let escaping: EscapingScheme

    /// What is written when nothing else is asked for, or nothing that there is.
    static let text004 = ExpositionFormat(.text004)

    init(_ syntax: Syntax, escaping: EscapingScheme = .underscores) {
        self.syntax = syntax
        self.escaping = syntax == .text100 || syntax == .openMetrics100 ? escaping : .underscores
    }

    var isOpenMetrics: Bool { self.syntax == .openMetrics001 || self.syntax == .openMetrics100 }

    var contentType: String {
        switch self.syntax {
        case .text004: "text/plain; version=0.0.4; charset=utf-8"
        case .text100: "text/plain; version=1.0.0; charset=utf-8; escaping=\(self.escaping.rawValue)"
        case .openMetrics001: "application/openmetrics-text; version=0.0.1; charset=utf-8"
        case .openMetrics100:
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=\(self.escaping.rawValue)"
        }
    }
}
