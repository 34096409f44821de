/// The outcome of an export that the receiver answered.
public struct ExportResult: Sendable, Hashable {
    /// Items that the receiver refused, out of those sent.
    public var rejected: Int
    /// What the receiver said about them, or a warning; empty for nothing.
    public var message: String

    /// An outcome; by default everything was accepted.
    public init(rejected: Int = 0, message: String = "") {
        self.rejected = rejected
        self.message = message
    }

    /// Everything was accepted.
    public static var success: ExportResult { ExportResult() }
}

/// Why a batch was not delivered.
///
/// The batch is gone: retrying is the exporter's business.
public struct ExportError: Error, Sendable, CustomStringConvertible {
    /// The category, which decides how the loss is counted.
    public var code: Code
    /// What happened and what the reader can do about it; no secrets.
    public var message: String

    /// An error; `message` must hold no secret.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// An open set.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        /// The receiver refused the data; sending it again cannot help.
        public static let rejected = Code(name: "rejected")
        /// The receiver could not be reached or kept failing until retries or time ran out.
        public static let unavailable = Code(name: "unavailable")
        /// The batch is larger than the receiver or a limit allows.
        public static let tooLarge = Code(name: "too large")
        /// The exporter was shut down, or its deadline passed, before the batch was delivered.
        public static let cancelled = Code(name: "cancelled")

        /// The name of the category.
        public var description: String { self.name }
    }

    /// Category and message.
    public var description: String { "\(self.code): \(self.message)" }
}
