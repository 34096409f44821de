import OTLPProto
import OTelAPI
import OTelSDK

/// `ConsoleFormat.json`.
///
/// Keys keep to the order that is documented there.
struct JSONFormatter: ItemFormatter {
    mutating func append(_ item: StreamBatch.Item, to text: inout ConsoleText) {
        text.object { text in
            switch item {
            case .spanStart(let span): Self.append("span_start", span, end: nil, to: &text)
            case .spanEnd(let span): Self.append("span_end", span, end: span.endTime ?? span.startTime, to: &text)
            case .logRecord(let record): Self.append(record, to: &text)
            }
        }
        text.endLine()
    }

    private static func append(_ kind: String, _ span: SpanView, end: OTelTimestamp?, to text: inout ConsoleText) {
        let context = span.context
        text.member("kind", kind)
        text.member("time", UTCTime(end ?? span.startTime).rfc3339)
        text.member("name", span.name)
        text.member("trace_id", context.traceID.description)
        text.member("span_id", context.spanID.description)
        text.memberIfAny("parent_span_id", span.parentSpanID?.description ?? "")
        text.member("trace_flags", Self.hex(context.traceFlags))
        text.memberIfAny("trace_state", context.traceState.header)
        text.member("span_kind", "\(span.kind)")
        if let end { self.appendOutcome(of: span, end, to: &text) }
        text.memberIfAny("attributes", span.attributes)
        self.append(events: span.events, to: &text)
        self.append(links: span.links, to: &text)
        text.memberIfAny("dropped_attributes_count", span.droppedAttributeCount)
        text.memberIfAny("dropped_events_count", span.droppedEventCount)
        text.memberIfAny("dropped_links_count", span.droppedLinkCount)
        self.append(span.scope, span.resource, to: &text)
    }

    private static func appendOutcome(of span: SpanView, _ end: OTelTimestamp, to text: inout ConsoleText) {
        text.member("start_time", UTCTime(span.startTime).rfc3339)
        text.member("duration_ms", literal: Elapsed(from: span.startTime, to: end).milliseconds)
        switch span.status {
        case .unset:
            ()
        case .ok:
            text.member("status", "OK")
        case .error(let message):
            text.member("status", "ERROR")
            text.memberIfAny("status_message", message)
        }
    }

    private static func append(events: [SpanView.Event], to text: inout ConsoleText) {
        guard !events.isEmpty else { return }
        text.array("events") { text in
            for event in events {
                text.object { text in
                    text.member("time", UTCTime(event.time).rfc3339)
                    text.member("name", event.name)
                    text.memberIfAny("attributes", event.attributes)
                    text.memberIfAny("dropped_attributes_count", event.droppedAttributeCount)
                }
            }
        }
    }

    private static func append(links: [OTelLink], to text: inout ConsoleText) {
        guard !links.isEmpty else { return }
        text.array("links") { text in
            for link in links {
                text.object { text in
                    text.member("trace_id", link.context.traceID.description)
                    text.member("span_id", link.context.spanID.description)
                    text.member("trace_flags", Self.hex(link.context.traceFlags))
                    text.memberIfAny("trace_state", link.context.traceState.header)
                    text.memberIfAny("attributes", link.attributes)
                }
            }
        }
    }

    private static func append(_ record: LogRecordView, to text: inout ConsoleText) {
        let (time, observed, severity) = (record.timestamp, record.observedTimestamp, record.severity)
        text.member("kind", "log")
        text.member("time", UTCTime(time ?? observed).rfc3339)
        if let time, time != observed { text.member("observed_time", UTCTime(observed).rfc3339) }
        text.memberIfAny("severity", severity.name)
        text.memberIfAny("severity_number", Int(severity.rawValue))
        text.memberIfAny("severity_text", record.severityText)
        self.append(body: record.body, to: &text)
        text.memberIfAny("event_name", record.eventName)
        if let traceID = record.traceID {
            text.member("trace_id", traceID.description)
            text.memberIfAny("span_id", record.spanID?.description ?? "")
            text.member("trace_flags", Self.hex(record.traceFlags))
        }
        text.memberIfAny("attributes", record.attributes)
        text.memberIfAny("dropped_attributes_count", record.droppedAttributeCount)
        self.append(record.scope, record.resource, to: &text)
    }

    private static func append(body: OTelValue, to text: inout ConsoleText) {
        guard body != .empty else { return }
        text.member("message", body.description)
        if case .string = body { return }
        text.member("body", body)
    }

    private static func hex(_ flags: OTelTraceFlags) -> String {
        (flags.rawValue < 16 ? "0" : "") + String(flags.rawValue, radix: 16)
    }
}
