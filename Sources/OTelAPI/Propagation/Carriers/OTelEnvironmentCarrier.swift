import COTelRuntime

/// Environment variables as a carrier: how a program tells the programs that it starts about its context.
///
/// A child extracts once, when it starts, before it does anything else. A parent copies the environment for each child,
/// injects into the copy, and starts the child with it: the parent's own environment stays as it is. Nothing here starts
/// a process.
///
/// ```swift
/// // The parent:
/// var environment = OTelEnvironmentCarrier.current
/// OTel.inject(into: &environment)
/// process.environment = environment.variables
///
/// // The child:
/// let context = OTel.extract(from: OTelEnvironmentCarrier.current, in: .root)
/// ```
///
/// Other programs of the same user can read a process's environment: keep secrets out of baggage. Values are taken and
/// set as they are. The W3C propagators keep within 512 characters of `TRACESTATE` and 8192 bytes of `BAGGAGE` by
/// leaving out whole entries. Follows
/// [the specification](https://opentelemetry.io/docs/specs/otel/context/env-carriers/), which is a release candidate.
public struct OTelEnvironmentCarrier: OTelTextMapGetter, OTelTextMapSetter, Sendable {
    /// All variables, to start a process with: those that were there, and those that were set.
    public private(set) var variables: [String: String]

    /// A carrier of these variables; of none for a child that shall inherit nothing else.
    public init(_ variables: [String: String] = [:]) {
        self.variables = variables
    }

    /// A copy of this process's environment.
    ///
    /// Read it before other threads change the environment: the C library has no lock for that.
    public static var current: OTelEnvironmentCarrier {
        var variables: [String: String] = [:]
        var next = cotel_environment()
        while let variable = next?.pointee {
            let (name, value) = self.split(String(cString: variable))
            // The first of a name is the one that getenv finds.
            if variables[name] == nil { variables[name] = value }
            next = next?.successor()
        }
        return OTelEnvironmentCarrier(variables)
    }

    private static func split(_ variable: String) -> (name: String, value: String) {
        guard let equals = variable.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (variable, "") }
        return (String(variable[..<equals]), String(variable[variable.utf8.index(after: equals)...]))
    }

    /// The names of variables that a propagator may have set: those of upper-case letters, digits and `_`.
    public var keys: [String] { self.variables.keys.filter { Self.variableName($0) == $0 } }

    /// Calls `body` with the value of the variable that `name` becomes: `TRACEPARENT` for `traceparent`.
    public func forEachValue(of name: String, _ body: (String) -> Void) {
        if let value = self.variables[Self.variableName(name)] { body(value) }
    }

    /// Sets the variable that `name` becomes: `TRACEPARENT` for `traceparent`.
    ///
    /// A new `TRACEPARENT` takes a `TRACESTATE` away, which belonged to the one before.
    public mutating func set(_ name: String, _ value: String) {
        let variable = Self.variableName(name)
        if variable == "TRACEPARENT" { self.variables["TRACESTATE"] = nil }
        self.variables[variable] = value
    }

    /// The variable for a propagator's name, which matches `[A-Z_][A-Z0-9_]*`.
    ///
    /// Letters in upper case, `_` for whatever is neither an ASCII letter nor a digit, and `_` before a first digit; `_`
    /// alone for the empty name.
    public static func variableName(_ name: String) -> String {
        var variable = name.unicodeScalars.first.map { "0"..."9" ~= $0 } ?? true ? "_" : ""
        for character in name.unicodeScalars {
            switch character {
            case "a"..."z": variable.unicodeScalars.append(Unicode.Scalar(UInt8(character.value) & 0xdf))
            case "A"..."Z", "0"..."9": variable.unicodeScalars.append(character)
            default: variable += "_"
            }
        }
        return variable
    }
}
