import OTelAPI
import OTelWire

/// The instruments of one scope of one provider.
///
/// Instruments of one identity share one stream. Whatever is wrong with an instrument, it works: problems are noted and
/// reported once no lock is held.
final class SDKMeter: OTelMeterBackend, @unchecked Sendable {
    // Safety: `state` has its own lock, the rest is immutable.

    private weak let provider: MetricsProvider?
    private let scopeName: String
    private let scope: UInt32
    private let state = SpinLocked(State())
    private static let capacity = 10_000

    private struct State {
        var streams: [OTelInstrumentDescriptor: Entry] = [:]
        /// The first instrument of each name, by its name in lower case.
        var names: [String: OTelInstrumentDescriptor] = [:]
        var problems: [String] = []
    }

    private enum Stream {
        case synchronous(MetricStream)
        case asynchronous(ObservableStream)

        var source: any MetricSource {
            switch self {
            case .synchronous(let stream): stream
            case .asynchronous(let stream): stream
            }
        }
    }

    private struct Entry {
        var stream: Stream
        /// As it was seen first.
        var instrument: OTelInstrumentDescriptor
    }

    init(_ provider: MetricsProvider, _ scope: OTelScope, number: UInt32) {
        self.provider = provider
        self.scopeName = scope.name
        self.scope = number
        super.init()
    }

    override func instrument(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentBackend? {
        guard case .synchronous(let stream) = self.stream(descriptor) else { return nil }
        return stream
    }

    override func observe(_ descriptor: OTelInstrumentDescriptor, _ callbacks: OTelObservableCallbacks) {
        guard case .asynchronous(let stream) = self.stream(descriptor) else { return }
        stream.add(callbacks)
    }

    override func didCreateInstruments() {
        let problems = self.state.withLock { state in
            defer { state.problems = [] }
            return state.problems
        }
        for problem in problems { Diagnostics.report(.warning, problem) }
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
    }

    private func stream(_ descriptor: OTelInstrumentDescriptor) -> Stream? {
        guard let provider = self.provider else { return nil }
        let plan = provider.plan(descriptor.kind)
        guard plan.slotCount > 0 else { return nil }
        return self.state.withLock { state in
            let key = InstrumentRules.key(descriptor)
            if let known = state.streams[key] {
                self.compare(descriptor, known.instrument, &state)
                return known.stream
            }
            guard state.streams.count < Self.capacity else {
                self.note("more than \(Self.capacity) instruments; further ones do nothing", &state)
                return nil
            }
            let stream = self.makeStream(descriptor, key, plan, &state)
            provider.add(stream.source)
            return stream
        }
    }

    private func makeStream(
        _ descriptor: OTelInstrumentDescriptor,
        _ key: OTelInstrumentDescriptor,
        _ plan: ReaderPlan,
        _ state: inout State
    ) -> Stream {
        let instrument = self.checked(descriptor, key.name, &state)
        let info = StreamInfo(instrument, meterName: self.scopeName, scope: self.scope, plan: plan)
        let stream = Self.stream(info)
        state.streams[key] = Entry(stream: stream, instrument: descriptor)
        return stream
    }

    private static func stream(_ info: StreamInfo) -> Stream {
        switch info.instrument.kind {
        case .counter, .upDownCounter: .synchronous(SumStream(info))
        case .histogram: .synchronous(HistogramStream(info))
        case .gauge: .synchronous(LastValueStream(info))
        case .observableCounter, .observableUpDownCounter, .observableGauge: .asynchronous(ObservableStream(info))
        }
    }
}

// Problems. All are noted under the meter's lock and reported later.
extension SDKMeter {
    private func note(_ problem: String, _ state: inout State) {
        if state.problems.count < 100 { state.problems.append("meter \"\(self.scopeName)\": \(problem)") }
    }

    /// A new instrument with the name under which it is exported and without unusable advice.
    private func checked(
        _ descriptor: OTelInstrumentDescriptor,
        _ foldedName: String,
        _ state: inout State
    ) -> OTelInstrumentDescriptor {
        var instrument = descriptor
        if let first = state.names[foldedName] {
            self.noteConflict(descriptor, first, &state)
            instrument.name = first.name
        } else {
            state.names[foldedName] = descriptor
            self.checkNew(descriptor, &state)
        }
        if let boundaries = descriptor.boundaries, !InstrumentRules.isValid(boundaries: boundaries) {
            self.note(
                "boundaries of \"\(descriptor.name)\" are ignored; expected finite numbers in ascending order",
                &state
            )
            instrument.boundaries = nil
        }
        return instrument
    }

    private func checkNew(_ descriptor: OTelInstrumentDescriptor, _ state: inout State) {
        if !InstrumentRules.isValid(name: descriptor.name) {
            self.note(
                "instrument name \"\(descriptor.name.prefix(300))\" is invalid; expected a letter, then up to 254 "
                    + "letters, digits, \"_\", \".\", \"-\" or \"/\"; it is exported as it is",
                &state
            )
        }
        if !InstrumentRules.isValid(unit: descriptor.unit) {
            self.note(
                "unit \"\(descriptor.unit.prefix(100))\" of \"\(descriptor.name)\" is invalid; expected at most 63 "
                    + "ASCII characters; it is exported as it is",
                &state
            )
        }
    }

    private func noteConflict(
        _ descriptor: OTelInstrumentDescriptor,
        _ first: OTelInstrumentDescriptor,
        _ state: inout State
    ) {
        let spelling = descriptor.name == first.name ? "" : " (here \"\(descriptor.name)\")"
        self.note(
            "two different instruments are called \"\(first.name)\"\(spelling): first "
                + "\(InstrumentRules.describe(first)); then \(InstrumentRules.describe(descriptor)). Both are exported "
                + "under that name, which receivers may not tell apart: rename one, or make them equal",
            &state
        )
    }

    /// An instrument that is known already, perhaps in another spelling or with other advice.
    private func compare(
        _ descriptor: OTelInstrumentDescriptor,
        _ first: OTelInstrumentDescriptor,
        _ state: inout State
    ) {
        if descriptor.name != first.name {
            self.note(
                "instrument \"\(descriptor.name)\" is the same as \"\(first.name)\", since case does not tell names "
                    + "apart; it is exported as \"\(first.name)\"",
                &state
            )
        }
        if descriptor.boundaries != first.boundaries {
            self.note("instrument \"\(first.name)\" was created with other boundaries before; those are kept", &state)
        }
    }
}
