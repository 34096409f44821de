/// The lines of a text, as many as are shown.
///
/// Line feeds end lines, with or without a carriage return before them.
struct Lines {
    /// The lines to show; at least one.
    let shown: [Substring]
    /// How many are left out.
    let missing: Int

    init(_ text: String, limit: Int = TextLimit.lines) {
        var utf8 = text.utf8[...]
        if utf8.last == 0x0a { utf8.removeLast() }
        // Split no further than needed: a text can be ten million line feeds.
        let pieces = utf8.split(separator: 0x0a, maxSplits: limit, omittingEmptySubsequences: false).prefix(limit)
        let count = utf8.reduce(1) { $1 == 0x0a ? $0 + 1 : $0 }
        self.shown = pieces.map { Substring($0.last == 0x0d ? $0.dropLast() : $0) }
        self.missing = count - self.shown.count
    }
}
