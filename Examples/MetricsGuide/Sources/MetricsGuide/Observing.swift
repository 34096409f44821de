import OTelAPI
import Synchronization

/// Something whose state is asked for, not told.
final class Pool: Sendable {
    struct State {
        var idle = 3
        var busy = 2
        var opened = 7
    }

    private let state = Mutex(State())
    var now: State { self.state.withLock { $0 } }
}

func observe(_ pool: Pool) {
    OTel.meter("pool").observableUpDownCounter("pool.connections", unit: "{connection}") { observer in
        let now = pool.now
        observer.observe(now.idle, ["state": "idle"])
        observer.observe(now.busy, ["state": "busy"])
    }
}

/// Ends with the pool that it observes.
final class PoolMetrics: Sendable {
    private static let opened = OTel.meter("pool").observableCounter("pool.connections.opened", unit: "{connection}")
    private let registration: OTelCallbackRegistration

    init(_ pool: Pool, name: String) {
        self.registration = Self.opened.register { [weak pool] observer in
            guard let pool else { return }
            observer.observe(pool.now.opened, ["pool": .string(name)])
        }
    }

    deinit {
        self.registration.remove()
    }
}

/// One look at the system gives the values of several instruments.
func observeTogether(_ pool: Pool) -> OTelCallbackRegistration {
    let meter = OTel.meter("pool")
    let size = meter.observableUpDownCounter("pool.size", unit: "{connection}")
    let usage = meter.observableGauge("pool.usage", of: Double.self, unit: "1")
    return meter.registerCallback(for: [size, usage]) { observer in
        let now = pool.now
        observer.observe(size, now.idle + now.busy)
        observer.observe(usage, Double(now.busy) / Double(now.idle + now.busy))
    }
}
