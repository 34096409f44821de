import OTelAPI
import OTelWire

/// An instrument that records to several streams, or to none.
final class InstrumentFanout: OTelInstrumentBackend, @unchecked Sendable {
    // Safety: `bound` has its own lock, the rest is immutable.
    private let streams: [MetricStream]
    /// Bound forms by those of the streams, which keep so many of them as their limits allow: what was given out is kept
    /// for good.
    private let bound = SpinLocked([[ObjectIdentifier]: BoundFanout]())

    init(_ streams: [MetricStream]) {
        self.streams = streams
    }

    func hasSameStreams(_ other: [MetricStream]) -> Bool {
        self.streams.elementsEqual(other) { $0 === $1 }
    }

    override var isEnabled: Bool { self.streams.contains { $0.isEnabled } }

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        for stream in self.streams { stream.record(value, attributes) }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        for stream in self.streams { stream.record(value, attributes) }
    }

    /// Each stream may or may not know the hash: all get the attributes, unless nobody wants them.
    override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool { self.streams.isEmpty }

    override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool { self.streams.isEmpty }

    override func record(_ value: Int) {
        for stream in self.streams { stream.record(value) }
    }

    override func record(_ value: Double) {
        for stream in self.streams { stream.record(value) }
    }

    /// Nothing for an instrument that nobody wants, but not nil: what the bound form recorded to before has ended.
    private static let unwanted = OTelBoundBackend()

    override func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? {
        guard !self.streams.isEmpty else { return Self.unwanted }
        let made = self.streams.compactMap { $0.bind(attributes) }
        guard made.count > 1 else { return made.first }
        return self.bound.withLock { bound in
            let identity = made.map { ObjectIdentifier($0) }
            if let known = bound[identity] { return known }
            let fanout = BoundFanout(made)
            bound[identity] = fanout
            return fanout
        }
    }
}

/// The same, bound to attributes.
private final class BoundFanout: OTelBoundBackend, @unchecked Sendable {
    // Safety: immutable.
    private let bound: [OTelBoundBackend]

    init(_ bound: [OTelBoundBackend]) {
        self.bound = bound
    }

    override func record(_ value: Int) {
        for bound in self.bound { bound.record(value) }
    }

    override func record(_ value: Double) {
        for bound in self.bound { bound.record(value) }
    }
}
