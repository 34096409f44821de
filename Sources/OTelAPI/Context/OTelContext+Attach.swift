extension OTelContext {
    /// Makes this context current on this thread until it is detached.
    ///
    /// For code that cannot enclose its work in a closure, such as a pair of callbacks; `withValue` is cheaper and cannot
    /// be forgotten. Attachments nest: the last one wins, and detaching it brings the one before back.
    ///
    /// - An attachment belongs to one thread and one task: child tasks and other threads don't inherit it (capture
    ///   `OTelContext.current` for them), and it has to be detached before the task suspends.
    /// - A closure that is run with a context or a span later wins inside, and an attachment made in a closure is no
    ///   longer current after its end.
    /// - On a thread that serves several requests in turn, an event loop's, attach for the length of one callback:
    ///   requests overlap there.
    /// - At most 1024 at a time are kept by thread: a further one isn't made current. What is never detached is kept
    ///   until the thread ends.
    ///
    /// - Returns: what to detach the context with.
    @available(*, noasync, message: "an attachment is lost when the task suspends: use OTelContext.withValue")
    public func attach() -> Token {
        Token(attachment: AttachedContext.attach(self))
    }

    /// Ends what `attach` began.
    public struct Token: Sendable {
        let attachment: AttachedContext

        /// Makes the context current again that was so before `attach`.
        ///
        /// - Contexts attached after this one and not yet detached are detached with it.
        /// - On another thread than the one that attached, only that thread can restore its context: it does so the
        ///   next time that it asks for it and this attachment is its last one.
        ///
        /// - Returns: whether it came in order: the first call, on the thread and in the task that attached, with no later
        ///   attachment left and outside of closures that were given a context later.
        @discardableResult
        public func detach() -> Bool {
            self.attachment.detach()
        }
    }
}
