import OTelWire
import TestSupport

// What the public view leaves out, read from the bytes.
extension RecordingTelemetry {
    /// `Span.flags` of each span exported so far.
    var rawFlags: [UInt32] {
        self.spanExporter.messages.map { Self.fixed32(16, in: $0) }
    }

    /// `Span.Link.flags` of each link of the first span exported so far.
    var rawLinkFlags: [UInt32] {
        Self.messages(13, in: self.spanExporter.messages.first ?? []).map { Self.fixed32(6, in: $0) }
    }

    /// `Span.Link.dropped_attributes_count` of each link of the first span exported so far.
    var rawLinkDrops: [Int] { self.rawLinkDrops(ofMessage: 0) }

    func rawLinkDrops(ofMessage index: Int) -> [Int] {
        let messages = self.spanExporter.messages
        guard index < messages.count else { return [] }
        return Self.messages(13, in: messages[index]).map { Int(Self.varint(5, in: $0)) }
    }

    private static func varint(_ number: Int, in message: [UInt8]) -> UInt64 {
        message.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            var found: UInt64 = 0
            while let field = reader.next() {
                if field.number == number { found = field.value.varint ?? 0 }
            }
            return found
        }
    }

    private static func fixed32(_ number: Int, in message: [UInt8]) -> UInt32 {
        message.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            var found: UInt32 = 0
            while let field = reader.next() {
                if field.number == number { found = field.value.fixed32 ?? 0 }
            }
            return found
        }
    }

    private static func messages(_ number: Int, in message: [UInt8]) -> [[UInt8]] {
        message.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            var found: [[UInt8]] = []
            while let field = reader.next() {
                if field.number == number, let bytes = field.value.bytes { found.append(Array(bytes)) }
            }
            return found
        }
    }
}
