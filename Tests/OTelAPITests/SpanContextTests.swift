import OTelAPI
import TestSupport
import Testing

@Suite("Span contexts and ids")
struct SpanContextTests {
    private static let traceHex = "0102030405060708090a0b0c0d0e0f10"
    private static let spanHex = "a1b2c3d4e5f60718"

    @Test("a trace id is 16 bytes and 32 lower-case hex digits")
    func traceID() throws {
        let id = try #require(OTelTraceID(hex: Self.traceHex))
        #expect(id.high == 0x0102_0304_0506_0708)
        #expect(id.low == 0x090a_0b0c_0d0e_0f10)
        #expect(id.bytes == Array(1...16))
        #expect(id.description == Self.traceHex)
        #expect(OTelTraceID(bytes: id.bytes) == id)
        #expect(OTelTraceID(high: 0, low: 1).description == String(repeating: "0", count: 31) + "1")
    }

    @Test("a span id is 8 bytes and 16 lower-case hex digits")
    func spanID() throws {
        let id = try #require(OTelSpanID(hex: Self.spanHex))
        #expect(id.value == 0xa1b2_c3d4_e5f6_0718)
        #expect(id.bytes == [0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18])
        #expect(id.description == Self.spanHex)
        #expect(OTelSpanID(bytes: id.bytes) == id)
    }

    @Test(
        "what is not such an id is refused",
        arguments: [
            "", "0", "A102030405060708090a0b0c0d0e0f10", "g102030405060708090a0b0c0d0e0f10",
            "0102030405060708090a0b0c0d0e0f1", "0102030405060708090a0b0c0d0e0f100", "0102030405060708090a0b0c0d0e0f1é",
            " 102030405060708090a0b0c0d0e0f10", "0x02030405060708090a0b0c0d0e0f10",
        ]
    )
    func badHex(_ text: String) {
        #expect(OTelTraceID(hex: text) == nil)
        #expect(OTelSpanID(hex: text.prefix(16)) == nil || text.utf8.count > 16)
        #expect(OTelSpanID(hex: text) == nil)
    }

    @Test("bytes of another count are refused", arguments: [0, 1, 7, 9, 15, 17, 32])
    func badBytes(_ count: Int) {
        let bytes = Array(repeating: UInt8(1), count: count)
        #expect(OTelTraceID(bytes: bytes) == nil)
        #expect(OTelSpanID(bytes: bytes) == nil)
    }

    @Test(
        "a context is valid when both ids differ from zero",
        .matrix(16),
        arguments: [
            (high: 0, low: 0, span: 0, isValid: false), (high: 1, low: 0, span: 0, isValid: false),
            (high: 0, low: 0, span: 1, isValid: false), (high: 1, low: 0, span: 1, isValid: true),
            (high: 0, low: 1, span: 1, isValid: true), (high: .max, low: .max, span: .max, isValid: true),
        ] as [(high: UInt64, low: UInt64, span: UInt64, isValid: Bool)]
    )
    func isValid(high: UInt64, low: UInt64, span: UInt64, isValid: Bool) {
        let context = OTelSpanContext(traceID: OTelTraceID(high: high, low: low), spanID: OTelSpanID(span))
        #expect(context.isValid == isValid)
        #expect(OTelSpan(context).isValid == isValid)
        #expect(context.traceID.isValid == (high != 0 || low != 0))
        #expect(context.spanID.isValid == (span != 0))
    }

    @Test("flags are those of W3C")
    func flags() {
        #expect(OTelTraceFlags.sampled.rawValue == 1)
        #expect(OTelTraceFlags.random.rawValue == 2)
        let context = OTelSpanContext(traceID: .invalid, spanID: .invalid, traceFlags: [.sampled, .random])
        #expect(context.isSampled)
        #expect(!OTelSpanContext.invalid.isSampled)
        #expect(!OTelSpanContext.invalid.isValid)
    }

    @Test("a span wraps a context and gives it back, with everything in it", .matrix(17), arguments: [true, false])
    func wrapping(isRemote: Bool) throws {
        let context = OTelSpanContext(
            traceID: OTelTraceID(high: .max, low: 7),
            spanID: OTelSpanID(.max),
            traceFlags: [.sampled, .random],
            traceState: OTelTraceState(validHeader: "a=1,b=2"),
            isRemote: isRemote
        )
        let span = OTelSpan(context)
        #expect(span.context == context)
        #expect(span.context.isRemote == isRemote)
        #expect(span.traceID == context.traceID && span.spanID == context.spanID)
        #expect(!span.isRecording)
        #expect(span == OTelSpan(context))
        #expect(Set([span, OTelSpan(context)]).count == 1)
        span.setAttribute("a", 1)
        span.addEvent("e")
        span.end()
        #expect(span.context == context)
    }

    @Test("the invalid span has nothing")
    func invalid() {
        #expect(OTelSpan.invalid.context == .invalid)
        #expect(!OTelSpan.invalid.isValid && !OTelSpan.invalid.isRecording)
        #expect(
            OTelSpan.invalid != OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1)))
        )
    }

    @Test("flags that W3C does not define yet are not passed on")
    func futureFlags() {
        let context = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 1),
            spanID: OTelSpanID(1),
            traceFlags: OTelTraceFlags(rawValue: 0xff)
        )
        #expect(OTelSpan(context).context.traceFlags == [.sampled, .random])
        #expect(!OTelSpan(context).context.isRemote)
    }
}
