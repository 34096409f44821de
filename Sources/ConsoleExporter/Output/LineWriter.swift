import OTelSDK

/// Where rendered lines go.
///
/// Used by one thread at a time.
protocol LineWriter: AnyObject {
    /// Writes whole lines and returns by `deadline`, or soon after `signal` was raised.
    func write(_ lines: UnsafeRawBufferPointer, by deadline: Deadline, unless signal: CancelFlag) throws(ExportError)
}

/// The application's own closure.
final class CustomWriter: LineWriter {
    private let body: @Sendable (UnsafeRawBufferPointer) -> Void

    init(_ body: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.body = body
    }

    func write(_ lines: UnsafeRawBufferPointer, by deadline: Deadline, unless signal: CancelFlag) {
        self.body(lines)
    }
}
