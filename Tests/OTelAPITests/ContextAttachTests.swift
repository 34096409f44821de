import OTelAPI
import Synchronization
import TestSupport
import Testing

@Suite("Contexts attached to a thread")
struct ContextAttachTests {
    private enum Tenant: OTelContextKey { typealias Value = String }
    private enum Held: OTelContextKey { typealias Value = Resource }

    private final class Resource: Sendable {}

    private static func context(_ number: UInt64) -> OTelContext {
        OTelContext(
            span: OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 7, low: number), spanID: OTelSpanID(number)))
        ).with(Tenant.self, "tenant \(number)")
    }

    /// The number of the current context; 0 for the empty one.
    private static var current: UInt64 {
        let context = OTelContext.current
        let number = context.span.spanID.value
        guard OTelSpan.current == context.span else { return .max }
        return context[Tenant.self] == (number == 0 ? nil : "tenant \(number)") ? number : .max
    }

    @Test("an attached context is current until it is detached, in a task", .matrix(183, 184, 185, 9, 10))
    func inTask() {
        #expect(Self.current == 0)
        let token = Self.context(1).attach()
        #expect(Self.current == 1)
        #expect(token.detach())
        #expect(Self.current == 0)
    }

    @Test("and on a plain thread", .matrix(183, 184))
    func onThread() {
        let seen = Threads.run(2) { index -> [UInt64] in
            let token = Self.context(UInt64(index) + 1).attach()
            let inside = Self.current
            return [inside, token.detach() ? 1 : 0, Self.current]
        }
        #expect(seen == [[1, 1, 0], [2, 1, 0]])
    }

    @Test("attachments nest, and each detach brings the one before back", .matrix(183, 184))
    func nesting() {
        let outer = Self.context(1).attach()
        let inner = Self.context(2).attach()
        #expect(Self.current == 2)
        #expect(inner.detach())
        #expect(Self.current == 1)
        #expect(outer.detach())
        #expect(Self.current == 0)
    }

    @Test("the wrong order is detected: an outer token takes the inner ones with it", .matrix(184))
    func wrongOrder() {
        let outer = Self.context(1).attach()
        let middle = Self.context(2).attach()
        let inner = Self.context(3).attach()
        #expect(!middle.detach())
        #expect(Self.current == 1)
        #expect(!inner.detach())
        #expect(Self.current == 1)
        #expect(outer.detach())
        #expect(Self.current == 0)
    }

    @Test("detaching again does nothing", .matrix(184))
    func twice() {
        let outer = Self.context(1).attach()
        let inner = Self.context(2).attach()
        #expect(inner.detach())
        #expect(!inner.detach())
        #expect(Self.current == 1)
        #expect(outer.detach())
    }

    @Test("a context that another thread detached is no longer current on its own thread", .matrix(184))
    func otherThread() {
        let outer = Self.context(1).attach()
        let inner = Self.context(2).attach()
        #expect(Threads.run(1) { _ in inner.detach() } == [false])
        #expect(Self.current == 1)
        let last = Self.context(3).attach()
        #expect(Threads.run(1) { _ in outer.detach() } == [false])
        #expect(Self.current == 3)
        #expect(last.detach())
        #expect(Self.current == 0)
        #expect(!outer.detach() && !inner.detach())
    }

    @Test("closures given a context later win, whatever they bind")
    func closuresWin() {
        let token = Self.context(1).attach()
        OTelContext.withValue(Self.context(2)) {
            #expect(Self.current == 2)
            let inner = Self.context(3).attach()
            #expect(Self.current == 3)
            OTelContext.withValue(.root) { #expect(Self.current == 0) }
            #expect(Self.current == 3)
            #expect(inner.detach())
            #expect(Self.current == 2)
        }
        // The empty context is what was bound before the attachment: told apart all the same.
        OTelContext.withValue(.root) {
            #expect(Self.current == 0)
            OTelContext.withValue(Self.context(4)) { #expect(Self.current == 4) }
            #expect(Self.current == 0)
        }
        #expect(Self.current == 1)
        #expect(token.detach())
    }

    @Test("a new span takes over the values of the attached context")
    func spanInAttached() {
        let token = Self.context(1).attach()
        OTel.tracer("attach").withSpan("x") { span in
            #expect(span == Self.context(1).span)
            #expect(Self.current == 1)
        }
        #expect(token.detach())
    }

    @Test("an attachment made in a closure ends with it; detached inside another one it is out of order")
    func closureEnds() {
        let forgotten = OTelContext.withValue(Self.context(1)) { Self.context(2).attach() }
        #expect(Self.current == 0)
        let outer = Self.context(3).attach()
        #expect(Self.current == 3)
        OTelContext.withValue(Self.context(4)) {
            #expect(!outer.detach())
            #expect(Self.current == 4)
        }
        #expect(Self.current == 0)
        #expect(!forgotten.detach())
    }

    @Test("other tasks on the same thread don't see it, nor does the thread outside of its task")
    func otherTasks() {
        let seen = Threads.run(1) { _ -> [UInt64] in
            let executor = ThisThread()
            let numbers = Mutex<[UInt64]>([])
            let note: @Sendable () -> Void = { numbers.withLock { $0.append(Self.current) } }
            let outside = Self.context(1).attach()
            let forgotten = Mutex<OTelContext.Token?>(nil)
            Task(executorPreference: executor) {
                note()
                Self.attach(2, to: forgotten)
                note()
            }
            executor.drain()
            note()
            Task(executorPreference: executor) { note() }
            executor.drain()
            _ = outside.detach()
            note()
            return numbers.withLock { $0 }
        }
        #expect(seen == [[0, 2, 1, 0, 0]])
    }

    private static func attach(_ number: UInt64, to tokens: borrowing Mutex<OTelContext.Token?>) {
        let token = Self.context(number).attach()
        tokens.withLock { $0 = token }
    }

    /// Runs tasks on the thread that drains it.
    private final class ThisThread: TaskExecutor {
        private let jobs = Mutex<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            self.jobs.withLock { $0.append(job) }
        }

        func drain() {
            while let job = self.jobs.withLock({ $0.popLast() }) {
                job.runSynchronously(on: self.asUnownedTaskExecutor())
            }
        }
    }

    @Test("a thread keeps 1024 attachments; a further one isn't made current")
    func limit() {
        let result = Threads.run(1) { _ -> [Bool] in
            let tokens = (1...1_024).map { Self.context(UInt64($0)).attach() }
            let last = Self.current == 1_024
            let further = Self.context(5_000).attach()
            let kept = Self.current == 1_024
            return [last, kept, !further.detach(), tokens.reversed().allSatisfy { $0.detach() }, Self.current == 0]
        }
        #expect(result == [[true, true, true, true, true]])
    }

    @Test("what was never detached is released when the thread ends")
    func threadEnds() {
        weak let resource = Threads.run(1) { _ -> WeakResource in
            let resource = Resource()
            _ = Self.context(1).attach()
            _ = OTelContext.root.with(Held.self, resource).attach()
            return WeakResource(resource)
        }[0].resource
        #expect(Threads.wait { resource == nil })
    }

    private struct WeakResource: Sendable {
        weak let resource: Resource?

        init(_ resource: Resource) {
            self.resource = resource
        }
    }

    @Test("threads attach, and detach each other's")
    func attachConcurrentSafe() {
        let shared = Mutex<[OTelContext.Token]>([])
        let agree = Threads.run(8) { thread in
            (0..<300).allSatisfy { index in
                let number = UInt64(thread * 1_000 + index + 1)
                let outer = Self.context(number).attach()
                let given = Self.context(number + 100_000).attach()
                shared.withLock { $0.append(given) }
                let taken = shared.withLock { $0.removeFirst() }
                taken.detach()
                // Its own one was detached, by this or another thread, or was not yet.
                let current = OTelContext.current
                guard [number, number + 100_000].contains(current.span.spanID.value) else { return false }
                guard current[Tenant.self] == "tenant \(current.span.spanID.value)" else { return false }
                outer.detach()
                return Self.current == 0
            }
        }
        #expect(agree.allSatisfy { $0 })
    }
}
