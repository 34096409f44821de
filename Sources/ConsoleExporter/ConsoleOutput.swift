/// Where the lines of a console go.
public struct ConsoleOutput: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        case descriptor(Int32)
        case custom(@Sendable (UnsafeRawBufferPointer) -> Void)
    }

    let kind: Kind
    /// For messages: "standard error".
    public let description: String

    /// Standard error: the default, so that what the program itself prints stays clean.
    public static let standardError = ConsoleOutput(kind: .descriptor(2), description: "standard error")

    /// Standard output, for collectors that read nothing else and for `service | jq`.
    public static let standardOutput = ConsoleOutput(kind: .descriptor(1), description: "standard output")

    /// An open file, pipe, socket or terminal of the application's own, which stays open until telemetry is shut down.
    ///
    /// Starting telemetry throws when the descriptor is not open for writing.
    public static func fileDescriptor(_ descriptor: Int32) -> ConsoleOutput {
        ConsoleOutput(kind: .descriptor(descriptor), description: "file descriptor \(descriptor)")
    }

    /// A closure of the application's own.
    ///
    /// It gets whole lines of UTF-8, each with its line feed, on the thread of the sink, one call at a time; they are
    /// valid during the call. It should return soon: nothing can end it, and a shutdown does not wait for it beyond its
    /// deadline.
    public static func custom(_ write: @escaping @Sendable (_ lines: UnsafeRawBufferPointer) -> Void) -> ConsoleOutput {
        ConsoleOutput(kind: .custom(write), description: "custom output")
    }
}
