import OTLPProto
import OTelAPI

extension PrettyFormatter {
    mutating func append(start span: SpanView, to text: inout ConsoleText) {
        let (context, parent, attributes) = (span.context, span.parentSpanID, span.attributes)
        let key = LiveSpans.Key(trace: context.traceID, span: context.spanID)
        let depth = self.live.begin(key, parent: parent, showing: attributes)
        let frame = PrettyFrame(depth: depth, trace: context.traceID)
        frame.begin(&text, span.startTime, severity: .unspecified)
        self.append("▶ ", .trace(context.traceID), of: span, isIntroduced: true, to: &text)
        frame.append(attributes, to: &text, inside: true)
        if depth == 0 { frame.append(Self.trace(context.traceID), to: &text, inside: true) }
    }

    mutating func append(end span: SpanView, to text: inout ConsoleText) {
        let (context, status, events) = (span.context, span.status, span.events)
        let key = LiveSpans.Key(trace: context.traceID, span: context.spanID)
        let (depth, news, wasShown) = self.live.end(key, parent: span.parentSpanID, span.attributes)
        let end = span.endTime ?? span.startTime
        let frame = PrettyFrame(depth: depth, trace: context.traceID)
        frame.begin(&text, end, severity: status.isError ? .error : .unspecified)
        let style = status.isError ? Style.red : .trace(context.traceID)
        self.append("■ ", style, of: span, isIntroduced: !wasShown, to: &text)
        text.append(" ")
        text.append(Elapsed(from: span.startTime, to: end).text, .cyan)
        self.append(status, unlessToldBy: events, to: &text)
        frame.append(news + DroppedCounts.attributes(of: span), to: &text)
        if !wasShown { frame.append(Self.trace(context.traceID), to: &text) }
        for event in events { self.append(event, since: span.startTime, frame, to: &text) }
        for link in span.links { self.append(link, frame, to: &text) }
    }

    /// The whole id once, to be copied.
    private static func trace(_ id: OTelTraceID) -> [OTelAttributes.Element] {
        [(key: "trace_id", value: .string(id.description))]
    }

    private func append(
        _ mark: String,
        _ style: Style,
        of span: SpanView,
        isIntroduced: Bool,
        to text: inout ConsoleText
    ) {
        text.append(mark, style)
        if isIntroduced { text.append(scope: span.scope) }
        text.styled(.bold) { $0.append(data: span.name) }
        if isIntroduced, span.kind != .internal { text.append(" (\(span.kind))", .dim) }
    }

    /// Appends the outcome; the message of an error not when an exception among the events says the same.
    private func append(_ status: OTelSpanStatus, unlessToldBy events: [SpanView.Event], to text: inout ConsoleText) {
        switch status {
        case .unset:
            ()
        case .ok:
            text.append(" ")
            text.append("OK", .green)
        case .error(let message):
            let isTold = events.contains { ExceptionText($0.attributes)?.message == message }
            guard !message.isEmpty, !isTold else { return }
            text.append(" ")
            text.styled(.red) { $0.append(data: message, limit: TextLimit.message) }
        }
    }

    private func append(
        _ event: SpanView.Event,
        since start: OTelTimestamp,
        _ frame: PrettyFrame,
        to text: inout ConsoleText
    ) {
        let offset = Elapsed(from: start, to: event.time)
        let dropped = DroppedCounts.attributes(attributes: event.droppedAttributeCount)
        frame.beginAnother(&text)
        if event.name == "exception", let exception = ExceptionText(event.attributes) {
            exception.append(to: &text, frame, after: "\(offset.signedText) ")
            frame.append(ExceptionText.others(event.attributes) + dropped, to: &text)
        } else {
            text.append("· \(offset.signedText) ", .dim)
            text.append(data: event.name)
            frame.append(Array(event.attributes) + dropped, to: &text)
        }
    }

    private func append(_ link: OTelLink, _ frame: PrettyFrame, to text: inout ConsoleText) {
        frame.beginAnother(&text)
        text.append("↗ ", .dim)
        text.append("trace_id=\(link.context.traceID) span_id=\(link.context.spanID)", .dim)
        frame.append(link.attributes, to: &text)
    }
}
