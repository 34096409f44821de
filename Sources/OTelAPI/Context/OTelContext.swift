/// What travels with an operation: the current span, baggage, and values of the application's own.
///
/// Immutable; changes make a new context. `withValue` makes one current for a closure, child tasks included. A context
/// captured with `OTelContext.current` can be made current again anywhere, also on threads and in callbacks that have
/// no task.
public struct OTelContext: Sendable {
    /// The span that new spans become children of.
    public let span: OTelSpan
    package let extras: ContextExtras?

    package init(span: OTelSpan, extras: ContextExtras?) {
        self.span = span
        self.extras = extras
    }

    /// A context in which `span` is the current span and nothing else is set.
    public init(span: OTelSpan) {
        self.init(span: span, extras: nil)
    }

    /// The empty context: a span started with it as parent is a root.
    public static var root: OTelContext { OTelContext(span: .invalid, extras: nil) }

    /// The same context with another current span.
    ///
    /// Where telemetry is suppressed, it stays so.
    public func with(_ span: OTelSpan) -> OTelContext {
        OTelContext(span: self.isSuppressed ? span.suppressed : span, extras: self.extras)
    }

    /// The same context with other baggage.
    public func with(_ baggage: OTelBaggage) -> OTelContext {
        OTelContext(span: self.span, extras: ContextExtras(baggage: baggage, values: self.extras?.values ?? [:]))
    }

    /// Name-value pairs that travel to other services.
    public var baggage: OTelBaggage { self.extras?.baggage ?? OTelBaggage() }

    /// A value of the application's own; nil when it was not set.
    public subscript<Key: OTelContextKey>(key: Key.Type) -> Key.Value? {
        self.extras?.values[ObjectIdentifier(key)] as? Key.Value
    }

    /// The same context with a value of the application's own; nil removes it.
    public func with<Key: OTelContextKey>(_ key: Key.Type, _ value: Key.Value?) -> OTelContext {
        var values = self.extras?.values ?? [:]
        values[ObjectIdentifier(key)] = value
        return OTelContext(span: self.span, extras: ContextExtras(baggage: self.baggage, values: values))
    }
}

/// Names a value in `OTelContext`.
///
/// The conforming type itself is the key: two types never clash.
public protocol OTelContextKey {
    /// The type of the value.
    associatedtype Value: Sendable
}

/// The parts of a context that most requests do not have.
package final class ContextExtras: Sendable {
    package let baggage: OTelBaggage
    package let values: [ObjectIdentifier: any Sendable]

    package init(baggage: OTelBaggage, values: [ObjectIdentifier: any Sendable]) {
        self.baggage = baggage
        self.values = values
    }
}
