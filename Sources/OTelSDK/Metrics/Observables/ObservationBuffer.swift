import OTLPProto
import OTelAPI

/// What the callbacks of one asynchronous instrument observe in one collection.
///
/// The last observation of a set of attributes counts. NaN and infinities are left to the streams.
final class ObservationBuffer: OTelObservationReceiver, @unchecked Sendable {
    // Safety: written by the thread that runs the callbacks, read by the reader's after that is done.

    struct Observation {
        var attributes: OTelAttributes
        var value: MeasuredValue
    }

    /// In the order in which the sets were observed first.
    private(set) var observations: [Observation] = []
    private var places: [OTelAttributeHash: Int] = [:]

    override func observe(_ value: Int, _ attributes: OTelAttributes) {
        self.add(MeasuredValue(value), attributes)
    }

    override func observe(_ value: Double, _ attributes: OTelAttributes) {
        self.add(MeasuredValue(value), attributes)
    }

    /// Adds what others observed later.
    func add(_ later: ObservationBuffer) {
        for observation in later.observations { self.add(observation.value, observation.attributes) }
    }

    private func add(_ value: MeasuredValue, _ attributes: OTelAttributes) {
        let hash = attributes.contentHash
        if let place = self.places[hash] {
            self.observations[place].value = value
        } else {
            self.places[hash] = self.observations.count
            self.observations.append(Observation(attributes: attributes, value: value))
        }
    }
}
