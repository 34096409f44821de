/// A growable run of bytes for whole messages: request bodies, encoded resources, metric points.
///
/// Not thread-safe. Grows by doubling and keeps its storage over `removeAll`, so that a reused buffer stops allocating.
package struct ByteBuffer: ~Copyable {
    package private(set) var base: UnsafeMutableRawPointer
    package private(set) var count = 0
    package private(set) var capacity: Int

    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        self.base.deallocate()
    }

    package mutating func removeAll() {
        self.count = 0
    }

    package borrowing func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: self.base, count: self.count))
    }

    package borrowing func array() -> [UInt8] {
        self.withUnsafeBytes { Array($0) }
    }

    /// Room for `size` more bytes; `written` says how many were used.
    package mutating func append(atMost size: Int, _ write: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer) {
        self.reserve(size)
        self.count = write(self.base + self.count) - self.base
    }

    package mutating func append(_ bytes: UnsafeRawPointer, _ size: Int) {
        self.append(atMost: size) {
            $0.copyMemory(from: bytes, byteCount: size); return $0 + size
        }
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        self.append(base, bytes.count)
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.append($0) }
    }

    private mutating func reserve(_ size: Int) {
        guard self.count + size > self.capacity else { return }
        let capacity = max(self.capacity * 2, self.count + size)
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        base.copyMemory(from: self.base, byteCount: self.count)
        self.base.deallocate()
        self.base = base
        self.capacity = capacity
    }
}

// Protobuf fields. Tags are the bytes on the wire: field << 3 | wire type.
extension ByteBuffer {
    package mutating func varintField(_ tag: UInt8, _ value: UInt64) {
        self.append(atMost: 11) { Wire.putVarint(value, to: Wire.put8(tag, to: $0)) }
    }

    package mutating func fixed64Field(_ tag: UInt8, _ value: UInt64) {
        self.append(atMost: 9) { Wire.put64(value, to: Wire.put8(tag, to: $0)) }
    }

    package mutating func doubleField(_ tag: UInt8, _ value: Double) {
        self.fixed64Field(tag, value.bitPattern)
    }

    package mutating func stringField(_ tag: UInt8, _ value: String) {
        value.withWireBytes { self.bytesField(tag, $0, $1) }
    }

    package mutating func bytesField(_ tag: UInt8, _ bytes: UnsafeRawPointer, _ size: Int) {
        self.append(atMost: size + 11) { Wire.putField(tag, bytes, size, to: $0) }
    }

    package mutating func bytesField(_ tag: UInt8, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes {
            self.lengthDelimited(tag, size: $0.count); self.append($0)
        }
    }

    /// The head of a length-delimited field whose `size` bytes the caller appends next.
    package mutating func lengthDelimited(_ tag: UInt8, size: Int) {
        self.append(atMost: 11) { Wire.putLength(size, to: Wire.put8(tag, to: $0)) }
    }

    /// A nested message of any size: written in place, its exact length put in front afterwards.
    package mutating func message(_ tag: UInt8, _ write: (inout ByteBuffer) -> Void) {
        self.append(atMost: 2) { Wire.put16(UInt16(tag), to: $0) }
        let start = self.count
        write(&self)
        let size = self.count - start
        let extra = Wire.varintSize(UInt64(size)) - 1
        if extra > 0 {
            self.reserve(extra)
            let body = self.base + start
            (body + extra).copyMemory(from: body, byteCount: size)
            self.count += extra
        }
        _ = Wire.putVarint(UInt64(size), to: self.base + start - 1)
    }
}
