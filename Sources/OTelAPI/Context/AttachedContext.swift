import COTelRuntime
import Synchronization

/// A context attached to a thread: one entry of the thread's stack.
///
/// It is current as long as its task is running and has the task-local values that it had when the context was attached:
/// a context bound by a closure since then wins, and no other task on the same thread sees the attachment.
final class AttachedContext: @unchecked Sendable {
    // Safety: immutable but for `isDetached`; `previous` is followed by the thread that attached, while this is in its
    // stack.
    private let context: OTelContext
    private let base: OTelContext
    private let task: UInt64
    private let thread: UInt32
    private let previous: Unmanaged<AttachedContext>?
    private let depth: Int
    private let isDetached: Atomic<Bool>

    /// How many a thread keeps.
    private static let limit = 1024

    private init(_ context: OTelContext, _ thread: UnsafeMutablePointer<cotel_thread>) {
        let previous = Self.last(thread)
        self.context = context
        self.base = OTelContext(span: CurrentContext.boundSpan, extras: CurrentContext.boundExtras)
        self.task = cotel_task_id()
        self.thread = thread.pointee.index
        self.previous = previous
        self.depth = previous.map { $0.takeUnretainedValue().depth + 1 } ?? 1
        self.isDetached = Atomic(self.depth > Self.limit)
    }

    static func attach(_ context: OTelContext) -> AttachedContext {
        let thread = cotel_thread_get()
        CurrentContext.note(context, attaching: true)
        self.popDetached(thread)
        let attachment = AttachedContext(context, thread)
        if attachment.depth <= self.limit {
            thread.pointee.attached = Unmanaged.passRetained(attachment).toOpaque()
            _ = self.exitHandler
            cotel_arm_thread_exit(thread)
        }
        return attachment
    }

    /// Takes this context and those attached after it away; returns whether that came in order.
    func detach() -> Bool {
        if self.isDetached.load(ordering: .relaxed) { return false }
        let thread = cotel_thread_get()
        if thread.pointee.index != self.thread {
            self.isDetached.store(true, ordering: .relaxed)
            return false
        }
        Self.popDetached(thread)
        let isInOrder = Self.last(thread)?.toOpaque() == Unmanaged.passUnretained(self).toOpaque() && self.isCurrent
        while !self.isDetached.load(ordering: .relaxed), Self.last(thread) != nil { Self.pop(thread) }
        return isInOrder
    }
}

extension AttachedContext {
    /// The attached context that is current, if one is.
    static var current: OTelContext? {
        let thread = cotel_thread_get()
        guard thread.pointee.attached != nil else { return nil }
        self.popDetached(thread)
        return self.first(thread) { $0.isCurrent }?.context
    }

    /// What to bind as the extras of a context that is made current by a closure.
    ///
    /// Were the values bound the same ones that an attachment found, the attachment would be current in the closure:
    /// then a copy of the extras tells them apart.
    static func distinctExtras(of context: OTelContext) -> ContextExtras? {
        let thread = cotel_thread_get()
        guard thread.pointee.attached != nil, self.first(thread, where: { $0.isFound(with: context) }) != nil else {
            return context.extras
        }
        return ContextExtras(baggage: context.baggage, values: context.extras?.values ?? [:])
    }

    private var isCurrent: Bool {
        self.isFound(with: OTelContext(span: CurrentContext.boundSpan, extras: CurrentContext.boundExtras))
    }

    /// Whether this is current while these are the values of the running task.
    private func isFound(with bound: OTelContext) -> Bool {
        !self.isDetached.load(ordering: .relaxed) && self.task == cotel_task_id()
            && self.base.extras === bound.extras && self.base.span == bound.span
    }
}

// The stack of a thread, the last one first. Each entry is held by the stack.
extension AttachedContext {
    private static func last(_ thread: UnsafeMutablePointer<cotel_thread>) -> Unmanaged<AttachedContext>? {
        thread.pointee.attached.map { Unmanaged.fromOpaque($0) }
    }

    private static func first(
        _ thread: UnsafeMutablePointer<cotel_thread>,
        where matches: (AttachedContext) -> Bool
    ) -> AttachedContext? {
        var next = self.last(thread)
        while let attachment = next?.takeUnretainedValue() {
            if matches(attachment) { return attachment }
            next = attachment.previous
        }
        return nil
    }

    private static func pop(_ thread: UnsafeMutablePointer<cotel_thread>) {
        guard let last = self.last(thread) else { return }
        let attachment = last.takeRetainedValue()
        attachment.isDetached.store(true, ordering: .relaxed)
        thread.pointee.attached = attachment.previous?.toOpaque()
    }

    /// Drops what other threads detached.
    private static func popDetached(_ thread: UnsafeMutablePointer<cotel_thread>) {
        while let last = self.last(thread), last._withUnsafeGuaranteedRef({ $0.isDetached.load(ordering: .relaxed) }) {
            self.pop(thread)
        }
    }

    private static let exitHandler: Void = cotel_set_thread_exit_handler(2) { thread in
        while AttachedContext.last(thread) != nil { AttachedContext.pop(thread) }
    }
}
