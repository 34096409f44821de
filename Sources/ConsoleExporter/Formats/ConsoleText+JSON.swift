import OTelAPI

// JSON, piece by piece. A comma is written where something other than an opening bracket precedes.
extension ConsoleText {
    /// Appends `{…}`.
    mutating func object(_ members: (inout ConsoleText) -> Void) {
        self.separate()
        self.append("{")
        members(&self)
        self.append("}")
    }

    /// Appends `"key":[…]`.
    mutating func array(_ key: String, _ elements: (inout ConsoleText) -> Void) {
        self.key(key)
        self.append("[")
        elements(&self)
        self.append("]")
    }

    /// Appends `"key":{…}`.
    mutating func object(_ key: String, _ members: (inout ConsoleText) -> Void) {
        self.key(key)
        self.append("{")
        members(&self)
        self.append("}")
    }

    /// Appends `"key":"text"`.
    mutating func member(_ key: String, _ text: String) {
        self.key(key)
        self.quote(text)
    }

    /// Appends `"key":"text"`, or nothing for empty text.
    mutating func memberIfAny(_ key: String, _ text: String) {
        if !text.isEmpty { self.member(key, text) }
    }

    /// Appends `"key":literal`; the literal has to be JSON already.
    mutating func member(_ key: String, literal: String) {
        self.key(key)
        self.append(literal)
    }

    /// Appends `"key":count`, or nothing for zero.
    mutating func memberIfAny(_ key: String, _ count: Int) {
        if count > 0 { self.member(key, literal: String(count)) }
    }

    /// Appends `"key":value`.
    mutating func member(_ key: String, _ value: OTelValue) {
        self.key(key)
        self.json(value)
    }

    /// Appends `"key":{attributes}`, or nothing when there are none.
    mutating func memberIfAny(_ key: String, _ attributes: OTelAttributes) {
        guard !attributes.isEmpty else { return }
        self.object(key) { $0.members(attributes) }
    }

    private mutating func members(_ attributes: OTelAttributes) {
        for (key, value) in attributes { self.member(key, value) }
    }

    /// NaN and infinities become strings, bytes become base64 strings, no value becomes null
    /// (`specification/common/README.md`, "AnyValue representation for non-OTLP protocols").
    private mutating func json(_ value: OTelValue) {
        switch value {
        case .string(let text): self.quote(text)
        case .bool(let flag): self.append(flag ? "true" : "false")
        case .int(let number): self.append(String(number))
        case .double(let number) where number.isFinite: self.append(String(number))
        case .double, .bytes: self.quote(value.description)
        case .empty: self.append("null")
        case .array(let values):
            self.append("[")
            for element in values {
                self.separate()
                self.json(element)
            }
            self.append("]")
        case .map(let attributes):
            self.append("{")
            self.members(attributes)
            self.append("}")
        }
    }

    private mutating func key(_ key: String) {
        self.separate()
        self.quote(key)
        self.append(":")
    }

    private mutating func separate() {
        switch self.bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\n"): ()
        default: self.append(",")
        }
    }

    /// All of the text: JSON is never cut.
    private mutating func quote(_ text: String) {
        self.append("\"")
        self.append(escaped: text)
        self.append("\"")
    }
}
