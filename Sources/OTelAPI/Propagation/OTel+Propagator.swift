extension OTel {
    /// What `OTel.extract` and `OTel.inject` use, and what libraries use that cross processes in ways of their own.
    ///
    /// W3C trace context and W3C baggage, with or without an SDK, until it is replaced. Any thread may read or set it.
    /// Meant to be set at the start of the program: reading takes no lock, so what was ever set is never freed.
    public static var propagator: any OTelTextMapPropagator {
        get { GlobalPropagator.withCurrent { $0 } }
        set { GlobalPropagator.cell.bind(GlobalPropagator(newValue)) }
    }
}

/// A propagator that all of the program uses.
final class GlobalPropagator: Sendable {
    fileprivate static let cell = BackendCell<GlobalPropagator>()
    private static let standard = GlobalPropagator(
        OTelCompositePropagator([OTelW3CTraceContextPropagator(), OTelW3CBaggagePropagator()])
    )

    private let propagator: any OTelTextMapPropagator

    fileprivate init(_ propagator: any OTelTextMapPropagator) {
        self.propagator = propagator
    }

    /// Neither locks nor counts a reference: this is part of every request.
    static func withCurrent<Result>(_ body: (any OTelTextMapPropagator) -> Result) -> Result {
        guard let current = self.cell.backend else { return body(self.standard.propagator) }
        return current._withUnsafeGuaranteedRef { body($0.propagator) }
    }
}
