import Synchronization

/// Carries the baggage in the header `baggage`.
///
/// Reads and writes up to 180 entries and 8192 bytes; entries beyond that are left out whole. Follows
/// [the W3C recommendation](https://www.w3.org/TR/baggage/).
public struct OTelW3CBaggagePropagator: OTelTextMapPropagator {
    private static let names = [W3CValues.baggageName]
    private static let dropped = Atomic<Int>(0)

    /// All are alike: there is nothing to configure.
    public init() {}

    /// `baggage`.
    public var fields: [String] { Self.names }

    /// Entries that were left out since the program began, of headers read and written.
    package static var droppedMembers: Int { self.dropped.load(ordering: .relaxed) }

    /// Sets nothing when there is no baggage.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        W3CValues(context, .baggage).forEach(set)
    }

    /// Replaces the baggage of `context` by the caller's.
    ///
    /// Without a header, or when none of its members can be read, nothing changes; an empty header is empty baggage.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        let header = carrier.list(W3CValues.baggageName)
        if header.isAbsent { return context }
        return OTelContext(span: context.span, extras: Self.extract(header, in: context.extras))
    }

    @inline(never)
    static func extract(_ header: JoinedHeader, in extras: ContextExtras?) -> ContextExtras? {
        guard let text = header.value else {
            self.count(1)
            return extras
        }
        let (baggage, dropped) = BaggageHeader.decode(text)
        self.count(dropped)
        if baggage.isEmpty, dropped > 0 || extras?.baggage.isEmpty != false { return extras }
        return ContextExtras(baggage: baggage, values: extras?.values ?? [:])
    }

    static func count(_ dropped: Int) {
        if dropped > 0 { self.dropped.wrappingAdd(dropped, ordering: .relaxed) }
    }
}
