/// A callback that was registered with one or several asynchronous instruments.
///
/// Dropping this value changes nothing; only `remove()` ends the callback.
public struct OTelCallbackRegistration: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) {
        self.end = end
    }

    /// Ends the callback: it does not run in any collection that begins after this returns.
    ///
    /// Again, it does nothing.
    public func remove() {
        self.end()
    }
}
