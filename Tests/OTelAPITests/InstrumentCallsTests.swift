import OTelAPI
import Synchronization
import TestSupport
import Testing

@Suite("What instruments tell an SDK")
struct InstrumentCallsTests {
    private let meter = OTelMeter(OTelScope("m"))
    private let backend = RecordingMeterBackend()

    @Test("is each measurement once, in its own type and form")
    func forms() {
        self.meter.bind(self.backend)
        let integers = self.meter.counter("i")
        integers.add(1)
        integers.add(2, ["a": 1])
        integers.add(3, "a", 1)
        integers.bound(["b": 1]).add(4)
        let doubles = self.meter.histogram("d", of: Double.self)
        doubles.record(0.5)
        doubles.record(1.5, ["a": 1])
        doubles.record(2.5, "a", 1, "b", 2)
        doubles.bound([:]).record(3.5)
        #expect(
            self.backend.calls == [
                "i 1", "i 2 a", "i 3 #", "i bound b 4", "d 0.5", "d 1.5 a", "d 2.5 #", "d bound  3.5",
            ]
        )
    }

    @Test("are the attributes of a short form, too, where their hash is not enough")
    func hashUnknown() {
        self.backend.knowsHashes(false)
        self.meter.bind(self.backend)
        self.meter.gauge("g").record(1, "a", 1)
        self.meter.gauge("g").record(2, "a", 1, "b", true)
        self.meter.gauge("g").record(3, "a", 1, "b", true, "c", 2.5)
        self.meter.gauge("g").record(4, "a", 1, "b", true, "c", 2.5, "d", "x")
        #expect(
            self.backend.calls == [
                "g 1 #", "g 1 a", "g 2 #", "g 2 a,b", "g 3 #", "g 3 a,b,c", "g 4 #", "g 4 a,b,c,d",
            ]
        )
    }

    @Test("is nothing before it is there, and everything that was made before when it comes")
    func binding() {
        let counter = self.meter.counter("c")
        let bound = counter.bound(["a": 1])
        self.meter.observableGauge("g") { $0.observe(1) }
        counter.add(1)
        bound.add(1)
        #expect(!counter.isEnabled)
        self.meter.bind(self.backend)
        #expect(counter.isEnabled)
        counter.add(2)
        bound.add(2)
        #expect(self.backend.calls == ["c 2", "c bound a 2"])
        #expect(self.backend.created == ["c", "g"])
        // The next SDK gets what comes then, the one before nothing more.
        let next = RecordingMeterBackend()
        self.meter.bind(next)
        counter.add(3)
        bound.add(3)
        #expect(self.backend.calls.count == 2)
        #expect(next.calls == ["c 3", "c bound a 3"])
        // One that was replaced has nothing to say any more.
        self.meter.rebind(self.backend)
        counter.add(4)
        #expect(next.calls.last == "c 4")
    }

    @Test("is each instrument once, in the order of creation, with its identity and advice")
    func creation() {
        self.meter.bind(self.backend)
        for _ in 0..<2 {
            self.meter.counter("a", unit: "1", description: "d", attributeKeys: ["k"]).add(1)
            self.meter.counter("a", unit: "2").add(1)
            self.meter.histogram("h", boundaries: [1, 2]).record(1)
        }
        self.meter.histogram("h", boundaries: [3]).record(1)
        // Another opinion on the boundaries is passed on, for the SDK to judge.
        #expect(self.backend.created == ["a", "a", "h", "h"])
        #expect(self.backend.descriptors.map(\.boundaries) == [nil, nil, [1, 2], [3]])
        #expect(
            self.backend.descriptors.first
                == OTelInstrumentDescriptor(
                    kind: .counter,
                    name: "a",
                    unit: "1",
                    description: "d",
                    isInteger: true,
                    attributeKeys: ["k"]
                )
        )
    }

    @Test("are callbacks for several instruments, without foreign ones and without those that ended")
    func multiCallbacks() throws {
        let own = self.meter.observableGauge("own")
        let foreign = OTelMeter(OTelScope("other")).observableGauge("foreign")
        self.meter.registerCallback(for: [own, foreign]) { observer in
            observer.observe(own, 1)
            observer.observe(foreign, 2)
        }
        self.meter.registerCallback(for: [own]) { $0.observe(own, 3) }.remove()
        self.meter.bind(self.backend)
        let callbacks = self.backend.callbacks
        #expect(callbacks.count == 1)
        let callback = try #require(callbacks.first)
        #expect(callback.instruments.map(\.name) == ["own"])
        #expect(callback.foreignCount == 1)
        let receiver = Receiver()
        callback.run([receiver]) { _ in Issue.record("it does not throw") }
        #expect(receiver.values == [1])
        callback.run([nil]) { _ in Issue.record("it does not throw") }
        #expect(receiver.values == [1])
    }

    @Test("stays bounded: instruments beyond what a meter remembers work with the SDK of the moment")
    func manyInstruments() {
        self.meter.bind(self.backend)
        let counters = (0..<4100).map { self.meter.counter("c\($0)") }
        for counter in counters { counter.add(1) }
        #expect(self.backend.calls.count == 4100)
        #expect(self.meter.counter("c0") === counters[0])
        #expect(self.meter.counter("c4099") !== counters[4099])
        let next = RecordingMeterBackend()
        self.meter.bind(next)
        for counter in counters { counter.add(1) }
        #expect(next.calls.count == 4096)
    }
}

