import OTelAPI

/// The callbacks that one collection has to run, each once.
struct CallbackWork: Sendable {
    private var single: [(instrument: ObservableInstrument, callbacks: OTelObservableCallbacks, label: String)] = []
    private var multiple: [(callback: OTelMultiCallback, instruments: [ObservableInstrument?], label: String)] = []

    init() {}

    var isEmpty: Bool { self.single.isEmpty && self.multiple.isEmpty }

    /// Adds the callbacks of an instrument that is wanted.
    mutating func add(_ instrument: ObservableInstrument, of meter: OTelScope) {
        let label = Self.label([instrument.descriptor], meter)
        for callbacks in instrument.callbacks { self.single.append((instrument, callbacks, label)) }
    }

    /// Adds a callback for several instruments, nil for those that are not wanted; without any that is, it doesn't run.
    mutating func add(_ callback: OTelMultiCallback, _ instruments: [ObservableInstrument?], of meter: OTelScope) {
        guard instruments.contains(where: { $0 != nil }) else { return }
        self.multiple.append((callback, instruments, Self.label(callback.instruments, meter)))
    }

    /// For messages: `"hits", "misses" of meter "cache"`.
    private static func label(_ instruments: [OTelInstrumentDescriptor], _ meter: OTelScope) -> String {
        instruments.map { "\"\($0.name)\"" }.joined(separator: ", ") + " of meter \"\(meter.name)\""
    }

    /// Runs them one after the other; those that would begin after `deadline` don't run.
    func run(by deadline: Deadline) -> Observations {
        var observations = Observations()
        for (instrument, callbacks, label) in self.single where observations.goesOn(until: deadline) {
            let buffer = observations.makeBuffer(for: instrument)
            callbacks.run(buffer) { observations.fail($0, label) }
        }
        for (callback, instruments, label) in self.multiple where observations.goesOn(until: deadline) {
            let buffers = instruments.map { $0.map { observations.makeBuffer(for: $0) } }
            callback.run(buffers) { observations.fail($0, label) }
        }
        return observations
    }
}

/// What the callbacks of one collection observed, by instrument.
struct Observations: Sendable {
    private var buffers: [ObjectIdentifier: ObservationBuffer] = [:]
    /// Whether all callbacks ran to their end in time.
    private(set) var isComplete = true
    private(set) var problems: [String] = []

    init() {}

    /// Nothing was observed.
    init(problem: String) {
        self.isComplete = false
        self.problems = [problem]
    }

    func buffer(of instrument: ObservableInstrument) -> ObservationBuffer? {
        self.buffers[ObjectIdentifier(instrument)]
    }

    /// What callbacks of the instrument report to.
    fileprivate mutating func makeBuffer(for instrument: ObservableInstrument) -> ObservationBuffer {
        let buffer = self.buffer(of: instrument) ?? ObservationBuffer()
        self.buffers[ObjectIdentifier(instrument)] = buffer
        return buffer
    }

    fileprivate mutating func goesOn(until deadline: Deadline) -> Bool {
        if !deadline.isOver { return true }
        if self.isComplete { self.problems.append("the time was over before all callbacks had run") }
        self.isComplete = false
        return false
    }

    fileprivate mutating func fail(_ error: any Error, _ label: String) {
        self.isComplete = false
        self.problems.append("a callback of \(label) failed: \(String(describing: error))")
    }
}
