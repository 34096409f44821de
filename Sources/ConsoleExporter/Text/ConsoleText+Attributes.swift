import OTelAPI

extension ConsoleText {
    /// Appends `key=value` for each attribute, after two spaces.
    mutating func append(_ attributes: some Sequence<OTelAttributes.Element>) {
        var separator = "  "
        for attribute in attributes {
            self.append(separator)
            self.append(attribute)
            separator = " "
        }
    }

    /// Appends `key=value`.
    mutating func append(_ attribute: OTelAttributes.Element) {
        self.styled(.dim) { text in
            text.append(token: attribute.key)
            text.append("=")
        }
        self.append(attribute.value)
    }

    /// Appends a value: text in quotes where needed, collections as JSON, bytes as base64.
    mutating func append(_ value: OTelValue) {
        switch value {
        case .string(let text): self.append(token: text)
        case .empty: self.append("null")
        case .bool, .int, .double, .bytes, .array, .map: self.append(data: value.description)
        }
    }

    /// Appends a log record's body on one line.
    mutating func append(body: OTelValue) {
        self.append(data: body.description, limit: TextLimit.message)
    }
}

/// Items that were recorded beyond a limit, under the names that the specification gives them for formats without a
/// field of their own (`specification/common/mapping-to-non-otlp.md`).
enum DroppedCounts {
    static func attributes(attributes: Int, events: Int = 0, links: Int = 0) -> [OTelAttributes.Element] {
        var counts: [OTelAttributes.Element] = []
        if attributes > 0 { counts.append((key: "otel.dropped_attributes_count", value: .int(attributes))) }
        if events > 0 { counts.append((key: "otel.dropped_events_count", value: .int(events))) }
        if links > 0 { counts.append((key: "otel.dropped_links_count", value: .int(links))) }
        return counts
    }
}
