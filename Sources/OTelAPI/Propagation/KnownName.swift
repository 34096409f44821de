import OTelWire

/// Names compared as words of bytes whose bit 5 is set.
///
/// That makes letters lower-case, and nothing else becomes one of these letters.
enum KnownName {
    private static let lowerCase: UInt64 = 0x2020_2020_2020_2020

    /// For a name of 11 bytes.
    @inline(__always)
    static func isTraceParent(_ name: String) -> Bool {
        // "tracepar" and "ceparent".
        name.withWireBytes { bytes, _ in
            self.word(bytes, 0) == 0x7261_7065_6361_7274 && self.word(bytes, 3) == 0x746e_6572_6170_6563
        }
    }

    /// For a name of 10 bytes.
    @inline(__always)
    static func isTraceState(_ name: String) -> Bool {
        // "tracesta" and "acestate".
        name.withWireBytes { bytes, _ in
            self.word(bytes, 0) == 0x6174_7365_6361_7274 && self.word(bytes, 2) == 0x6574_6174_7365_6361
        }
    }

    /// For a name of 7 bytes.
    @inline(__always)
    static func isBaggage(_ name: String) -> Bool {
        // "bagg" and "gage".
        name.withWireBytes { bytes, _ in
            self.halfWord(bytes, 0) == 0x6767_6162 && self.halfWord(bytes, 3) == 0x6567_6167
        }
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) | self.lowerCase
    }

    @inline(__always)
    private static func halfWord(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            | UInt32(truncatingIfNeeded: self.lowerCase)
    }
}
