/// The text of a `baggage` header.
///
/// Limits hold both ways: 180 members and 8192 bytes. Members beyond them are left out whole, and so are those that
/// break the grammar, or whose name can't be written in it.
enum BaggageHeader {
    static let maximumMembers = 180
    static let maximumBytes = 8192
}
