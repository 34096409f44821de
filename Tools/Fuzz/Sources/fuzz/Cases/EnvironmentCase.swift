import OTelAPI

/// Names and values of environment variables.
enum EnvironmentCase {
    static func run(_ headers: Headers) throws(Broken) {
        var carrier = OTelEnvironmentCarrier()
        for header in headers.list {
            let variable = OTelEnvironmentCarrier.variableName(header.name)
            try Broken.unless(self.isName(variable), "\(header.name) became \(variable)")
            try Broken.unless(OTelEnvironmentCarrier.variableName(variable) == variable, "\(variable) became another")
            carrier.set(header.name, header.value)
            try Broken.unless(carrier.get(header.name) == header.value, "\(header.name) is not found")
        }
        try Broken.unless(Set(carrier.keys) == Set(carrier.variables.keys), "keys are missing")
        var child = OTelEnvironmentCarrier(carrier.variables)
        OTel.inject(OTel.extract(from: carrier, in: .root), into: &child)
    }

    private static func isName(_ variable: String) -> Bool {
        guard let first = variable.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return variable.utf8.allSatisfy { "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_".utf8.contains($0) }
    }
}
