/// Where to listen: from the command line, else from the environment.
struct Arguments {
    static let usage = """
        usage: trace-context-service [--host ADDRESS] [--port PORT]
        The port is that of the variable PORT by default, else 5000; 0 picks a free one. The address is 127.0.0.1.
        """

    private(set) var host = "127.0.0.1"
    private(set) var port: UInt16 = 5000

    /// Nil when the arguments are not those of `usage`.
    init?(_ arguments: [String], environment: [String: String]) {
        if let text = environment["PORT"], !self.setPort(text) { return nil }
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch option {
            case "--host": self.host = value
            case "--port": if !self.setPort(value) { return nil }
            default: return nil
            }
        }
    }

    private mutating func setPort(_ text: String) -> Bool {
        guard let port = UInt16(text) else { return false }
        self.port = port
        return true
    }
}
