/// A setting that cannot be used.
///
/// Thrown while a pipeline is built, never later.
public struct ConfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The setting, as it is written in code: `TraceSink.processor.maxQueueSize`.
    public let setting: String
    /// The value found there; secrets are never part of it.
    public let value: String
    /// What would be accepted.
    public let expected: String

    /// An error about a setting; `value` must hold no secret.
    public init(setting: String, value: String, expected: String) {
        self.setting = setting
        self.value = value
        self.expected = expected
    }

    /// Setting, value and expectation in one sentence.
    public var description: String {
        "\(self.setting) is \"\(self.value)\"; expected \(self.expected)"
    }
}
