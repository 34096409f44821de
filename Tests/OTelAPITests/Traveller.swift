import Foundation
import OTelAPI
import TestSupport

/// A context and the means to see where it gets.
enum Traveller {
    static let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 3, low: 4), spanID: OTelSpanID(5)))

    static func start<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try OTelContext.withValue(OTelContext(span: self.span), body)
    }

    nonisolated(nonsending) static func start<Result, Failure: Error>(
        _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await OTelContext.withValue(OTelContext(span: self.span), body)
    }

    /// Runs `body` on a thread made with pthreads.
    static func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { box in
                guard let box else { return nil }
                Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        pthread_detach(thread)
    }

    /// The spans that were current where it was asked for, in order.
    final class Seen: @unchecked Sendable {
        // Safety: everything mutable is touched under `lock`.
        private let lock = NSLock()
        private var noted: [OTelSpan] = []
        private var continuation: CheckedContinuation<Void, Never>?

        var spans: [OTelSpan] { self.lock.withLock { self.noted } }

        func note() {
            let span = OTelSpan.current
            self.lock.withLock { self.noted.append(span) }
        }

        func wait(for count: Int) async {
            while self.spans.count < count { await Task.yield() }
        }

        func keep(_ continuation: CheckedContinuation<Void, Never>) {
            self.lock.withLock { self.continuation = continuation }
        }

        func waitForContinuation() async {
            while self.lock.withLock({ self.continuation == nil }) { await Task.yield() }
        }

        func resume() {
            self.lock.withLock {
                self.continuation?.resume()
                self.continuation = nil
            }
        }
    }
}
