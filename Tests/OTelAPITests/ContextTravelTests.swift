import OTelAPI
import TestSupport
import Testing

/// The rows of Docs/Context.md: what runs in the context of the code that started it.
@Suite("How a context travels in tasks")
struct ContextTravelTests {
    @Test("into the functions that are called", .matrix(185))
    func synchronousCalls() {
        func called() -> OTelSpan { .current }
        Traveller.start { #expect(called() == Traveller.span) }
    }

    @Test("into asynchronous functions, across their suspensions")
    func asynchronousCalls() async {
        func called() async -> OTelSpan {
            await Task.yield()
            return .current
        }
        await Traveller.start { #expect(await called() == Traveller.span) }
    }

    @Test("into async let")
    func asyncLet() async {
        await Traveller.start {
            async let child = OTelSpan.current
            #expect(await child == Traveller.span)
        }
    }

    @Test("into the children of task groups, discarding and throwing ones too")
    func taskGroups() async throws {
        try await Traveller.start {
            await withTaskGroup { group in
                group.addTask { OTelSpan.current }
                #expect(await group.next() == Traveller.span)
            }
            try await withThrowingTaskGroup { group in
                group.addTask { OTelSpan.current }
                let child = try await group.next()
                #expect(child == Traveller.span)
            }
            await withDiscardingTaskGroup { group in
                group.addTask { #expect(OTelSpan.current == Traveller.span) }
            }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { #expect(OTelSpan.current == Traveller.span) }
            }
        }
    }

    @Test("into a child added in a closure inside the body of a group, which may outlive the closure")
    func groupBody() async {
        await withTaskGroup { group in
            Traveller.start {
                group.addTask {
                    await Task.yield()
                    return OTelSpan.current
                }
            }
            #expect(OTelSpan.current == .invalid)
            #expect(await group.next() == Traveller.span)
        }
    }

    @Test("into Task and Task.immediate, also after the closure has ended")
    func unstructuredTasks() async {
        let (task, immediate) = Traveller.start {
            (
                Task {
                    await Task.yield()
                    return OTelSpan.current
                },
                Task.immediate { OTelSpan.current }
            )
        }
        #expect(await task.value == Traveller.span)
        #expect(await immediate.value == Traveller.span)
    }

    @Test("not into a detached task, unless it is carried there")
    func detachedTasks() async {
        let (plain, carried) = Traveller.start {
            let context = OTelContext.current
            return (
                Task.detached { OTelSpan.current },
                Task.detached {
                    await OTelContext.withValue(context) {
                        await Task.yield()
                        return OTelSpan.current
                    }
                }
            )
        }
        #expect(await plain.value == .invalid)
        #expect(await carried.value == Traveller.span)
    }

    @Test("into an asynchronous closure that was wrapped, wherever it is called; its errors pass through")
    func wrappedClosures() async {
        struct Failure: Error {}
        let context = OTelContext(span: Traveller.span)
        let wrapped = context.wrap { () async -> OTelSpan in
            await Task.yield()
            return OTelSpan.current
        }
        let failing = context.wrap { () async throws -> OTelSpan in throw Failure() }
        #expect(await wrapped() == Traveller.span)
        let detached = Task.detached { await wrapped() }
        #expect(await detached.value == Traveller.span)
        await #expect(throws: Failure.self) { try await failing() }
        #expect(OTelSpan.current == .invalid)
    }

    private actor Account {
        func current() async -> OTelSpan {
            await Task.yield()
            return .current
        }
    }

    @Test("into actors, and back")
    func actors() async {
        await Traveller.start {
            #expect(await Account().current() == Traveller.span)
            #expect(await MainActor.run { OTelSpan.current } == Traveller.span)
            #expect(OTelSpan.current == Traveller.span)
        }
    }

    @Test("over a continuation, whoever resumes it")
    func continuations() async {
        await Traveller.start {
            await withCheckedContinuation { continuation in
                Traveller.onThread { continuation.resume() }
            }
            #expect(OTelSpan.current == Traveller.span)
            await withUnsafeContinuation { continuation in
                Traveller.onThread { continuation.resume() }
            }
            #expect(OTelSpan.current == Traveller.span)
        }
    }

    private struct Spans: AsyncSequence, AsyncIteratorProtocol {
        func makeAsyncIterator() -> Spans { self }
        mutating func next() async -> OTelSpan? { .current }
    }

    @Test("into the iterator of an asynchronous sequence: that of the code that iterates")
    func asyncSequences() async {
        let sequence = Spans()
        let first = await Traveller.start { await sequence.first { _ in true } }
        #expect(first == Traveller.span)
    }

    @Test("not through a stream: producer and consumer keep their own, and the element carries the context")
    func asyncStreams() async {
        let (stream, continuation) = AsyncStream.makeStream(of: OTelContext.self)
        Traveller.start { _ = continuation.yield(OTelContext.current) }
        continuation.finish()
        for await context in stream {
            #expect(OTelSpan.current == .invalid)
            OTelContext.withValue(context) { #expect(OTelSpan.current == Traveller.span) }
        }
    }

    @Test("into defer, and out of it when an error is thrown")
    func errorsAndDefer() async {
        struct Failure: Error {}
        var deferred = OTelSpan.invalid
        do {
            try await Traveller.start {
                defer { deferred = .current }
                await Task.yield()
                throw Failure()
            }
        } catch {
            #expect(OTelSpan.current == .invalid)
        }
        #expect(deferred == Traveller.span)
    }

    @Test("through cancellation; a cancellation handler runs in the context of whoever cancels")
    func cancellation() async {
        let seen = Traveller.Seen()
        let task = Traveller.start {
            Task {
                await withTaskCancellationHandler {
                    await withCheckedContinuation { seen.keep($0) }
                    #expect(Task.isCancelled)
                    return OTelSpan.current
                } onCancel: {
                    seen.note()
                    seen.resume()
                }
            }
        }
        await seen.waitForContinuation()
        task.cancel()
        #expect(await task.value == Traveller.span)
        #expect(seen.spans == [.invalid])
    }
}
