import OTelAPI
import TestSupport
import Testing

@Suite("The current context")
struct ContextTests {
    private enum Tenant: OTelContextKey { typealias Value = String }
    private enum Other: OTelContextKey { typealias Value = String }
    private enum Number: OTelContextKey { typealias Value = Int }

    private static func span(_ number: UInt64) -> OTelSpan {
        OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 9, low: number), spanID: OTelSpanID(number)))
    }

    @Test("nothing is current outside, and the value is gone afterwards", .matrix(185))
    func scoped() {
        #expect(OTelContext.current.span == .invalid)
        let context = OTelContext(span: Self.span(1)).with(Tenant.self, "acme")
        let result = OTelContext.withValue(context) {
            #expect(OTelSpan.current == Self.span(1))
            #expect(OTelContext.current.span == Self.span(1))
            #expect(OTelContext.current[Tenant.self] == "acme")
            return 7
        }
        #expect(result == 7)
        #expect(OTelSpan.current == .invalid)
        #expect(OTelContext.current[Tenant.self] == nil)
    }

    @Test("nested values replace each other and come back")
    func nesting() {
        OTelContext.withValue(OTelContext(span: Self.span(1)).with(Number.self, 1)) {
            OTelContext.withValue(OTelContext.current.with(Self.span(2))) {
                #expect(OTelSpan.current == Self.span(2))
                #expect(OTelContext.current[Number.self] == 1)
                OTelContext.withValue(OTelContext.current.with(Number.self, 3)) {
                    #expect(OTelSpan.current == Self.span(2))
                    #expect(OTelContext.current[Number.self] == 3)
                    OTelContext.withValue(.root) {
                        #expect(OTelSpan.current == .invalid)
                        #expect(OTelContext.current[Number.self] == nil)
                    }
                    #expect(OTelContext.current[Number.self] == 3)
                }
                #expect(OTelContext.current[Number.self] == 1)
            }
            #expect(OTelSpan.current == Self.span(1))
        }
    }

    @Test("values are kept by key; a change makes a new context", .matrix(180, 181, 182))
    func values() {
        let empty = OTelContext.root
        let one = empty.with(Tenant.self, "a")
        let two = one.with(Other.self, "b").with(Number.self, 5)
        let three = two.with(Tenant.self, "c").with(Number.self, nil)
        #expect(empty[Tenant.self] == nil)
        #expect(one[Tenant.self] == "a")
        #expect(one[Other.self] == nil)
        #expect(two[Tenant.self] == "a" && two[Other.self] == "b" && two[Number.self] == 5)
        #expect(three[Tenant.self] == "c" && three[Other.self] == "b" && three[Number.self] == nil)
        #expect(two.with(Self.span(4))[Tenant.self] == "a")
        #expect(two.with(OTelBaggage())[Tenant.self] == "a")
    }

    @Test("two keys of the same name differ")
    func sameName() {
        enum First { enum Key: OTelContextKey { typealias Value = Int } }
        enum Second { enum Key: OTelContextKey { typealias Value = Int } }
        let context = OTelContext.root.with(First.Key.self, 1)
        #expect(context[First.Key.self] == 1)
        #expect(context[Second.Key.self] == nil)
    }

    @Test("child tasks inherit it, across suspension points")
    func childTasks() async {
        await OTelContext.withValue(OTelContext(span: Self.span(1)).with(Tenant.self, "acme")) {
            await Task.yield()
            #expect(OTelSpan.current == Self.span(1))
            async let child = (OTelSpan.current, OTelContext.current[Tenant.self])
            let (span, tenant) = await child
            #expect(span == Self.span(1) && tenant == "acme")
            let fromGroup = await withTaskGroup(of: OTelSpan.self) { group in
                for number in 2...6 {
                    group.addTask {
                        await OTelContext.withValue(OTelContext.current.with(Self.span(UInt64(number)))) {
                            await Task.yield()
                            return OTelSpan.current
                        }
                    }
                }
                group.addTask { OTelSpan.current }
                return await group.reduce(into: Set<OTelSpan>()) { $0.insert($1) }
            }
            #expect(fromGroup == Set((1...6).map { Self.span($0) }))
            #expect(await Task { OTelSpan.current }.value == Self.span(1))
            #expect(OTelSpan.current == Self.span(1))
        }
    }

    @Test("detached tasks and plain threads start empty, and take a captured context")
    func elsewhere() async {
        await OTelContext.withValue(OTelContext(span: Self.span(1)).with(Number.self, 8)) {
            let context = OTelContext.current
            #expect(await Task.detached { OTelSpan.current }.value == .invalid)
            let inDetached = await Task.detached {
                await OTelContext.withValue(context) {
                    await Task.yield()
                    return (OTelSpan.current, OTelContext.current[Number.self])
                }
            }.value
            #expect(inDetached.0 == Self.span(1) && inDetached.1 == 8)
        }
        let context = OTelContext(span: Self.span(2)).with(Number.self, 9)
        let seen = Threads.run(3) { _ in
            (
                OTelSpan.current == .invalid,
                OTelContext.withValue(context) {
                    (OTelSpan.current == Self.span(2), OTelContext.current[Number.self])
                },
                OTelSpan.current == .invalid
            )
        }
        #expect(seen.allSatisfy { $0.0 && $0.1.0 && $0.1.1 == 9 && $0.2 })
    }

    @Test("errors pass through with their type, and the context is gone then too")
    func typedThrows() async {
        enum Failure: Error { case expected }
        do throws(Failure) {
            try OTelContext.withValue(OTelContext(span: Self.span(1)).with(Number.self, 1)) { () throws(Failure) in
                throw .expected
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == .expected)
        }
        do throws(Failure) {
            try await OTelContext.withValue(OTelContext(span: Self.span(1))) { () async throws(Failure) in
                await Task.yield()
                throw .expected
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == .expected)
        }
        #expect(OTelSpan.current == .invalid)
        #expect(OTelContext.current[Number.self] == nil)
    }

    @Test("an invalid span in a context hides the one outside")
    func invalidInside() {
        OTelContext.withValue(OTelContext(span: Self.span(1))) {
            OTelContext.withValue(OTelContext.current.with(.invalid)) {
                #expect(OTelSpan.current == .invalid)
            }
            #expect(OTelSpan.current == Self.span(1))
        }
    }

    @Test("the closure stays in its caller's isolation")
    @MainActor
    func isolation() async {
        await OTelContext.withValue(OTelContext(span: Self.span(1))) {
            MainActor.assertIsolated()
            await Task.yield()
            MainActor.assertIsolated()
            #expect(OTelSpan.current == Self.span(1))
        }
    }

    @Test("many threads make contexts current at once, each sees its own")
    func currentConcurrentSafe() {
        let agree = Threads.run(8) { thread in
            (0..<500).allSatisfy { index in
                let span = Self.span(UInt64(thread * 1_000 + index + 1))
                return OTelContext.withValue(OTelContext(span: span).with(Number.self, index)) {
                    OTelSpan.current == span && OTelContext.current[Number.self] == index
                }
            }
        }
        #expect(agree.allSatisfy { $0 })
    }
}
