extension String {
    /// The UTF-8 bytes without a copy: native strings are contiguous on Linux, so the fallback is for bridged ones.
    @inlinable @inline(__always)
    package func withWireBytes<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        let result = self.utf8.withContiguousStorageIfAvailable { bytes -> Result in
            guard let base = bytes.baseAddress else { return body(Wire.noBytes, 0) }
            return body(UnsafeRawPointer(base), bytes.count)
        }
        if let result { return result }
        return self.withWireBytesCopied(body)
    }

    @usableFromInline @inline(never)
    func withWireBytesCopied<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        Array(self.utf8).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return body(Wire.noBytes, 0) }
            return body(base, bytes.count)
        }
    }
}

extension Wire {
    /// A valid address for zero bytes.
    @usableFromInline nonisolated(unsafe) static let noBytes: UnsafeRawPointer = {
        // Safety: one byte that nobody writes, kept for the life of the process.
        UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
    }()
}
