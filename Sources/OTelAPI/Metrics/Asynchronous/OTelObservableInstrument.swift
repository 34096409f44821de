/// An asynchronous instrument: what a callback for several instruments names its observations by.
///
/// The three that a meter makes are all there are.
public protocol OTelObservableInstrument<Value>: AnyObject, Sendable {
    /// What it observes: `Int` or `Double`.
    associatedtype Value: OTelNumber
}
