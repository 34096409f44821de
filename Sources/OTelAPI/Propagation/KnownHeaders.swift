/// The headers that nearly every propagator asks for, found in one pass over all headers instead of one each.
struct KnownHeaders {
    private var traceParent = HeaderValues()
    private var traceState = HeaderValues()
    private var baggage = HeaderValues()

    /// Whether `name` is one of the known headers to judge by its length, which rules out most others.
    @inline(__always)
    static func mayHold(_ name: String) -> Bool {
        let length = name.utf8.count
        return length == 11 || length == 10 || length == 7
    }

    /// Keeps the value if `name` is one of the known headers.
    mutating func add(_ name: String, _ value: String) {
        switch name.utf8.count {
        case 11 where HeaderName.areSame(name, "traceparent"): self.traceParent.append(value)
        case 10 where HeaderName.areSame(name, "tracestate"): self.traceState.append(value)
        case 7 where HeaderName.areSame(name, "baggage"): self.baggage.append(value)
        default: ()
        }
    }

    /// False when `name` is not one of the known headers.
    func forEachValue(of name: String, _ body: (String) -> Void) -> Bool {
        switch name {
        case "traceparent": self.traceParent.forEach(body)
        case "tracestate": self.traceState.forEach(body)
        case "baggage": self.baggage.forEach(body)
        default: return false
        }
        return true
    }
}

/// The values of one header: hardly ever more than one, which then needs no array.
private struct HeaderValues {
    private var first: String?
    private var others: [String] = []

    mutating func append(_ value: String) {
        if self.first == nil {
            self.first = value
        } else {
            self.others.append(value)
        }
    }

    func forEach(_ body: (String) -> Void) {
        guard let first = self.first else { return }
        body(first)
        for value in self.others { body(value) }
    }
}
