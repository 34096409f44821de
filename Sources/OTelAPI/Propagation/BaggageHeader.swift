/// The text of a `baggage` header.
///
/// Limits hold both ways: 180 members and 8192 bytes. Members beyond them are left out whole, and so are those that
/// break the grammar, or whose name can't be written in it.
enum BaggageHeader {
    static let maximumMembers = 180
    static let maximumBytes = 8192

    static let token = ASCIISet.lowerCaseAlphanumerics.union("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~")
    /// What a value may consist of on the wire, the percent sign of encoded bytes included.
    static let octet = ASCIISet.printable.subtracting(" \",;\\")
    /// What stands for itself in a value.
    static let unencoded = octet.subtracting("%")
    static let metadata = ASCIISet.printable.union("\t").subtracting(",")
}
