import Synchronization

extension OTel {
    /// What `OTel.extract` and `OTel.inject` use, and what libraries use that cross processes in ways of their own.
    ///
    /// W3C trace context and W3C baggage, with or without an SDK, until it is replaced. Any thread may read or set it.
    /// Meant to be set at the start of the program: reading takes no lock, so what was ever set is never freed.
    public static var propagator: any OTelTextMapPropagator {
        get { GlobalPropagator.withCurrent { $0 } }
        set { GlobalPropagator.set(newValue) }
    }
}

/// A propagator that all of the program uses.
final class GlobalPropagator: Sendable {
    private static let word = Atomic<UInt>(0)
    private static let standard = GlobalPropagator(
        OTelCompositePropagator([OTelW3CTraceContextPropagator(), OTelW3CBaggagePropagator()])
    )

    private let propagator: any OTelTextMapPropagator
    private let w3c: W3CParts?

    private init(_ propagator: any OTelTextMapPropagator) {
        self.propagator = propagator
        self.w3c = W3CParts(propagator)
    }

    /// The one that was set last; nil when none was.
    ///
    /// What was ever set is never freed.
    @inline(__always)
    private static var current: Unmanaged<GlobalPropagator>? {
        UnsafeRawPointer(bitPattern: self.word.load(ordering: .acquiring)).map { Unmanaged.fromOpaque($0) }
    }

    fileprivate static func set(_ propagator: any OTelTextMapPropagator) {
        let pointer = Unmanaged.passRetained(GlobalPropagator(propagator)).toOpaque()
        self.word.store(UInt(bitPattern: pointer), ordering: .releasing)
    }

    /// Neither locks nor counts a reference: this is part of every request.
    static func withCurrent<Result>(_ body: (any OTelTextMapPropagator) -> Result) -> Result {
        guard let current = self.current else { return body(self.standard.propagator) }
        return current._withUnsafeGuaranteedRef { body($0.propagator) }
    }

    /// The W3C propagators that are all of the current propagator; nil when there are others in it.
    static var w3c: W3CParts? {
        guard let current = self.current else { return [.traceContext, .baggage] }
        return current._withUnsafeGuaranteedRef { $0.w3c }
    }
}

/// Which of the W3C propagators are in use, where no other is.
@usableFromInline struct W3CParts: OptionSet, Sendable {
    @usableFromInline let rawValue: UInt8

    @usableFromInline init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    static var traceContext: W3CParts { W3CParts(rawValue: 1) }
    static var baggage: W3CParts { W3CParts(rawValue: 2) }

    /// What `OTel.extract` and `OTel.inject` use; nil when they use anything else.
    @usableFromInline static var inUse: W3CParts? { GlobalPropagator.w3c }

    /// Nil when the propagator is any other, or has any other among its members.
    init?(_ propagator: any OTelTextMapPropagator) {
        switch propagator {
        case is OTelW3CTraceContextPropagator: self = .traceContext
        case is OTelW3CBaggagePropagator: self = .baggage
        case let composite as OTelCompositePropagator:
            var parts: W3CParts = []
            for propagator in composite.propagators {
                guard let part = W3CParts(propagator) else { return nil }
                parts.formUnion(part)
            }
            self = parts
        default: return nil
        }
    }
}
