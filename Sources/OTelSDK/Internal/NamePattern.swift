/// A name with wildcards: `*` for any characters, none included, and `?` for exactly one.
///
/// Case-sensitive, compared by Unicode scalars.
struct NamePattern: Sendable, Hashable {
    private let pattern: [Unicode.Scalar]

    init(_ pattern: String) {
        self.pattern = Array(pattern.unicodeScalars)
    }

    /// Whether the whole name matches; in time of the product of both lengths at most.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        var (place, position) = (0, 0)
        // Where the latest star stands, and how much of the name it has swallowed so far.
        var star: (place: Int, position: Int)?
        while position < name.count {
            if place < self.pattern.count, self.pattern[place] == "*" {
                star = (place, position)
                place += 1
            } else if place < self.pattern.count, self.pattern[place] == "?" || self.pattern[place] == name[position] {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                (place, position) = (last.place + 1, last.position + 1)
            } else {
                return false
            }
        }
        return self.pattern[place...].allSatisfy { $0 == "*" }
    }
}
