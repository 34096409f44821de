import COTelRuntime
import OTelAPI
import OTelWire

extension Slot {
    @inline(__always)
    func prepareLog(_ limits: UnsafePointer<cotel_limits>) {
        self.pointer.pointee.length = 0
        self.pointer.pointee.bloom = 0
        self.pointer.pointee.attribute_count = 0
        self.pointer.pointee.attributes_dropped = 0
        self.pointer.pointee.limits = limits
    }

    /// Times and severity of an empty record; they fit any block.
    @inline(__always)
    func putLogHead(time: UInt64, observed: UInt64, _ severity: OTelSeverity) {
        var position = UnsafeMutableRawPointer(self.pointer.pointee.buffer)
        if time != 0 { position = Wire.put64(time, to: Wire.put8(0x09, to: position)) }
        if severity != .unspecified {
            position = Wire.put16(0x0010 | UInt16(severity.rawValue) &<< 8, to: position)
        }
        self.commit(Wire.put64(observed, to: Wire.put8(0x59, to: position)))
    }

    /// A body of text; false when it does not fit.
    @inline(__always)
    func putLogBody(_ message: String) -> Bool {
        message.withWireBytes { bytes, count in
            guard let start = self.reserve(count &+ 24) else { return false }
            let position = Wire.putLength(Wire.lengthDelimitedSize(count), to: Wire.put8(0x2a, to: start))
            self.commit(Wire.putField(0x0a, bytes, count, to: position))
            return true
        }
    }

    /// Severity text, event name and a body of any shape; false when they do not fit.
    func putLogText(_ record: OTelLogRecord) -> Bool {
        if let text = record.severityText, !text.isEmpty {
            guard text.withWireBytes({ self.putField(0x1a, $0, $1) }) else { return false }
        }
        if let name = record.eventName, !name.isEmpty {
            guard name.withWireBytes({ self.putField(0x62, $0, $1) }) else { return false }
        }
        guard let body = record.body else { return true }
        if case .string(let text) = body { return self.putLogBody(text) }
        let encoder = ValueEncoder.unlimited
        let size = encoder.size(body)
        guard let start = self.reserve(size + 11) else { return false }
        self.commit(encoder.write(body, to: Wire.putLength(size, to: Wire.put8(0x2a, to: start))))
        return true
    }

    /// The span that the record belongs to, and how many attributes were dropped.
    @inline(__always)
    func putLogTail(_ span: OTelSpan) {
        var position = self.reserveTail(48)
        if span.isValid {
            position = Wire.put32(UInt32(truncatingIfNeeded: span.meta & 3), to: Wire.put8(0x45, to: position))
            position = Wire.put64(span.traceHigh.byteSwapped, to: Wire.put16(0x104a, to: position))
            position = Wire.put64(span.traceLow.byteSwapped, to: position)
            position = Wire.put64(span.id.byteSwapped, to: Wire.put16(0x0852, to: position))
        }
        let dropped = self.pointer.pointee.attributes_dropped
        if _slowPath(dropped > 0) { position = Wire.putVarint(UInt64(dropped), to: Wire.put8(0x38, to: position)) }
        self.commit(position)
    }
}
