import OTLPProto
import OTelAPI
import OTelSDK

/// `ConsoleFormat.pretty`.
struct PrettyFormatter: ItemFormatter {
    var live = LiveSpans()

    mutating func append(_ item: StreamBatch.Item, to text: inout ConsoleText) {
        switch item {
        case .spanStart(let span): self.append(start: span, to: &text)
        case .spanEnd(let span): self.append(end: span, to: &text)
        case .logRecord(let record): self.append(record, to: &text)
        }
        text.endLine()
    }

    private func append(_ record: LogRecordView, to text: inout ConsoleText) {
        let (traceID, severity, attributes) = (record.traceID, record.severity, record.attributes)
        let key = traceID.flatMap { trace in record.spanID.map { LiveSpans.Key(trace: trace, span: $0) } }
        let frame = PrettyFrame(depth: self.live.depth(inside: key), trace: traceID)
        frame.begin(&text, record.timestamp ?? record.observedTimestamp, severity: severity)
        text.append(scope: record.scope)
        self.append(body: record.body, eventName: record.eventName, severity, frame, to: &text)
        let exception = ExceptionText(attributes)
        let others = exception == nil ? Array(attributes) : ExceptionText.others(attributes)
        frame.append(
            others + record.unusualSeverityText
                + DroppedCounts.attributes(attributes: record.droppedAttributeCount),
            to: &text
        )
        guard let exception else { return }
        frame.beginAnother(&text)
        exception.append(to: &text, frame)
    }

    private func append(
        body: OTelValue,
        eventName: String,
        _ severity: OTelSeverity,
        _ frame: PrettyFrame,
        to text: inout ConsoleText
    ) {
        if !eventName.isEmpty {
            text.styled(.bold) { $0.append(data: eventName) }
            if body != .empty { text.append(" ") }
        }
        let style = severity >= .error ? Style.red : nil
        frame.append(lines: body.description, style, limit: TextLimit.message, to: &text)
    }
}

extension ConsoleText {
    /// Appends the name of the library that recorded an item.
    mutating func append(scope: OTelScope) {
        guard !scope.name.isEmpty else { return }
        self.styled(.dim) { text in
            text.append(data: scope.name)
            text.append(": ")
        }
    }
}

extension ExceptionText {
    /// Type, message and stack in red, from the present position on.
    func append(to text: inout ConsoleText, _ frame: PrettyFrame, after offset: String = "") {
        text.append("✗ \(offset)", .red)
        text.styled(.boldRed) { $0.append(data: self.type) }
        if !self.type.isEmpty, !self.message.isEmpty { text.append(": ", .red) }
        frame.append(lines: self.message, .red, limit: TextLimit.message, indent: "  ", to: &text)
        guard !self.stack.isEmpty else { return }
        frame.beginAnother(&text)
        text.append("  ")
        frame.append(lines: self.stack, .dim, limit: TextLimit.stack, indent: "  ", to: &text)
    }
}
