/// How much of one piece of data is shown to people, in characters (Unicode scalars).
enum TextLimit {
    static let value = 256
    static let message = 2048
    static let stack = 8192
    /// Lines of a message or stack.
    static let lines = 40
}
