import Foundation
package import OTelSDK

/// An exporter of spans or log records that blocks inside `export` until its gate is opened.
///
/// Notes calls that overlap. Made with `isStubborn`, it does not even end when it is cancelled or its deadline passes,
/// as a broken exporter would.
package final class GatedExporter: SpanExporter, LogRecordExporter, @unchecked Sendable {
    // Safety: everything mutable is touched under `condition`.
    private let condition = NSCondition()
    private let isStubborn: Bool
    private var isOpen: Bool
    private var isCancelled = false
    private var running = 0
    private var state = Observed()

    /// What the exporter has seen.
    package struct Observed: Sendable {
        /// Items of each batch that passed the gate.
        package var delivered: [Int] = []
        /// Calls of `export` that began.
        package var started = 0
        /// Calls of `export` that ended without passing.
        package var abandoned = 0
        /// Calls of `export` that began while another one was running.
        package var overlaps = 0
        package var cancels = 0
        package var shutdowns = 0
    }

    package init(isOpen: Bool = false, isStubborn: Bool = false) {
        self.isOpen = isOpen
        self.isStubborn = isStubborn
    }

    /// Lets everything pass from now on.
    package func open() { self.set(open: true) }

    /// Lets nothing pass any more.
    package func close() { self.set(open: false) }

    package var observed: Observed { self.condition.withLock { self.state } }

    /// Blocks until an `export` is waiting at the gate; false after 10 seconds.
    package func waitUntilBlocked() -> Bool {
        self.condition.withLock {
            let limit = Date(timeIntervalSinceNow: 10)
            while self.running == 0 || self.isOpen {
                guard self.condition.wait(until: limit) else { return false }
            }
            return true
        }
    }

    package func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.pass(batch.count, deadline)
    }

    package func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.pass(batch.count, deadline)
    }

    package func cancel() {
        self.condition.withLock {
            self.state.cancels += 1
            self.isCancelled = true
            self.condition.broadcast()
        }
    }

    package func shutdown(by deadline: Deadline) {
        self.condition.withLock { self.state.shutdowns += 1 }
    }

    private func set(open: Bool) {
        self.condition.withLock {
            self.isOpen = open
            self.condition.broadcast()
        }
    }

    private func pass(_ count: Int, _ deadline: Deadline) throws(ExportError) -> ExportResult {
        let passed = self.condition.withLock {
            self.state.started += 1
            if self.running > 0 { self.state.overlaps += 1 }
            self.running += 1
            self.condition.broadcast()
            while !self.isOpen, self.mayWait(deadline) { self.wait(deadline) }
            self.running -= 1
            if self.isOpen { self.state.delivered.append(count) } else { self.state.abandoned += 1 }
            return self.isOpen
        }
        guard passed else { throw ExportError(self.isCancelled ? .cancelled : .unavailable, "the gate is closed") }
        return .success
    }

    private func mayWait(_ deadline: Deadline) -> Bool {
        self.isStubborn || !self.isCancelled && !deadline.isOver
    }

    private func wait(_ deadline: Deadline) {
        let seconds = min(Double(deadline.remaining.components.seconds) + 0.01, 1)
        _ = self.condition.wait(until: Date(timeIntervalSinceNow: self.isStubborn ? 1 : min(seconds, 0.02)))
    }
}
