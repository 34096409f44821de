import OTLPProto
import OTelAPI

extension OTelSpanStatus {
    var isError: Bool {
        if case .error = self { true } else { false }
    }
}

extension DroppedCounts {
    static func attributes(of span: SpanView) -> [OTelAttributes.Element] {
        self.attributes(
            attributes: span.droppedAttributeCount,
            events: span.droppedEventCount,
            links: span.droppedLinkCount
        )
    }
}

extension LogRecordView {
    /// The source's own name of the level, when it says something that the severity does not.
    var unusualSeverityText: [OTelAttributes.Element] {
        let text = self.severityText
        guard !text.isEmpty, text.uppercased() != self.severity.name else { return [] }
        return [(key: "severity_text", value: .string(text))]
    }
}

/// An exception as semantic conventions describe it: `exception.type`, `exception.message`, `exception.stacktrace`.
struct ExceptionText {
    let type: String
    let message: String
    let stack: String

    private static let prefix = "exception."

    /// Nil when the attributes describe none.
    init?(_ attributes: OTelAttributes) {
        guard attributes["exception.type"] != nil || attributes["exception.message"] != nil else { return nil }
        self.type = attributes["exception.type"]?.description ?? ""
        self.message = attributes["exception.message"]?.description ?? ""
        self.stack = attributes["exception.stacktrace"]?.description ?? ""
    }

    /// The attributes that say something else.
    static func others(_ attributes: OTelAttributes) -> [OTelAttributes.Element] {
        attributes.filter { !["exception.type", "exception.message", "exception.stacktrace"].contains($0.key) }
    }
}
