import OTelSDK

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What makes one console out of all that are possible.
struct ConsoleSettings: Sendable {
    var format: ConsoleFormat
    var colors: ConsoleColors
    var output: ConsoleOutput

    /// What the sink is called in reports and statistics.
    var name: String { "console/\(self.format) \(self.output)" }

    /// Whether lines are coloured, as things stand now.
    var isColored: Bool {
        guard self.format != .json else { return false }
        return self.colors.areOn(isTerminal: self.isTerminal) { name in
            getenv(name).map { String(cString: $0) }
        }
    }

    private var isTerminal: Bool {
        switch self.output.kind {
        case .descriptor(let descriptor): isatty(descriptor) == 1
        case .custom: false
        }
    }

    /// A closed standard output is the operator's decision; a closed descriptor of the application's is a mistake.
    func validate(_ setting: String) throws(ConfigError) {
        guard case .descriptor(let descriptor) = self.output.kind, ![1, 2].contains(descriptor) else { return }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags < 0 || flags & O_ACCMODE == O_RDONLY else { return }
        throw ConfigError(
            setting: setting,
            value: "\(self.output)",
            expected: "a file descriptor that is open for writing"
        )
    }

    func makeFormatter() -> any ItemFormatter {
        switch self.format.kind {
        case .compact: CompactFormatter()
        case .pretty: PrettyFormatter()
        case .json: JSONFormatter()
        }
    }

    func makeWriter() -> any LineWriter {
        switch self.output.kind {
        case .descriptor(let descriptor): DescriptorWriter(descriptor, name: "\(self.output)")
        case .custom(let write): CustomWriter(write)
        }
    }
}
