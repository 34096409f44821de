/// The `tracestate` of the W3C trace context: an ordered list of vendors' key-value pairs.
///
/// Immutable: changes make a new value. Holds at most 32 members, each key and value at most 256 characters. Follows
/// [level 2 of the W3C recommendation](https://www.w3.org/TR/trace-context-2/#tracestate-header).
public struct OTelTraceState: Sendable, Hashable {
    /// The list as it stands in the header: members joined by commas, valid by construction.
    package let header: String

    /// No members.
    public init() {
        self.header = ""
    }

    package init(validHeader header: String) {
        self.header = header
    }

    /// Whether there are no members.
    public var isEmpty: Bool { self.header.isEmpty }

    /// The value of `key`; of its first member when a received list has several.
    public subscript(key: String) -> String? {
        self.slices.first { Self.key(of: $0).elementsEqual(key.utf8) }.map(Self.value)
    }

    /// The members from left to right: the vendor that changed the state last comes first.
    public var members: [(key: String, value: String)] {
        self.slices.map { (Self.text(Self.key(of: $0)), Self.value(of: $0)) }
    }
}

extension OTelTraceState: CustomStringConvertible {
    /// The list as it stands in the header.
    public var description: String { self.header }
}

extension OTelTraceState {
    typealias Slice = Substring.UTF8View

    /// The members as they stand in the header.
    struct Slices: Sequence, IteratorProtocol {
        private var rest: Slice?

        fileprivate init(_ header: String) {
            self.rest = header.isEmpty ? nil : header.utf8[...]
        }

        mutating func next() -> Slice? {
            guard let rest = self.rest else { return nil }
            guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else {
                self.rest = nil
                return rest
            }
            self.rest = rest[rest.index(after: comma)...]
            return rest[..<comma]
        }
    }

    var slices: Slices { Slices(self.header) }

    static func key(of member: Slice) -> Slice {
        member.prefix { $0 != UInt8(ascii: "=") }
    }

    private static func value(of member: Slice) -> String {
        self.text(member[self.key(of: member).endIndex...].dropFirst())
    }

    private static func text(_ slice: Slice) -> String {
        String(Substring(slice))
    }
}
