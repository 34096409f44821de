import OTelAPI
import OTelWire

extension OpenTelemetryTraceState {
    private static let maximumLength = 256

    /// `state` with `th` set to `threshold`, or without `th`; the other sub-keys are kept.
    ///
    /// An entry that would get longer than 256 characters is reported and loses its `th` instead: the probability is
    /// unknown then.
    func setting(_ threshold: UInt64?, in state: OTelTraceState) -> OTelTraceState {
        let value = Self.value(threshold, in: state)
        return value.isEmpty ? state.removing("ot") : state.setting("ot", value)
    }

    /// The value of the entry `ot` with another threshold; empty when nothing is left in it.
    static func value(_ threshold: UInt64?, in state: OTelTraceState) -> String {
        let others = Self.others(state)
        guard let threshold else { return others }
        let value = "th:\(SamplingThreshold.digits(threshold))\(others.isEmpty ? "" : ";")\(others)"
        if value.utf8.count <= self.maximumLength { return value }
        Diagnostics.report(
            .warning,
            "the entry ot of a trace state has no room for th within 256 characters; spans are sampled without it"
        )
        return others
    }

    /// All but `th`, as far as the grammar allows it; of a repeated sub-key the first.
    private static func others(_ state: OTelTraceState) -> String {
        state.header.withWireBytes { start, count in
            guard let subKeys = SubKeys(UnsafeRawBufferPointer(start: start, count: count)) else { return "" }
            var kept: [SubKey] = []
            for subKey in subKeys where subKey.isWellFormed && !subKey.isThreshold {
                if !kept.contains(where: { $0.key.elementsEqual(subKey.key) }) { kept.append(subKey) }
            }
            return kept.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ";")
        }
    }
}
