/// How items look on a console.
///
/// In every format data can neither start a line nor control the terminal: line breaks, carriage returns, escapes and
/// all other control characters, line and paragraph separators and bidirectional overrides are written as `\n` or
/// `\u001b`. Times are UTC.
public struct ConsoleFormat: Sendable, Hashable, CustomStringConvertible {
    enum Kind: String { case compact, pretty, json }

    let kind: Kind

    /// One line an item, in columns; made for `grep`.
    ///
    /// Time, severity (`▶` a span begins, `■` it ends, `●` a metric, `◦` one of the measurements behind it), the first
    /// eight digits of trace id and span id, scope, then message or name, duration, status and attributes. Of the
    /// exemplars of a point the latest three are shown.
    ///
    /// Keys and values are cut after 256 characters, messages after 2048; `…(+N)` says how many are missing.
    public static let compact = ConsoleFormat(kind: .compact)

    /// For people who develop: spans as a tree by parent, the colour of its trace beside each item, durations, errors
    /// with type, message and stack, the events and links of a span under its end.
    ///
    /// Metrics are a table, the latest three exemplars of a point (`◦`) under it.
    ///
    /// Keys and values are cut after 256 characters, messages after 2048, stacks after 8192, and both after 40 lines;
    /// `…(+N)` says how much is missing. A message of several lines is indented behind its first line. A span's end
    /// leaves out the attributes that its start has shown. Up to 4096 unfinished spans are remembered; what the oldest
    /// ones beyond that enclose is shown at the left margin.
    public static let pretty = ConsoleFormat(kind: .pretty)

    /// One JSON object a line, one schema for everything, nothing cut.
    ///
    /// Keys stand in this order and are absent when there is nothing to say: `kind` (`span_start`, `span_end`, `log`,
    /// `metric`), `time` (RFC 3339 with nanoseconds), `observed_time`, `severity`, `severity_number`, `severity_text`,
    /// `name`, `message` (always text), `body` (when it is more than text), `event_name`, `trace_id`, `span_id`,
    /// `parent_span_id`, `trace_flags`, `trace_state`, `span_kind`, `start_time`, `duration_ms`, `status` (`OK`,
    /// `ERROR`), `status_message`, `metric`, `attributes`, `events`, `links`, `dropped_attributes_count`,
    /// `dropped_events_count`, `dropped_links_count`, `scope`, `resource` (what identifies the service).
    public static let json = ConsoleFormat(kind: .json)

    /// `compact`, `pretty` or `json`.
    public var description: String { self.kind.rawValue }
}
