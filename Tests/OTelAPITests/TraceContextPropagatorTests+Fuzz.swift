import OTelAPI
import Testing

extension TraceContextPropagatorTests {
    @Test("survives 200 000 mutilated traceparents, and reads those it is asked about as the grammar says")
    func fuzz() {
        var hostile = HostileHeaders(seed: 1)
        var valid = 0
        for round in 0..<200_000 {
            let header = hostile.mutated(Self.traceParent)
            let context = self.propagator.extract(from: One(value: header), in: .root).span.context
            if context.isValid { valid += 1 }
            // The slow way takes most of the time: one in eight has to do.
            guard context.isValid || context == .invalid, round % 8 != 0 || Self.read(context) == Self.reference(header)
            else {
                Issue.record("\(header.debugDescription) became \(context)")
                return
            }
        }
        #expect(valid > 20_000 && valid < 180_000)
    }

    @Test("tells each byte at each place of a traceparent for what it is")
    func everyByte() {
        for place in 0..<Self.traceParent.utf8.count {
            for byte in UInt8(0)...127 {
                var bytes = Array(Self.traceParent.utf8)
                bytes[place] = byte
                let header = String(decoding: bytes, as: UTF8.self)
                let context = self.extract(("traceparent", header))
                #expect(Self.read(context) == Self.reference(header), "\(header.debugDescription)")
            }
        }
    }

    @Test("carries any ids and flags over unchanged")
    func roundTrip() {
        for shift in UInt64(0)..<64 {
            for pattern in [UInt64(1), 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, .max] {
                let word = pattern << shift | pattern >> (63 - shift) | 1
                let sent = OTelSpanContext(
                    traceID: OTelTraceID(high: word, low: ~word),
                    spanID: OTelSpanID(word),
                    traceFlags: OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: shift) & 3),
                    isRemote: true
                )
                let headers = self.propagator.injected(OTelContext(span: OTelSpan(sent)))
                let carrier = HeaderCarrier(headers.map { ($0.name, $0.value) })
                #expect(self.propagator.extract(from: carrier, in: .root).span.context == sent)
            }
        }
    }

    private static func read(_ context: OTelSpanContext) -> String? {
        context.isValid ? "\(context.traceID)-\(context.spanID)-\(context.traceFlags.rawValue)" : nil
    }

    /// The ids and flags of a valid traceparent, read the slow and obvious way.
    private static func reference(_ header: String) -> String? {
        let text = header.drop { " \t".contains($0) }
        let trimmed = String(text.reversed().drop { " \t".contains($0) }.reversed())
        let parts = trimmed.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, self.isHex(parts[0], 2), parts[0] != "ff", self.isHex(parts[1], 32),
            self.isHex(parts[2], 16), self.isHex(parts[3], 2), parts[0] != "00" || parts.count == 4,
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        return "\(parts[1])-\(parts[2])-\(flags & 3)"
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.allSatisfy { "0123456789abcdef".contains($0) }
    }

    /// A carrier of one traceparent.
    private struct One: OTelTextMapGetter {
        let value: String
        var keys: [String] { ["traceparent"] }
        func forEachValue(of name: String, _ body: (String) -> Void) {
            if name == "traceparent" { body(self.value) }
        }
    }
}