private final class Receiver: OTelObservationReceiver {
    var values: [Int] = []

    override func observe(_ value: Int, _ attributes: OTelAttributes) {
        self.values.append(value)
    }
}

/// Writes down what it is told.
private final class RecordingMeterBackend: OTelMeterBackend, @unchecked Sendable {
    // Safety: locked.
    private struct State {
        var calls: [String] = []
        var descriptors: [OTelInstrumentDescriptor] = []
        var callbacks: [OTelMultiCallback] = []
        var knowsHashes = true
    }

    private let state = Mutex(State())

    var calls: [String] { self.state.withLock { $0.calls } }
    var descriptors: [OTelInstrumentDescriptor] { self.state.withLock { $0.descriptors } }
    var created: [String] { self.descriptors.map(\.name) }
    var callbacks: [OTelMultiCallback] { self.state.withLock { $0.callbacks } }

    func knowsHashes(_ knows: Bool) { self.state.withLock { $0.knowsHashes = knows } }

    /// Returns whether hashes are enough.
    @discardableResult
    fileprivate func note(_ call: String) -> Bool {
        self.state.withLock { state in
            state.calls.append(call)
            return state.knowsHashes
        }
    }

    override func instrument(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentBackend? {
        self.state.withLock { $0.descriptors.append(descriptor) }
        return Instrument(self, descriptor.name)
    }

    override func observe(_ descriptor: OTelInstrumentDescriptor, _ callbacks: OTelObservableCallbacks) {
        self.state.withLock { $0.descriptors.append(descriptor) }
    }

    override func observe(_ callback: OTelMultiCallback) {
        self.state.withLock { $0.callbacks.append(callback) }
    }

    private final class Instrument: OTelInstrumentBackend, @unchecked Sendable {
        // Safety: immutable.
        private let meter: RecordingMeterBackend
        private let name: String

        init(_ meter: RecordingMeterBackend, _ name: String) {
            self.meter = meter
            self.name = name
        }

        private func keys(_ attributes: OTelAttributes) -> String { attributes.map(\.key).joined(separator: ",") }

        override var isEnabled: Bool { true }
        override func record(_ value: Int) { self.meter.note("\(self.name) \(value)") }
        override func record(_ value: Double) { self.meter.note("\(self.name) \(value)") }
        override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
            self.meter.note("\(self.name) \(value) #")
        }
        override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
            self.meter.note("\(self.name) \(value) #")
        }
        override func record(_ value: Int, _ attributes: OTelAttributes) {
            self.meter.note("\(self.name) \(value) \(self.keys(attributes))")
        }
        override func record(_ value: Double, _ attributes: OTelAttributes) {
            self.meter.note("\(self.name) \(value) \(self.keys(attributes))")
        }
        override func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? {
            Bound(self.meter, "\(self.name) bound \(self.keys(attributes))")
        }
    }

    private final class Bound: OTelBoundBackend, @unchecked Sendable {
        // Safety: immutable.
        private let meter: RecordingMeterBackend
        private let name: String

        init(_ meter: RecordingMeterBackend, _ name: String) {
            self.meter = meter
            self.name = name
        }

        override func record(_ value: Int) { self.meter.note("\(self.name) \(value)") }
        override func record(_ value: Double) { self.meter.note("\(self.name) \(value)") }
    }
}
