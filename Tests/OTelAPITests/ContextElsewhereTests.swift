import Dispatch
import Foundation
import OTelAPI
import TestSupport
import Testing

/// The rows of Docs/Context.md that have no task to inherit from: each shows both that nothing is inherited, and that a
/// captured context is.
@Suite("How a context travels outside of tasks")
struct ContextElsewhereTests {
    @Test("not into a dispatch queue, serial or concurrent, unless it is carried there", arguments: [false, true])
    func dispatchQueues(isConcurrent: Bool) {
        let target = DispatchQueue(label: "queue", attributes: isConcurrent ? .concurrent : [])
        let seen = Traveller.Seen()
        Traveller.start {
            target.async { seen.note() }
            target.async(execute: OTelContext.current.wrap { seen.note() })
            target.sync(flags: .barrier) {}
        }
        #expect(Set(seen.spans) == [.invalid, Traveller.span] && seen.spans.count == 2)
    }

    @Test("into a synchronous call of a queue, which runs on the caller's thread")
    func dispatchSync() {
        let seen = Threads.run(1) { _ in
            Traveller.start { DispatchQueue(label: "sync").sync { OTelSpan.current } }
        }
        #expect(seen == [Traveller.span])
    }

    @Test("not into what runs after a time or when a group is done")
    func dispatchLater() async {
        let seen = Traveller.Seen()
        let queue = DispatchQueue(label: "later")
        Traveller.start {
            let context = OTelContext.current
            queue.asyncAfter(deadline: .now()) { seen.note() }
            queue.asyncAfter(deadline: .now(), execute: DispatchWorkItem(block: context.wrap { seen.note() }))
        }
        await seen.wait(for: 2)
        #expect(seen.spans == [.invalid, Traveller.span])
        Traveller.start {
            let group = DispatchGroup()
            group.notify(queue: queue) { seen.note() }
            group.notify(queue: queue, work: DispatchWorkItem(block: OTelContext.current.wrap { seen.note() }))
        }
        await seen.wait(for: 4)
        #expect(seen.spans.suffix(2) == [.invalid, Traveller.span])
    }

    @Test("not into a timer")
    func timers() async {
        let seen = Traveller.Seen()
        let timers = [0, 1].map { _ in DispatchSource.makeTimerSource() }
        Traveller.start {
            timers[0].setEventHandler { seen.note() }
            timers[1].setEventHandler(handler: OTelContext.current.wrap { seen.note() })
        }
        for (index, timer) in timers.enumerated() {
            timer.schedule(deadline: .now())
            timer.activate()
            await seen.wait(for: index + 1)
        }
        #expect(seen.spans == [.invalid, Traveller.span])
    }

    @Test("not into threads")
    func threads() {
        Traveller.start {
            let carried = OTelContext.current.wrap { OTelSpan.current }
            #expect(Threads.run(1) { _ in [OTelSpan.current, carried()] } == [[.invalid, Traveller.span]])
            let seen = Traveller.Seen()
            Traveller.onThread { seen.note() }
            Traveller.onThread(OTelContext.current.wrap { seen.note() })
            #expect(Threads.wait { seen.spans.count == 2 })
            #expect(Set(seen.spans) == [.invalid, Traveller.span])
        }
    }

    @Test("not into the callbacks of an event loop")
    func eventLoops() async {
        let loop = EventLoop()
        let seen = Traveller.Seen()
        Traveller.start {
            loop.execute { seen.note() }
            loop.execute(OTelContext.current.wrap { seen.note() })
        }
        // Like a channel handler: attached when the request begins, detached when it ends, by callbacks of one thread.
        let request = Request()
        loop.execute { request.begin() }
        loop.execute { seen.note() }
        loop.execute { request.end() }
        loop.execute { seen.note() }
        loop.finish()
        await seen.wait(for: 4)
        #expect(seen.spans == [.invalid, Traveller.span, Traveller.span, .invalid])
    }

    /// Runs what it is given on a thread of its own, one after the other.
    private final class EventLoop: @unchecked Sendable {
        // Safety: `work` is touched under `condition`.
        private let condition = NSCondition()
        private var work: [(@Sendable () -> Void)?] = []

        init() {
            Traveller.onThread {
                while let next = self.next() { next() }
            }
        }

        func execute(_ body: @escaping @Sendable () -> Void) { self.add(body) }

        func finish() { self.add(nil) }

        private func add(_ body: (@Sendable () -> Void)?) {
            self.condition.withLock {
                self.work.append(body)
                self.condition.signal()
            }
        }

        private func next() -> (@Sendable () -> Void)? {
            self.condition.withLock {
                while self.work.isEmpty { self.condition.wait() }
                return self.work.removeFirst()
            }
        }
    }

    private final class Request: @unchecked Sendable {
        // Safety: touched by the thread of the event loop alone.
        private var token: OTelContext.Token?

        func begin() { self.token = OTelContext(span: Traveller.span).attach() }
        func end() { self.token?.detach() }
    }

    private protocol DownloadDelegate: AnyObject { func didFinish() }

    private final class Delegate: DownloadDelegate {
        private let context = OTelContext.current
        private(set) var seen: [OTelSpan] = []

        func didFinish() {
            self.seen.append(OTelSpan.current)
            OTelContext.withValue(self.context) { self.seen.append(OTelSpan.current) }
        }
    }

    @Test("a delegate is called in the caller's context, and keeps the one that it was made in")
    func delegates() {
        let delegate = Traveller.start { Delegate() }
        delegate.didFinish()
        #expect(delegate.seen == [.invalid, Traveller.span])
    }

    @Test("a callback is called in the caller's context, with its arguments, result and error")
    func callbacks() throws {
        struct Failure: Error {}
        let (plain, wrapped, failing, most) = Traveller.start {
            (
                { @Sendable (number: Int, _: String) in (OTelSpan.current, number) },
                OTelContext.current.wrap { (number: Int, _: String) in (OTelSpan.current, number) },
                OTelContext.current.wrap { (_: Int) throws -> OTelSpan in throw Failure() },
                OTelContext.current.wrap { (_: Int, _: Int, number: Int) in (OTelSpan.current, number) }
            )
        }
        #expect(plain(1, "a") == (.invalid, 1))
        #expect(wrapped(2, "b") == (Traveller.span, 2))
        #expect(most(1, 2, 3) == (Traveller.span, 3))
        #expect(throws: Failure.self) { try failing(3) }
        #expect(OTelSpan.current == .invalid)
    }
}
