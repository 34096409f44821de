import COTelZlib

/// Compresses whole messages to gzip, reusing one zlib stream and one output buffer.
///
/// Holds about 256 KiB for the stream plus the buffer. Not thread-safe.
package struct GzipEncoder: ~Copyable {
    /// A buffer that one large message made larger than this is given back after use.
    private static let keptCapacity = 4 * 1024 * 1024

    /// zlib keeps a pointer back to the stream, so it must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    /// The level the stream is set up for; nil before the first use and after an error.
    private var level: Int32?
    private var output = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    package init() {
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
    }

    deinit {
        // Z_DATA_ERROR (freed with output pending) and Z_STREAM_ERROR (no stream set up) need no action.
        deflateEnd(self.stream)
        self.stream.deallocate()
        self.output.deallocate()
    }

    /// Compresses `input` at a level from 1 (fastest) to 9 (smallest), or 0 (stored), or -1 (zlib's default).
    ///
    /// Returns nil if the level is none of these, memory is short, or the input has 4 GiB or more.
    package mutating func compress(_ input: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
        self.withCompressed(input, level: level) { Array($0) }
    }

    /// The same without a copy: the bytes are valid during the call of `body` only.
    package mutating func withCompressed<Result>(
        _ input: UnsafeRawBufferPointer,
        level: Int32,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard input.count < Int(UInt32.max), self.prepare(level: level) else { return nil }
        // Room for the worst case, so that one call of deflate does it all.
        let bound = Int(deflateBound(self.stream, UInt(input.count)))
        guard bound < Int(UInt32.max), let count = self.deflateAll(input, bound: bound) else {
            self.level = nil
            return nil
        }
        let result = body(UnsafeRawBufferPointer(rebasing: self.output[..<count]))
        if self.output.count > Self.keptCapacity { self.resizeOutput(to: 0) }
        return result
    }

    /// Makes the stream ready for a new message.
    private mutating func prepare(level: Int32) -> Bool {
        if level == self.level {
            // Z_STREAM_ERROR: the stream is damaged; set it up anew.
            if deflateReset(self.stream) == Z_OK { return true }
        }
        deflateEnd(self.stream)
        self.stream.pointee = z_stream()
        switch COTelZlib_initGzip(self.stream, level) {
        case Z_OK:
            self.level = level
            return true
        // Out of memory; no such level; a zlib whose z_stream differs from the headers'.
        case Z_MEM_ERROR, Z_STREAM_ERROR, Z_VERSION_ERROR: fallthrough
        // No other code is documented.
        default:
            self.level = nil
            return false
        }
    }

    private mutating func deflateAll(_ input: UnsafeRawBufferPointer, bound: Int) -> Int? {
        if self.output.count < bound { self.resizeOutput(to: bound) }
        // zlib's interface lacks a const: it does not write to its input.
        self.stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        self.stream.pointee.avail_in = UInt32(input.count)
        self.stream.pointee.next_out = self.output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        self.stream.pointee.avail_out = UInt32(bound)
        defer {
            self.stream.pointee.next_in = nil
            self.stream.pointee.next_out = nil
        }
        switch deflate(self.stream, Z_FINISH) {
        case Z_STREAM_END:
            return bound - Int(self.stream.pointee.avail_out)
        // More output than deflateBound promises, no progress possible, or an inconsistent stream: cannot happen after
        // a successful reset, with all the input and room for the worst case.
        case Z_OK, Z_BUF_ERROR, Z_STREAM_ERROR: fallthrough
        default: return nil
        }
    }

    private mutating func resizeOutput(to capacity: Int) {
        self.output.deallocate()
        self.output = .allocate(byteCount: capacity, alignment: 16)
    }
}
