import Testing

@testable import OTelAPI

// The table that parsers look bytes up in, against the grammars spelled out.

@Suite("Characters of headers")
struct HeaderCharactersTests {
    private static let lowerCase = "abcdefghijklmnopqrstuvwxyz0123456789"
    private static let alphanumerics = lowerCase + lowerCase.uppercased()
    private static let printable = String(decoding: UInt8(0x20)...0x7e, as: UTF8.self)

    static let classes: [(name: String, characters: HeaderCharacters, spelled: String)] = [
        (name: "token", characters: .token, spelled: alphanumerics + "!#$%&'*+-.^_`|~"),
        (name: "baggage octet", characters: .baggageOctet, spelled: printable.filter { !" \",;\\".contains($0) }),
        (name: "plain baggage", characters: .baggagePlain, spelled: printable.filter { !" \",;\\%".contains($0) }),
        (name: "property", characters: .property, spelled: printable.filter { $0 != "," } + "\t"),
        (name: "state key", characters: .stateKey, spelled: lowerCase + "_-*/@"),
        (name: "unreserved", characters: .unreserved, spelled: alphanumerics + "-._~"),
        (name: "header value", characters: .headerValue, spelled: printable + "\t"),
        (name: "lower case", characters: .lowerCase, spelled: lowerCase),
    ]

    @Test("are of the classes that the grammars say", arguments: classes)
    func table(name: String, characters: HeaderCharacters, spelled: String) {
        for byte in UInt8.min...UInt8.max {
            withUnsafeBytes(of: byte) { buffer in
                guard let base = buffer.baseAddress else { return }
                let bytes = HeaderBytes(base, 1)
                let isOne = spelled.utf8.contains(byte)
                #expect(bytes.isAt(0, characters) == isOne, "\(byte)")
                #expect(bytes.end(of: characters, from: 0) == (isOne ? 1 : 0), "\(byte)")
            }
        }
    }

    @Test("end a value of tracestate wherever they stand in it, and however long it is")
    func stateValues() {
        let spelled = Self.printable.filter { $0 != "," && $0 != "=" }
        for count in 1...40 {
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
                    bytes[place] = byte
                    bytes.withUnsafeBytes { buffer in
                        guard let base = buffer.baseAddress else { return }
                        let end = HeaderBytes(base, count).endOfStateValue(from: place / 2)
                        let expected = spelled.utf8.contains(byte) ? count : place
                        if end != expected { Issue.record("\(byte) at \(place) of \(count): \(end)") }
                    }
                }
            }
        }
    }

    @Test("are read and written as hex digits for what they are")
    func hex() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let value = UInt64.random(in: 0...UInt64.max, using: &generator)
            let text = Hex.text(value)
            let plain = String(value, radix: 16)
            #expect(text == String(repeating: "0", count: 16 - plain.utf8.count) + plain)
            var wrong: UInt64 = 0
            #expect(text.withHeaderBytes { $0.hexWord(at: 0, &wrong) } == value)
            #expect(wrong == 0)
        }
        for place in 0..<16 {
            for byte in UInt8.min...UInt8.max {
                var digits = [UInt8](repeating: UInt8(ascii: "7"), count: 16)
                digits[place] = byte
                var wrong: UInt64 = 0
                _ = digits.withUnsafeBytes { buffer in
                    buffer.baseAddress.map { HeaderBytes($0, 16).hexWord(at: 0, &wrong) }
                }
                #expect((wrong == 0) == "0123456789abcdef".utf8.contains(byte), "\(byte) at \(place)")
            }
        }
    }
}
