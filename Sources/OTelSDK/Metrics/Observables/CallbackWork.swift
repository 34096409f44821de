import OTLPProto
import OTelAPI
import OTelWire

/// The callbacks that one collection has to run, each once.
struct CallbackWork: Sendable {
    /// Callbacks that run one after the other without a look at the time.
    struct Unit: Sendable {
        /// For messages: `"hits", "misses" of meter "cache"`.
        let label: String
        /// What they observe.
        let instruments: Set<ObjectIdentifier>
        let run: @Sendable (inout Observations) -> Void

        init(
            _ observed: [OTelInstrumentDescriptor],
            of meter: OTelScope,
            _ instruments: [ObservableInstrument],
            run: @escaping @Sendable (inout Observations, _ label: String) -> Void
        ) {
            let label = observed.map { "\"\($0.name)\"" }.joined(separator: ", ") + " of meter \"\(meter.name)\""
            self.label = label
            self.instruments = Set(instruments.map(ObjectIdentifier.init))
            self.run = { run(&$0, label) }
        }
    }

    private(set) var units: [Unit] = []

    init() {}

    /// Adds the callbacks of an instrument that is wanted.
    mutating func add(_ instrument: ObservableInstrument, of meter: OTelScope) {
        for callbacks in instrument.callbacks {
            self.units.append(
                Unit([instrument.descriptor], of: meter, [instrument]) { observations, label in
                    let buffer = observations.makeBuffer(for: instrument)
                    callbacks.run(buffer) { observations.fail($0, label) }
                }
            )
        }
    }

    /// Adds a callback for several instruments, nil for those that are not wanted; without any that is, it doesn't run.
    mutating func add(_ callback: OTelMultiCallback, _ instruments: [ObservableInstrument?], of meter: OTelScope) {
        let wanted = instruments.compactMap { $0 }
        guard !wanted.isEmpty else { return }
        self.units.append(
            Unit(callback.instruments, of: meter, wanted) { observations, label in
                let buffers = instruments.map { $0.map { observations.makeBuffer(for: $0) } }
                callback.run(buffers) { observations.fail($0, label) }
            }
        )
    }
}

/// What callbacks observed, by instrument.
struct Observations: Sendable {
    private var buffers: [ObjectIdentifier: ObservationBuffer] = [:]
    private(set) var problems: [CollectionProblem] = []

    init() {}

    /// Whether all callbacks ran to their end in time.
    var isComplete: Bool { self.problems.isEmpty }

    func buffer(of instrument: ObservableInstrument) -> ObservationBuffer? {
        self.buffers[ObjectIdentifier(instrument)]
    }

    /// What callbacks of the instrument report to.
    fileprivate mutating func makeBuffer(for instrument: ObservableInstrument) -> ObservationBuffer {
        let buffer = self.buffer(of: instrument) ?? ObservationBuffer()
        self.buffers[ObjectIdentifier(instrument)] = buffer
        return buffer
    }

    /// Adds what was observed later.
    mutating func add(_ later: Observations) {
        self.problems += later.problems
        self.buffers.merge(later.buffers) { buffer, later in
            buffer.add(later)
            return buffer
        }
    }

    /// Notes that something is missing.
    mutating func miss(_ topic: String, _ detail: String = "") {
        self.problems.append(CollectionProblem(topic, detail))
    }

    fileprivate mutating func fail(_ error: any Error, _ label: String) {
        self.miss("a callback of \(label) failed", ": \(String(describing: error))")
    }
}
