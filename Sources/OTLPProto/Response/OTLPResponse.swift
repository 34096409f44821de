import OTelWire

/// What a receiver says of a request it answered with success: `Export…ServiceResponse`.
package struct OTLPResponse: Sendable, Hashable {
    /// Items that the receiver refused; the rest was accepted.
    package var rejected: Int
    /// Why, or a warning when nothing was refused.
    package var message: String

    /// Nil when `body` is not such a message.
    ///
    /// An empty body is full success.
    package init?(protobuf body: UnsafeRawBufferPointer) {
        self.rejected = 0
        self.message = ""
        var reader = WireReader(body)
        while let field = reader.next() {
            guard field.number == 1, let bytes = field.value.bytes else { continue }
            guard self.readPartialSuccess(bytes) else { return nil }
        }
        if reader.isMalformed { return nil }
    }

    private mutating func readPartialSuccess(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch field.number {
            // A negative count is nonsense and taken as none.
            case 1: self.rejected = field.value.varint.map { max(0, Int(Int64(bitPattern: $0))) } ?? self.rejected
            case 2: self.message = field.value.string ?? self.message
            default: ()
            }
        }
        return !reader.isMalformed
    }
}

/// `google.rpc.Status`: what a receiver says of a request it refused.
package struct RPCStatus: Sendable, Hashable {
    /// A gRPC status code; without meaning over HTTP.
    package var code: Int32 = 0
    /// For developers.
    package var message = ""
    /// Nanoseconds to wait before the next attempt, when the receiver said so (`google.rpc.RetryInfo`).
    package var retryDelay: Duration?

    /// Nil when `body` is not such a message.
    package init?(protobuf body: UnsafeRawBufferPointer) {
        var reader = WireReader(body)
        while let field = reader.next() {
            switch field.number {
            case 1: self.code = field.value.varint.map { Int32(truncatingIfNeeded: $0) } ?? self.code
            case 2: self.message = field.value.string ?? self.message
            case 3: if let detail = field.value.bytes { self.readDetail(detail) }
            default: ()
            }
        }
        if reader.isMalformed { return nil }
    }

    /// A `google.protobuf.Any`; other details than `RetryInfo` are passed over.
    private mutating func readDetail(_ bytes: UnsafeRawBufferPointer) {
        var reader = WireReader(bytes)
        var type = ""
        var value: UnsafeRawBufferPointer?
        while let field = reader.next() {
            if field.number == 1 { type = field.value.string ?? "" }
            if field.number == 2 { value = field.value.bytes }
        }
        guard type.split(separator: "/").last == "google.rpc.RetryInfo", let value else { return }
        var info = WireReader(value)
        while let field = info.next() {
            if field.number == 1, let delay = field.value.bytes { self.retryDelay = Self.duration(delay) }
        }
    }

    /// A `google.protobuf.Duration`; nil when negative or beyond a day, which no receiver means.
    private static func duration(_ bytes: UnsafeRawBufferPointer) -> Duration? {
        var reader = WireReader(bytes)
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        while let field = reader.next() {
            guard let value = field.value.varint else { continue }
            if field.number == 1 { seconds = Int64(bitPattern: value) }
            if field.number == 2 { nanoseconds = Int64(bitPattern: value) }
        }
        guard (0...86_400).contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        return .seconds(seconds) + .nanoseconds(nanoseconds)
    }
}
