extension String {
    /// The UTF-8 bytes without a copy: native strings are contiguous on Linux, so the fallback is for bridged ones.
    @inlinable @inline(__always)
    package func withWireBytes<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        let result = self.utf8.withContiguousStorageIfAvailable { bytes in
            body(bytes.baseAddress.map { UnsafeRawPointer($0) } ?? Wire.noBytes, bytes.count)
        }
        if let result { return result }
        return self.withWireBytesCopied(body)
    }

    @usableFromInline @inline(never)
    func withWireBytesCopied<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        Array(self.utf8).withUnsafeBytes { bytes in
            body(bytes.baseAddress ?? Wire.noBytes, bytes.count)
        }
    }
}

extension Wire {
    /// An address for zero bytes, which nobody reads.
    @inlinable @inline(__always)
    static var noBytes: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped }
}
