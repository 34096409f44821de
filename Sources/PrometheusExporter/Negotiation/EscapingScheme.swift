/// How names that a client may not be able to read are written for it
/// (Prometheus, "UTF-8 metric and label name escaping schemes").
enum EscapingScheme: String {
    /// Other characters become underscores.
    case underscores
    /// Dots become `_dot_`, underscores are doubled, other characters become underscores.
    case dots
    /// Such names start with `U__`, underscores are doubled, other characters become `_HEX_`.
    case values
    /// Such names are written in quotes.
    case allowUTF8 = "allow-utf-8"

    /// The scheme of a parameter `escaping`; nil for an unknown one.
    ///
    /// Prometheus's documents know two names of the last.
    init?(parameter: String) {
        self.init(rawValue: parameter == "allow-utf8" ? "allow-utf-8" : parameter)
    }

    func escape(_ name: String, _ rules: NameRules) -> String {
        switch self {
        case .allowUTF8: return name
        case .underscores where rules.isValid(name), .values where rules.isValid(name): return name
        case .underscores, .dots, .values: ()
        }
        var escaped = self == .values ? "U__" : ""
        for scalar in name.unicodeScalars {
            let isAllowed = scalar.isASCII && rules.isAllowed(UInt8(scalar.value), atStart: escaped.isEmpty)
            if isAllowed, scalar != "_" || self == .underscores {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += self.replacement(of: scalar)
            }
        }
        return escaped.isEmpty ? "_" : escaped
    }

    private func replacement(of scalar: Unicode.Scalar) -> String {
        switch (self, scalar) {
        case (.dots, "."): "_dot_"
        case (.dots, "_"), (.values, "_"): "__"
        case (.values, _): "_\(String(scalar.value, radix: 16, uppercase: true))_"
        default: "_"
        }
    }
}
