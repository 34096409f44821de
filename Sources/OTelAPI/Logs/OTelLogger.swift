/// Records the log messages and events of one instrumentation scope.
///
/// A logger may be taken at any time and kept for good: without an SDK it does nothing, when one is installed it binds
/// to it, and it outlives shutdown and a new start. Trace id, span id and flags come from the current context. Any
/// thread or task may call.
public final class OTelLogger: Sendable {
    /// Whom the records come from.
    public let scope: OTelScope
    @usableFromInline let cell: BackendCell<OTelLoggerBackend>

    package init(_ scope: OTelScope, _ backend: OTelLoggerBackend? = nil) {
        self.scope = scope
        self.cell = BackendCell()
        if let backend { self.cell.bind(backend) }
    }

    package func bind(_ backend: OTelLoggerBackend) {
        self.cell.bind(backend)
    }

    /// Whether a record like this would be kept; false without an SDK.
    ///
    /// Worth asking only when the record is expensive to build. The answer changes over time: ask each time.
    @inlinable
    public func isEnabled(
        _ severity: OTelSeverity,
        eventName: String? = nil,
        context: OTelContext? = nil
    ) -> Bool {
        guard let backend = self.cell.backend else { return false }
        return backend._withUnsafeGuaranteedRef { $0.isEnabled(severity, eventName: eventName, context: context) }
    }

    /// Records all that `record` says.
    public func emit(_ record: OTelLogRecord) {
        self.cell.backend?._withUnsafeGuaranteedRef { $0.emit(record) }
    }

    /// Records a message.
    ///
    /// Neither message nor attributes are built when no sink takes the severity.
    @inlinable @inline(__always)
    public func log(
        _ severity: OTelSeverity,
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { backend in
            if backend.takes(severity) { backend.emit(severity, message(), attributes(), error) }
        }
    }
}

// One method for each range of severities.
extension OTelLogger {
    /// Records a message of severity TRACE.
    @inlinable @inline(__always)
    public func trace(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.trace, message(), attributes(), error: error)
    }

    /// Records a message of severity DEBUG.
    @inlinable @inline(__always)
    public func debug(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.debug, message(), attributes(), error: error)
    }

    /// Records a message of severity INFO.
    @inlinable @inline(__always)
    public func info(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.info, message(), attributes(), error: error)
    }

    /// Records a message of severity WARN.
    @inlinable @inline(__always)
    public func warn(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.warn, message(), attributes(), error: error)
    }

    /// Records a message of severity ERROR.
    @inlinable @inline(__always)
    public func error(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.error, message(), attributes(), error: error)
    }

    /// Records a message of severity FATAL.
    @inlinable @inline(__always)
    public func fatal(
        _ message: @autoclosure () -> String,
        _ attributes: @autoclosure () -> OTelAttributes = OTelAttributes(),
        error: (any Error)? = nil
    ) {
        self.log(.fatal, message(), attributes(), error: error)
    }
}
