import OTelWire

/// The bytes of a header's value, or of a part of it.
///
/// What `UnsafeRawBufferPointer` is, without its nil: 568 -> 330 instructions for a `tracestate` of three members.
struct HeaderBytes {
    let base: UnsafeRawPointer
    let count: Int

    @inline(__always)
    init(_ base: UnsafeRawPointer, _ count: Int) {
        self.base = base
        self.count = count
    }

    /// The byte at an index that the caller has checked.
    @inline(__always)
    subscript(index: Int) -> UInt8 { self.base.load(fromByteOffset: index, as: UInt8.self) }

    /// A part, which the caller has checked to lie within the bytes.
    @inline(__always)
    subscript(range: Range<Int>) -> HeaderBytes {
        HeaderBytes(self.base + range.lowerBound, range.upperBound &- range.lowerBound)
    }

    /// A word, the first byte lowest, that the caller has checked to lie within the bytes.
    @inline(__always)
    func load<Word: FixedWidthInteger & BitwiseCopyable>(_ type: Word.Type, at offset: Int) -> Word {
        Word(littleEndian: self.base.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Where `byte` first stands, from `start` on; the end when it does not.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int) -> Int {
        var index = start
        while index < self.count, self[index] != byte { index &+= 1 }
        return index
    }

    /// The range without the optional white space of HTTP, spaces and tabs, at both ends.
    @inline(__always)
    func trimming(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Self.isWhiteSpace(self[start]) { start &+= 1 }
        while start < end, Self.isWhiteSpace(self[end &- 1]) { end &-= 1 }
        return start..<end
    }

    var trimmed: HeaderBytes { self[self.trimming(0..<self.count)] }

    /// The bytes without the white space around them; none at all when there are more than are ever looked at.
    var value: HeaderBytes { self.count > HeaderList.maximumBytes ? self[0..<0] : self.trimmed }

    @inline(__always)
    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// The bytes as text; those that are not UTF-8 become U+FFFD.
    @inline(__always)
    var text: String {
        // Short texts are part of the string itself: 170 -> 100 instructions.
        if self.count <= 15 { return self.shortText }
        return String(decoding: self.buffer, as: UTF8.self)
    }

    private var shortText: String {
        String(unsafeUninitializedCapacity: self.count) { buffer in
            let target = UnsafeMutableRawBufferPointer(buffer)
            if self.count >= 8 {
                self.copyWord(UInt64.self, to: target, at: 0)
                self.copyWord(UInt64.self, to: target, at: self.count &- 8)
            } else if self.count >= 4 {
                self.copyWord(UInt32.self, to: target, at: 0)
                self.copyWord(UInt32.self, to: target, at: self.count &- 4)
            } else {
                for index in 0..<self.count { target[index] = self[index] }
            }
            return self.count
        }
    }

    @inline(__always)
    private func copyWord<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type,
        to target: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        target.storeBytes(of: self.load(type, at: offset).littleEndian, toByteOffset: offset, as: type)
    }

    /// To where the caller has checked that there is room.
    @inline(__always)
    func copy(to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyMemory(from: self.buffer)
    }

    private var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.base, count: self.count) }
}

extension String {
    @inline(__always)
    func withHeaderBytes<Result>(_ body: (HeaderBytes) -> Result) -> Result {
        self.withWireBytes { body(HeaderBytes($0, $1)) }
    }
}
