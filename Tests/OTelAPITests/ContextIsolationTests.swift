import Dispatch
import OTelAPI
import Testing

@Suite("The isolation of closures with a context")
struct ContextIsolationTests {
    /// Runs an actor's jobs on a queue of its own, so that code can tell where it runs.
    private final class Executor: SerialExecutor {
        static let key = DispatchSpecificKey<Bool>()
        private let queue = DispatchQueue(label: "executor")

        init() {
            self.queue.setSpecific(key: Self.key, value: true)
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    private actor Service {
        private nonisolated let executor = Executor()
        nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }
        private let tracer = OTel.tracer("isolation")

        // The closures must not use `self`: that alone would bring them back here after their suspension.

        /// Whether a closure with a context runs on this actor after it was suspended.
        func isHere(in context: OTelContext) async -> Bool {
            await OTelContext.withValue(context) {
                await Task.yield()
                return DispatchQueue.getSpecific(key: Executor.key) ?? false
            }
        }

        /// Whether a closure with a span does.
        func isHere(inSpanOf context: OTelContext) async -> Bool {
            await self.tracer.withSpan("a", parent: context) { _ in
                await Task.yield()
                return DispatchQueue.getSpecific(key: Executor.key) ?? false
            }
        }
    }

    private enum Tenant: OTelContextKey { typealias Value = String }

    @Test("a closure returns to its actor after a suspension", arguments: [false, true])
    func staysOnActor(withExtras: Bool) async {
        let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 9, low: 1), spanID: OTelSpanID(1)))
        let plain = OTelContext(span: span)
        let context = withExtras ? plain.with(Tenant.self, "acme") : plain
        #expect(await Service().isHere(in: context))
        #expect(await Service().isHere(inSpanOf: context))
    }
}
