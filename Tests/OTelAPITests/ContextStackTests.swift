import OTelAPI
import Testing

/// What a task allocates is freed in reverse order, bindings of task-local values included, or the process ends.
///
/// Values of unknown size make the compiler allocate around the bindings.
@Suite("Contexts and the stack of a task")
struct ContextStackTests {
    private struct Large: Error, Equatable {
        var words = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        var text: String

        static func == (left: Large, right: Large) -> Bool {
            left.text == right.text && left.words.0 == right.words.0 && left.words.15 == right.words.15
        }
    }

    private enum Number: OTelContextKey { typealias Value = Int }

    private static func context(_ depth: Int) -> OTelContext {
        let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 9, low: 1), spanID: OTelSpanID(UInt64(depth))))
        return depth.isMultiple(of: 2) ? OTelContext(span: span) : OTelContext(span: span).with(Number.self, depth)
    }

    /// Returns or throws what it was given, through `depth` contexts and spans.
    @inline(never)
    private func through<Value: Sendable, Failure: Error>(
        _ depth: Int,
        _ value: Value,
        throwing failure: Failure? = nil
    ) async throws(Failure) -> Value {
        if depth == 0 {
            await Task.yield()
            if let failure { throw failure }
            return value
        }
        let context = Self.context(depth)
        let copy = value
        let result = try await OTelContext.withValue(context) { () async throws(Failure) -> Value in
            #expect(OTelSpan.current == context.span)
            let inner = try await OTel.tracer("stack").withSpan("s", parent: context) {
                _ async throws(Failure) -> Value in
                await Task.yield()
                return try await self.through(depth - 1, value, throwing: failure)
            }
            await Task.yield()
            #expect(OTelSpan.current == context.span && OTelContext.current[Number.self] == context[Number.self])
            return inner
        }
        _ = copy
        return result
    }

    @Test("results of any size pass through many contexts")
    func results() async {
        let large = Large(text: "a text too long for the small form of a string")
        #expect(await self.through(20, large, throwing: Never?.none) == large)
        #expect(await self.through(20, 7, throwing: Never?.none) == 7)
        #expect(await self.through(20, [large, large], throwing: Never?.none).count == 2)
        #expect(OTelSpan.current == .invalid)
    }

    @Test("errors of any size do too")
    func errors() async {
        let large = Large(text: "a text too long for the small form of a string")
        await #expect(throws: large) { try await self.through(20, 1, throwing: large) }
        let boxed: any Error = large
        await #expect(throws: large) { try await self.through(20, large, throwing: boxed) }
        #expect(OTelSpan.current == .invalid)
    }

    @Test("many tasks at once, with children that outlive none of it")
    func tasksConcurrentSafe() async {
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for index in 0..<50 {
                        async let child = self.through(3, index, throwing: Never?.none)
                        #expect(await self.through(5, "text", throwing: Never?.none) == "text")
                        #expect(await child == index)
                    }
                }
            }
        }
    }
}
