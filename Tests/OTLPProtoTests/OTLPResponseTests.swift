import OTLPProto
import TestSupport
import Testing

@Suite("Answers of receivers")
struct OTLPResponseTests {
    private static func response(_ body: [UInt8]) -> OTLPResponse? {
        body.withUnsafeBytes { OTLPResponse(protobuf: $0) }
    }

    private static func status(_ body: [UInt8]) -> RPCStatus? {
        body.withUnsafeBytes { RPCStatus(protobuf: $0) }
    }

    @Test("a partial success that protoc encoded is read")
    func partialSuccess() {
        let response = Self.response(bytes(hex: "0a06080312026e6f"))
        #expect(response?.rejected == 3)
        #expect(response?.message == "no")
    }

    @Test(
        "full success has many forms",
        arguments: [[], [0x0a, 0], [0x0a, 2, 0x08, 0], [0x12, 1, 0x61], [0x78, 1]] as [[UInt8]]
    )
    func fullSuccess(body: [UInt8]) {
        #expect(Self.response(body)?.rejected == 0)
        #expect(Self.response(body)?.message == "")
    }

    @Test("a warning without rejections, and fields of the future, are read")
    func warning() {
        let response = Self.response([0x0a, 7, 0x12, 2, 0x68, 0x69, 0x9a, 0x06, 0])
        #expect(response?.rejected == 0)
        #expect(response?.message == "hi")
    }

    @Test("a negative count is none, and the largest is kept")
    func counts() {
        #expect(Self.response([0x0a, 11, 0x08] + Array(repeating: 0xff, count: 9) + [1])?.rejected == 0)
        #expect(Self.response([0x0a, 10, 0x08] + Array(repeating: 0xff, count: 8) + [0x7f])?.rejected == .max)
    }

    @Test(
        "what is not such a message is refused",
        arguments: [
            [0x0a], [0x0a, 5, 0x08], [0x0a, 1, 0x08], [0x0b], [0x00], [0x3c, 0x68, 0x74, 0x6d, 0x6c, 0x3e],
            [0x0a, 12, 0x08] + Array(repeating: 0xff, count: 11),
        ] as [[UInt8]]
    )
    func malformed(body: [UInt8]) {
        #expect(Self.response(body) == nil)
    }

    private static let statusVector =
        "080e1204627573791a360a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e52657472"
        + "79496e666f120a0a0808051080cab5ee01"

    @Test("a status with a retry delay that protoc encoded is read")
    func status() {
        let status = Self.status(bytes(hex: Self.statusVector))
        #expect(status?.code == 14)
        #expect(status?.message == "busy")
        #expect(status?.retryDelay == .milliseconds(5_500))
    }

    @Test("a status without details has no delay", arguments: [[], [0x08, 3], [0x1a, 0], [0x1a, 3, 0x0a, 1, 0x78]])
    func noDelay(body: [UInt8]) {
        #expect(Self.status(body) != nil)
        #expect(Self.status(body)?.retryDelay == nil)
    }

    @Test(
        "a delay that no receiver means is none",
        arguments: [
            (seconds: 86_400, nanoseconds: 0, isKept: true),
            (seconds: 86_401, nanoseconds: 0, isKept: false),
            (seconds: -1, nanoseconds: 0, isKept: false),
            (seconds: 0, nanoseconds: -1, isKept: false),
            (seconds: 0, nanoseconds: 1_000_000_000, isKept: false),
            (seconds: .max, nanoseconds: 0, isKept: false),
            (seconds: .min, nanoseconds: .min, isKept: false),
            (seconds: 0, nanoseconds: 999_999_999, isKept: true),
        ] as [(seconds: Int, nanoseconds: Int, isKept: Bool)]
    )
    func delays(seconds: Int, nanoseconds: Int, isKept: Bool) {
        let delay = Self.varint(0x08, seconds) + Self.varint(0x10, nanoseconds)
        let info = [0x0a, UInt8(delay.count)] + delay
        let type = Array("type.googleapis.com/google.rpc.RetryInfo".utf8)
        let detail = [0x0a, UInt8(type.count)] + type + [0x12, UInt8(info.count)] + info
        let status = Self.status([0x1a, UInt8(detail.count)] + detail)
        #expect(status?.retryDelay == (isKept ? .seconds(seconds) + .nanoseconds(nanoseconds) : nil))
    }

    private static func varint(_ tag: UInt8, _ value: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes = [tag]
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    @Test("random and mutated answers never crash")
    func hostile() {
        var random = SeededGenerator(seed: 3)
        let vectors = [bytes(hex: "0a06080312026e6f"), bytes(hex: Self.statusVector)]
        for _ in 0..<20_000 {
            var body = vectors[Int.random(in: 0...1, using: &random)]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                body[Int.random(in: 0..<body.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            body.removeLast(Int.random(in: 0...body.count, using: &random))
            #expect((Self.response(body)?.rejected ?? 0) >= 0)
            #expect((Self.status(body)?.retryDelay ?? .zero) >= .zero)
        }
    }
}
