import COTelRuntime

/// What a character of a header may be part of, as the grammars have it.
struct HeaderCharacters {
    fileprivate let mask: UInt32

    @inline(__always)
    private init(_ characters: cotel_header_class) {
        self.mask = UInt32(truncatingIfNeeded: characters.rawValue)
    }

    /// Names: a token in the sense of HTTP.
    @inline(__always) static var token: Self { Self(COTEL_TOKEN) }
    /// Values of baggage as they are sent, the percent sign of encoded bytes included.
    @inline(__always) static var baggageOctet: Self { Self(COTEL_BAGGAGE_OCTET) }
    /// What stands for itself in values of baggage.
    @inline(__always) static var baggagePlain: Self { Self(COTEL_BAGGAGE_PLAIN) }
    /// What stands behind a value of baggage.
    @inline(__always) static var property: Self { Self(COTEL_PROPERTY) }
    /// Keys of `tracestate`, but for the first character.
    @inline(__always) static var stateKey: Self { Self(COTEL_STATE_KEY) }
    /// What no URL encodes.
    @inline(__always) static var unreserved: Self { Self(COTEL_UNRESERVED) }
    /// Values of headers.
    @inline(__always) static var headerValue: Self { Self(COTEL_HEADER_VALUE) }
    /// Lower-case letters and digits.
    @inline(__always) static var lowerCase: Self { Self(COTEL_LOWER_CASE) }
}

extension HeaderBytes {
    /// Where the run of such characters ends that starts at `start`.
    @inline(__always)
    func end(of characters: HeaderCharacters, from start: Int) -> Int {
        Int(cotel_end_of_run(self.base, Int64(start), Int64(self.count), characters.mask))
    }

    /// Where the value of a member of `tracestate` ends that starts at `start`.
    @inline(__always)
    func endOfStateValue(from start: Int) -> Int {
        Int(cotel_state_value_end(self.base, Int64(start), Int64(self.count)))
    }

    /// Whether the byte at an index that the caller has checked is such a character.
    @inline(__always)
    func isAt(_ index: Int, _ characters: HeaderCharacters) -> Bool {
        cotel_is_of_class(self[index], characters.mask)
    }

    @inline(__always)
    func areAll(_ characters: HeaderCharacters) -> Bool { self.end(of: characters, from: 0) == self.count }
}

extension String {
    /// Whether it has none but such characters; true when it has none at all.
    func areAll(_ characters: HeaderCharacters) -> Bool {
        self.withHeaderBytes { $0.areAll(characters) }
    }
}
