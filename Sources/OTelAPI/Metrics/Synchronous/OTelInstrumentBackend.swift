/// What an SDK implements behind every synchronous instrument.
///
/// Applications never see it.
///
/// Any thread may call. A backend that was bound to an instrument is kept for the life of the process. An instrument
/// calls only the methods of its own type of number.
open class OTelInstrumentBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable, atomic or locked.
    /// For subclasses.
    public init() {}

    /// Whether a measurement would be kept.
    open var isEnabled: Bool { false }

    /// A measurement with attributes: the increment, the value, or the value to be counted.
    open func record(_ value: Int, _ attributes: OTelAttributes) {}
    /// A measurement with attributes.
    open func record(_ value: Double, _ attributes: OTelAttributes) {}
    /// A measurement by the hash of its attributes, at least one; false when they are needed themselves: then
    /// `record(_:_:)` with them follows.
    open func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool { true }
    /// A measurement by the hash of its attributes.
    open func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool { true }
    /// A measurement without attributes.
    open func record(_ value: Int) {}
    /// A measurement without attributes.
    open func record(_ value: Double) {}

    /// Where measurements with these attributes go, decided now and for good; nil leaves them where they went before.
    open func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? { nil }
}

/// What an SDK implements behind an instrument bound to attributes.
///
/// Applications never see it.
///
/// Any thread may call. A backend that was bound is kept for the life of the process, so an SDK gives out the same one
/// for the same attributes.
open class OTelBoundBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable, atomic or locked.
    /// For subclasses.
    public init() {}

    /// A measurement.
    open func record(_ value: Int) {}
    /// A measurement.
    open func record(_ value: Double) {}
}
