package import OTelAPI
import OTelWire

/// OTLP bytes as the API's values, for exporters that want something else than bytes.
package enum ValueDecoder {
    /// An `AnyValue`.
    ///
    /// Deeper than 100 levels, or malformed, it is empty.
    package static func value(_ bytes: UnsafeRawBufferPointer, depth: Int = 0) -> OTelValue {
        guard depth < 100 else { return .empty }
        var value = OTelValue.empty
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): value = .string(String(decoding: text, as: UTF8.self))
            case (2, .varint(let bits)): value = .bool(bits != 0)
            case (3, .varint(let bits)): value = .int(Int64(bitPattern: bits))
            case (4, .fixed64(let bits)): value = .double(Double(bitPattern: bits))
            case (5, .bytes(let elements)): value = .array(self.array(elements, depth: depth + 1))
            case (6, .bytes(let pairs)): value = .map(self.map(pairs, depth: depth + 1))
            case (7, .bytes(let raw)): value = .bytes(Array(raw))
            default: ()
            }
        }
        return value
    }

    private static func array(_ bytes: UnsafeRawBufferPointer, depth: Int) -> [OTelValue] {
        var values: [OTelValue] = []
        var reader = WireReader(bytes)
        while let field = reader.next() {
            if field.number == 1, let element = field.value.bytes { values.append(self.value(element, depth: depth)) }
        }
        return values
    }

    private static func map(_ bytes: UnsafeRawBufferPointer, depth: Int) -> OTelAttributes {
        self.attributes(bytes, number: 1, depth: depth)
    }

    /// All `KeyValue` fields with this number of a message.
    package static func attributes(
        _ message: UnsafeRawBufferPointer,
        number: Int,
        depth: Int = 0
    ) -> OTelAttributes {
        var pairs: [(key: String, value: OTelValue)] = []
        var reader = WireReader(message)
        while let field = reader.next() {
            if field.number == number, let bytes = field.value.bytes { pairs.append(self.pair(bytes, depth: depth)) }
        }
        return OTelAttributes(pairs)
    }

    private static func pair(_ bytes: UnsafeRawBufferPointer, depth: Int) -> (key: String, value: OTelValue) {
        var pair: (key: String, value: OTelValue) = ("", .empty)
        var reader = WireReader(bytes)
        while let field = reader.next() {
            if field.number == 1 { pair.key = field.value.string ?? "" }
            if field.number == 2, let value = field.value.bytes { pair.value = self.value(value, depth: depth) }
        }
        return pair
    }
}
