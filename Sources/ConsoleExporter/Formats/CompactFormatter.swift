import OTLPProto
import OTelAPI
import OTelSDK

/// `ConsoleFormat.compact`.
struct CompactFormatter: ItemFormatter {
    /// The widest scope so far, within bounds: columns settle after the first lines.
    private var scopeWidth = 0
    private static let maxScopeWidth = 24

    mutating func append(_ item: StreamBatch.Item, to text: inout ConsoleText) {
        switch item {
        case .spanStart(let span): self.append(start: span, to: &text)
        case .spanEnd(let span): self.append(end: span, to: &text)
        case .logRecord(let record): self.append(record, to: &text)
        }
        text.endLine()
    }

    private mutating func append(start span: SpanView, to text: inout ConsoleText) {
        self.append(time: span.startTime, mark: "▶", .cyan, of: span, to: &text)
        text.append(span.attributes)
    }

    private mutating func append(end span: SpanView, to text: inout ConsoleText) {
        let status = span.status
        let end = span.endTime ?? span.startTime
        self.append(time: end, mark: "■", status.isError ? .red : .cyan, of: span, to: &text)
        text.append(" ")
        text.append(Elapsed(from: span.startTime, to: end).text, .cyan)
        self.append(status, to: &text)
        text.append(span.attributes + DroppedCounts.attributes(of: span))
        let (events, links) = (span.events.count, span.links.count)
        if events > 0 { text.append(" (\(events) \(events == 1 ? "event" : "events"))", .dim) }
        if links > 0 { text.append(" (\(links) \(links == 1 ? "link" : "links"))", .dim) }
    }

    private mutating func append(
        time: OTelTimestamp,
        mark: String,
        _ style: Style,
        of span: SpanView,
        to text: inout ConsoleText
    ) {
        let context = span.context
        self.append(time: time, mark: mark, style, context.traceID, context.spanID, span.scope, to: &text)
        text.styled(.bold) { $0.append(data: span.name) }
        if span.kind != .internal { text.append(" (\(span.kind))", .dim) }
    }

    private func append(_ status: OTelSpanStatus, to text: inout ConsoleText) {
        switch status {
        case .unset:
            ()
        case .ok:
            text.append(" ")
            text.append("OK", .green)
        case .error(let message):
            text.append(" ")
            text.styled(.red) { text in
                text.append("ERROR")
                guard !message.isEmpty else { return }
                text.append(" ")
                text.append(token: message, limit: TextLimit.message)
            }
        }
    }

    private mutating func append(_ record: LogRecordView, to text: inout ConsoleText) {
        let severity = record.severity
        self.append(
            time: record.timestamp ?? record.observedTimestamp,
            mark: severity == .unspecified ? "-" : severity.name,
            .severity(severity),
            record.traceID,
            record.spanID,
            record.scope,
            to: &text
        )
        let (eventName, body) = (record.eventName, record.body)
        text.append(data: eventName)
        if !eventName.isEmpty, body != .empty { text.append(": ") }
        text.append(body: body)
        text.append(
            record.attributes + record.unusualSeverityText
                + DroppedCounts.attributes(attributes: record.droppedAttributeCount)
        )
    }

    mutating func append(
        time: OTelTimestamp,
        mark: String,
        _ style: Style,
        _ traceID: OTelTraceID?,
        _ spanID: OTelSpanID?,
        _ scope: OTelScope,
        to text: inout ConsoleText
    ) {
        text.append(UTCTime(time).clock, .dim)
        text.append(" ")
        text.append(mark, style)
        text.pad(to: Column.ids)
        text.styled(.dim) { text in
            text.append(traceID.map { String($0.description.prefix(8)) } ?? "-")
            text.pad(to: Column.spanID)
            text.append(spanID.map { String($0.description.prefix(8)) } ?? "-")
            text.pad(to: Column.scope)
            text.append(data: scope.name.isEmpty ? "-" : scope.name)
            self.scopeWidth = max(self.scopeWidth, min(text.column - Column.scope, Self.maxScopeWidth))
        }
        text.pad(to: Column.scope + self.scopeWidth)
        text.append(" ")
    }

    private enum Column {
        static let ids = 20
        static let spanID = ids + 9
        static let scope = spanID + 9
    }
}
