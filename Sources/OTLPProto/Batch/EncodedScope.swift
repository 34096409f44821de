package import OTelAPI
import OTelWire

/// An instrumentation scope and the bytes that precede its records on the wire.
package struct EncodedScope: Sendable {
    package let scope: OTelScope
    /// The body of `InstrumentationScope`.
    package let bytes: [UInt8]

    package init(_ scope: OTelScope) {
        self.scope = scope
        var buffer = ByteBuffer()
        if !scope.name.isEmpty { buffer.stringField(0x0a, scope.name) }
        if let version = scope.version, !version.isEmpty { buffer.stringField(0x12, version) }
        buffer.attributes(0x1a, scope.attributes)
        self.bytes = buffer.array()
    }
}

/// A resource and its bytes on the wire.
package final class EncodedResource: Sendable {
    package let attributes: OTelAttributes
    package let schemaURL: String?
    /// The body of `Resource`.
    package let bytes: [UInt8]

    package init(attributes: OTelAttributes, schemaURL: String?) {
        self.attributes = attributes
        self.schemaURL = schemaURL
        var buffer = ByteBuffer()
        buffer.attributes(0x0a, attributes)
        self.bytes = buffer.array()
    }
}
