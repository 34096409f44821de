import OTLPProto
import OTelAPI

/// What the callbacks of one asynchronous instrument observe in one collection.
///
/// The last observation of a set of attributes counts. NaN is ignored, and so are infinities where values are summed.
final class ObservationBuffer: OTelObservationReceiver {
    struct Observation {
        var attributes: [UInt8]
        /// An `Int64` or a `Double`.
        var bits: UInt64
    }

    /// In the order in which the sets were observed first.
    private(set) var observations: [Observation] = []
    private(set) var ignored = 0
    private var places: [[UInt8]: Int] = [:]
    private let isSummed: Bool

    init(isSummed: Bool) {
        self.isSummed = isSummed
    }

    override func observe(_ value: Int, _ attributes: OTelAttributes) {
        self.add(UInt64(bitPattern: Int64(value)), attributes)
    }

    override func observe(_ value: Double, _ attributes: OTelAttributes) {
        if value.isNaN || self.isSummed && value.isInfinite {
            self.ignored += 1
        } else {
            self.add(value.bitPattern, attributes)
        }
    }

    private func add(_ bits: UInt64, _ attributes: OTelAttributes) {
        let key = attributes.canonicalBytes(NumberPoint.attributesTag)
        if let place = self.places[key] {
            self.observations[place].bits = bits
        } else {
            self.places[key] = self.observations.count
            self.observations.append(Observation(attributes: key, bits: bits))
        }
    }
}
