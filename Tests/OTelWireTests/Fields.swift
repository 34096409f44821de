import OTelWire

/// The fields of a message, copied out of it.
enum Fields {
    struct Value: Equatable {
        var varint: UInt64?
        var fixed64: UInt64?
        var fixed32: UInt32?
        var bytes: [UInt8]?
    }

    static func all(_ message: [UInt8]) -> (fields: [(number: Int, value: Value)], isMalformed: Bool) {
        message.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            var fields: [(number: Int, value: Value)] = []
            while let field = reader.next() {
                let value = Value(
                    varint: field.value.varint,
                    fixed64: field.value.fixed64,
                    fixed32: field.value.fixed32,
                    bytes: field.value.bytes.map { Array($0) }
                )
                fields.append((field.number, value))
            }
            return (fields, reader.isMalformed)
        }
    }

    static func first(_ message: [UInt8]) -> Value? { self.all(message).fields.first?.value }

    static func numbers(_ message: [UInt8]) -> [Int] { self.all(message).fields.map(\.number) }
}
