import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// Log records of one scope, from `emit` to the chunks of the sinks that take them.
final class SDKLoggerBackend: OTelLoggerBackend, @unchecked Sendable {
    // Safety: immutable.
    private let core: TelemetryCore
    private let scope: UInt32
    private let routes: LogRoutes
    private let limits: UnsafePointer<cotel_limits>

    init(core: TelemetryCore, scope: UInt32) {
        self.core = core
        self.scope = scope
        self.routes = core.logRoutes
        self.limits = core.words.logLimits
    }

    override func isEnabled(_ severity: OTelSeverity, eventName: String?, context: OTelContext?) -> Bool {
        let isSuppressed = context?.isSuppressed ?? CurrentContext.isSuppressed
        guard !isSuppressed, !cotel_records_nothing(cotel_thread_get()), !self.core.isClosed else { return false }
        return self.routes.take(severity)
    }

    override func takes(_ severity: OTelSeverity) -> Bool {
        self.routes.take(severity)
    }

    override func emit(
        _ severity: OTelSeverity,
        _ message: String,
        _ attributes: OTelAttributes,
        _ error: (any Error)?
    ) {
        let thread = cotel_thread_get()
        let span = CurrentContext.spanIfUsed
        guard !cotel_records_nothing(thread), !span.isSuppressed, self.routes.take(severity) else { return }
        let now = cotel_monotonic_ns()
        let wall = now &+ UInt64(bitPattern: cotel_clock_offset(now))
        self.write(severity, span, attributes, error, thread) { slot in
            slot.putLogHead(time: wall, observed: wall, severity)
            return slot.putLogBody(message)
        }
    }

    override func emit(_ record: OTelLogRecord) {
        let thread = cotel_thread_get()
        let span = record.context?.span ?? CurrentContext.spanIfUsed
        guard !cotel_records_nothing(thread), !span.isSuppressed, self.routes.take(record.severity) else { return }
        let observed = record.observedTimestamp ?? .now
        self.write(record.severity, span, record.attributes, record.error, thread) { slot in
            slot.putLogHead(
                time: record.timestamp?.unixNanoseconds ?? 0,
                observed: observed.unixNanoseconds,
                record.severity
            )
            return slot.putLogText(record)
        }
    }

    /// Writes one record into a slot of this thread and copies it to each sink.
    ///
    /// `head` says whether the body fitted.
    @inline(__always)
    private func write(
        _ severity: OTelSeverity,
        _ span: OTelSpan,
        _ attributes: OTelAttributes,
        _ error: (any Error)?,
        _ thread: UnsafeMutablePointer<cotel_thread>,
        _ head: (Slot) -> Bool
    ) {
        guard let slot = SlotPool.take(thread) else { return self.count(.full, severity, thread) }
        let generation = slot.generation
        slot.prepareLog(self.limits)
        let fits = head(slot)
        if let error { slot.set(AttributeTag.logRecord, OTelAttributes(describing: error)) }
        if !attributes.isEmpty { slot.set(AttributeTag.logRecord, attributes) }
        if _fastPath(fits) {
            if _slowPath(slot.pointer.pointee.attributes_dropped > 0) { self.count(.truncated, severity, thread) }
            slot.putLogTail(span)
            self.append(slot, severity, thread)
        } else {
            self.count(.tooLarge, severity, thread)
        }
        SlotPool.give(slot, generation: generation, thread)
    }

    @inline(__always)
    private func append(_ slot: Slot, _ severity: OTelSeverity, _ thread: UnsafeMutablePointer<cotel_thread>) {
        let body = Int(slot.pointer.pointee.length)
        let size = Wire.lengthDelimitedSize(body)
        let label = RecordLabel.make(.logRecord, scope: self.scope)
        for index in 0..<self.routes.count where self.routes[index].pointee.takes(severity) {
            self.routes[index].pointee.queue._withUnsafeGuaranteedRef { queue in
                queue.append(thread, size: size, label: label) { start in
                    let position = Wire.putLength(body, to: Wire.put8(0x12, to: start))
                    memcpy(position, slot.pointer.pointee.buffer, body)
                }
            }
        }
    }

    @inline(never)
    private func count(
        _ event: ChunkQueue.Event,
        _ severity: OTelSeverity,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) {
        for index in 0..<self.routes.count where self.routes[index].pointee.takes(severity) {
            self.routes[index].pointee.queue._withUnsafeGuaranteedRef { $0.count(event, thread) }
        }
    }
}
