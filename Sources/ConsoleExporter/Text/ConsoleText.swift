/// Text on its way to a console: UTF-8 bytes, colours, and the column in which the next character will stand.
struct ConsoleText {
    private(set) var bytes: [UInt8] = []
    private(set) var column = 0
    let isColored: Bool

    /// Memory that is kept from one batch to the next.
    private static let keptBytes = 256 * 1024

    init(isColored: Bool) {
        self.isColored = isColored
    }

    mutating func clear() {
        self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= Self.keptBytes)
        self.column = 0
    }

    /// Appends text of our own, which needs no escapes.
    mutating func append(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
        self.column += text.unicodeScalars.count
    }

    /// Appends UTF-8 of printable ASCII alone.
    mutating func append(printable utf8: some Collection<UInt8>) {
        self.bytes.append(contentsOf: utf8)
        self.column += utf8.count
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            self.bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            self.bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        self.column += 1
    }

    /// Appends what was prepared elsewhere.
    mutating func append(_ other: ConsoleText) {
        self.bytes.append(contentsOf: other.bytes)
        self.column += other.column
    }

    mutating func endLine() {
        self.bytes.append(0x0a)
        self.column = 0
    }

    /// Appends spaces up to a column; none when it has been passed.
    mutating func pad(to column: Int) {
        while self.column < column { self.append(" ") }
    }

    /// Runs `body` with `style` switched on.
    ///
    /// Styles do not nest.
    mutating func styled(_ style: Style, _ body: (inout ConsoleText) -> Void) {
        guard self.isColored else { return body(&self) }
        let before = self.bytes.count
        self.bytes.append(contentsOf: style.sequence.utf8)
        let start = self.bytes.count
        body(&self)
        if self.bytes.count == start {
            self.bytes.removeSubrange(before...)
        } else {
            self.bytes.append(contentsOf: Style.reset.utf8)
        }
    }

    mutating func append(_ text: String, _ style: Style) {
        self.styled(style) { $0.append(text) }
    }
}
