/// Whether a console is coloured.
///
/// JSON never is.
public struct ConsoleColors: Sendable, Hashable {
    private enum Kind { case automatic, always, never }

    private let kind: Kind

    /// Colours on a terminal, unless `NO_COLOR` is set and not empty or `TERM` is `dumb` or missing.
    ///
    /// The default.
    public static let automatic = ConsoleColors(kind: .automatic)
    /// Colours wherever the output goes.
    public static let always = ConsoleColors(kind: .always)
    /// No colours.
    public static let never = ConsoleColors(kind: .never)

    /// The decision, given what the output is and the environment.
    func areOn(isTerminal: Bool, environment: (String) -> String?) -> Bool {
        switch self.kind {
        case .always: true
        case .never: false
        case .automatic:
            isTerminal && (environment("NO_COLOR") ?? "").isEmpty && !["", "dumb"].contains(environment("TERM") ?? "")
        }
    }
}
