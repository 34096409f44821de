import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization

/// Keeps the largest measurement of each series.
final class Largest: ExemplarReservoir {
    private let largest = Mutex<ExemplarMeasurement?>(nil)

    func offer(_ measurement: ExemplarMeasurement) {
        self.largest.withLock { largest in
            guard measurement.value.asDouble > largest?.value.asDouble ?? -.infinity else { return }
            largest = measurement
        }
    }

    func collect() -> [ExemplarMeasurement] {
        self.largest.withLock { largest in
            defer { largest = nil }
            return largest.map { [$0] } ?? []
        }
    }
}

func withExamples(_ sinks: [any Sink]) -> Config {
    Config(
        serviceName: "shop",
        sinks: sinks,
        views: [
            InstrumentView(
                InstrumentSelector(name: "shop.checkout.duration"),
                attributes: .excluding(["order.id"]),
                exemplarReservoir: .custom { Largest() }
            )
        ],
        exemplarFilter: .alwaysOn
    )
}
