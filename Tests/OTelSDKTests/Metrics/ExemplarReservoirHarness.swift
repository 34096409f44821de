import OTelSDK
import Synchronization

/// A reservoir of an application, which keeps all that it is offered.
final class RecordingReservoir: ExemplarReservoir {
    private let measurements = Mutex<[ExemplarMeasurement]>([])

    func offer(_ measurement: ExemplarMeasurement) {
        self.measurements.withLock { $0.append(measurement) }
    }

    func collect() -> [ExemplarMeasurement] {
        self.measurements.withLock { measurements in
            defer { measurements = [] }
            return measurements
        }
    }

    /// What was offered since the last collection.
    var offered: [ExemplarMeasurement] { self.measurements.withLock { $0 } }
}

/// The reservoirs that were made for a stream.
final class RecordingReservoirs: Sendable {
    private let made = Mutex<[RecordingReservoir]>([])

    var all: [RecordingReservoir] { self.made.withLock { $0 } }

    var factory: ExemplarReservoirFactory {
        .custom {
            let reservoir = RecordingReservoir()
            self.made.withLock { $0.append(reservoir) }
            return reservoir
        }
    }
}
