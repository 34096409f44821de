import COTelRuntime
import OTelWire

extension OTelSpan {
    /// Sets the outcome; see `OTelSpanStatus` for which change wins.
    public func setStatus(_ status: OTelSpanStatus) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.setStatus(status)
        slot.unlock(generation: self.generation)
    }

    /// Replaces the name.
    ///
    /// Samplers saw the name given at the start.
    public func updateName(_ name: String) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        let length = slot.bytes.count
        // A name that does not fit leaves the old one.
        if name.withWireBytes({ slot.putField(SpanTag.name, $0, $1) }) {
            slot.removeFields(SpanTag.name, before: length)
        }
        slot.unlock(generation: self.generation)
    }
}

extension Slot {
    /// Order of precedence: ok, error, unset.
    fileprivate func setStatus(_ status: OTelSpanStatus) {
        guard self.pointer.pointee.status != 1 else { return }
        switch status {
        case .unset:
            return
        case .ok:
            self.replaceStatus(code: 1, message: "")
        case .error(let message):
            self.replaceStatus(code: 2, message: message)
        }
    }

    /// The code is kept whatever else the record holds; a message that finds no room is left out.
    private func replaceStatus(code: UInt8, message: String) {
        self.removeFields(SpanTag.status)
        self.pointer.pointee.status = UInt32(code)
        self.commit(Wire.put16(UInt16(SpanTag.status), to: self.reserveTail(2)))
        let mark = self.bytes.count
        if !message.isEmpty { message.withWireBytes { _ = self.putField(0x12, $0, $1) } }
        self.commit(Wire.put16(0x18 | UInt16(code) << 8, to: self.reserveTail(2)))
        self.endMessage(mark)
    }
}
