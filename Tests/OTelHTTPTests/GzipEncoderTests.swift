import COTelZlib
import Testing

@testable import OTelHTTP

@Suite("Gzip encoder")
struct GzipEncoderTests {
    @Test("round-trips through zlib's own inflate", arguments: Sample.allCases, [-1, 0, 1, 6, 9] as [Int32])
    func roundTrip(sample: Sample, level: Int32) {
        // Higher levels take long over the noise, and say nothing more about it.
        guard sample != .noise || level == 1 else { return }
        var encoder = GzipEncoder()
        let output = encoder.compress(sample.bytes, level: level) ?? []
        let isGzip = output.starts(with: [0x1F, 0x8B, 0x08])
        let isIntact = inflated(output) == sample.bytes
        #expect(isGzip && isIntact)
    }

    @Test("makes repetitive data at least 20 times smaller")
    func compresses() throws {
        var encoder = GzipEncoder()
        let output = encoder.compress(Sample.repetitive.bytes, level: 6)
        #expect(try #require(output).count < 10_000)
    }

    @Test("is ready for the next message, whatever the last one was")
    func reuse() {
        var encoder = GzipEncoder()
        let messages: [(sample: Sample, level: Int32)] = [
            (.repetitive, 6), (.empty, 6), (.noise, 1), (.oneByte, 1), (.repetitive, 9), (.text, 6),
        ]
        for (sample, level) in messages {
            let output = encoder.compress(sample.bytes, level: level)
            let isIntact = inflated(output) == sample.bytes
            #expect(isIntact, "\(sample)")
            // The same message twice gives the same bytes: nothing is left over from the one before.
            let isRepeatable = encoder.compress(sample.bytes, level: level) == output
            #expect(isRepeatable, "\(sample)")
        }
    }

    @Test("refuses a level that does not exist, and works on", arguments: [-2, 10, 100] as [Int32])
    func invalidLevel(level: Int32) {
        var encoder = GzipEncoder()
        for input: [UInt8] in [[1, 2, 3], [4]] {
            let refused = encoder.compress(input, level: level)
            #expect(refused == nil)
            let output = encoder.compress(input, level: 1)
            #expect(inflated(output) == input)
        }
    }

    @Test("lends the same bytes that it copies")
    func withoutCopy() {
        var encoder = GzipEncoder()
        let input = repetitive(1000)
        let copy = encoder.compress(input, level: 6)
        let lent = input.withUnsafeBytes { encoder.withCompressed($0, level: 6) { Array($0) } }
        #expect(lent != nil && lent == copy)
    }
}

extension GzipEncoder {
    fileprivate mutating func compress(_ input: [UInt8], level: Int32) -> [UInt8]? {
        input.withUnsafeBytes { self.compress($0, level: level) }
    }
}

enum Sample: CaseIterable {
    /// The noise is 5 MB that do not compress, above the encoder's limit for a buffer it keeps.
    case empty, oneByte, text, repetitive, noise

    var bytes: [UInt8] {
        switch self {
        case .empty: []
        case .oneByte: [7]
        case .text: Array("span".utf8)
        case .repetitive: OTelHTTPTests.repetitive(200_000)
        case .noise: OTelHTTPTests.noise(5_000_000)
        }
    }
}

func repetitive(_ count: Int) -> [UInt8] {
    let pattern = "{\"http.request.method\":\"GET\",\"url.path\":\"/api/orders\"}"
    return Array(String(repeating: pattern, count: count / pattern.utf8.count + 1).utf8.prefix(count))
}

/// The same pseudo-random bytes each time.
func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let words = [UInt64](unsafeUninitializedCapacity: count / 8 + 1) { buffer, initialized in
        for index in buffer.indices.prefix(count / 8 + 1) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            buffer.initializeElement(at: index, to: state)
        }
        initialized = count / 8 + 1
    }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
}

/// What zlib makes of a complete gzip stream; nil if it finds an error, a wrong checksum or bytes behind the end.
func inflated(_ input: [UInt8]?) -> [UInt8]? {
    guard var input else { return nil }
    var stream = z_stream()
    guard COTelZlib_initInflate(&stream) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    return input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        while true {
            let (code, count) = chunk.withUnsafeMutableBufferPointer { chunk in
                stream.next_out = chunk.baseAddress
                stream.avail_out = UInt32(chunk.count)
                return (inflate(&stream, Z_NO_FLUSH), chunk.count - Int(stream.avail_out))
            }
            output += chunk[..<count]
            if code == Z_STREAM_END { return stream.avail_in == 0 ? output : nil }
            guard code == Z_OK else { return nil }
        }
    }
}
