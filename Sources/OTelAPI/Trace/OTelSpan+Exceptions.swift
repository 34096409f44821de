extension OTelSpan {
    /// Adds an event named `exception` that describes `error`; attributes given here win over the generated ones.
    ///
    /// Generated are `exception.type` and `exception.message`; errors of Swift carry no stack trace, so give
    /// `exception.stacktrace` yourself where you have one. Does not set the status. See
    /// `specification/trace/exceptions.md`.
    public func recordException(
        _ error: any Error,
        _ attributes: OTelAttributes = [:],
        at time: OTelTimestamp? = nil
    ) {
        guard self.isRecording else { return }
        self.addEvent("exception", OTelAttributes(describing: error).merging(attributes), at: time)
    }

    /// What `withSpan` does with an error that leaves its closure.
    @usableFromInline
    func fail(with error: any Error) {
        guard self.isRecording else { return }
        self.recordException(error)
        self.setStatus(.error(String(describing: error)))
    }
}

extension OTelAttributes {
    /// `exception.type` and `exception.message` of an error.
    package init(describing error: any Error) {
        self = [
            "exception.type": .string(String(reflecting: type(of: error))),
            "exception.message": .string(String(describing: error)),
        ]
    }
}
