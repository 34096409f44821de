/// What arrives of one answer: the body up to a limit, and the one header that libcurl does not keep as sent.
///
/// Used by one thread at a time, as the session is.
final class ResponseCollector {
    /// Real servers stay far below; without a limit an endless header would fill the memory.
    static let maxHeaderBytes = 256 * 1024

    enum Excess { case header, body }

    private(set) var body: [UInt8] = []
    private(set) var retryAfter: String?
    /// Which limit ended the transfer.
    private(set) var excess: Excess?
    private let maxBodyBytes: Int
    private var headerBytes = 0

    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    func reset() {
        self.body = []
        self.retryAfter = nil
        self.excess = nil
        self.headerBytes = 0
    }

    /// Takes a decompressed piece of the body.
    ///
    /// False: stop the transfer.
    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= self.maxBodyBytes - self.body.count else {
            self.excess = .body
            self.body = []
            return false
        }
        self.body.append(contentsOf: bytes)
        return true
    }

    /// Takes one header line with its line end.
    ///
    /// False: stop the transfer.
    func receive(header line: UnsafeRawBufferPointer) -> Bool {
        self.headerBytes += line.count
        guard self.headerBytes <= Self.maxHeaderBytes else {
            self.excess = .header
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            // Another answer begins: what came before was a 1xx.
            self.retryAfter = nil
        } else if let value = Self.value(of: "retry-after", in: line) {
            self.retryAfter = value
        }
        return true
    }

    /// The trimmed value if the line is a field of this lower-case name.
    private static func value(of name: StaticString, in line: UnsafeRawBufferPointer) -> String? {
        let length = name.utf8CodeUnitCount
        guard line.count > length, line[length] == UInt8(ascii: ":") else { return nil }
        for index in 0..<length where line[index] | 0x20 != name.utf8Start[index] | 0x20 { return nil }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        let value = line[(length + 1)...].drop(while: isSpace)
        guard let last = value.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: value[...last], as: UTF8.self)
    }
}
