import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// The examples of one series: those since the last collection, and those that the readers are to be told.
///
/// Made when the first measurement is offered. Threads that measure inside sampled spans share it, each for tens of
/// nanoseconds.
final class SeriesExemplars: @unchecked Sendable {
    // Safety: `state` has its own lock, `kept` is touched under the provider's collection lock, the rest is immutable.

    /// An example in its place.
    struct Entry: Sendable {
        var place: Int
        var exemplar: ExemplarPoint
    }

    private struct State {
        /// By place; time 0 for an empty one.
        var entries: [ExemplarPoint]
        var isEmpty = true
        /// How many were offered.
        var offered: UInt64 = 0
    }

    private let state: SpinLocked<State>
    private let isAligned: Bool
    private let custom: (any ExemplarReservoir)?
    /// By slot of readers, what they are to be told: of one place the latest.
    private var kept: [[Int: ExemplarPoint]] = []
    /// What an application's reservoir may keep.
    private static let maxCustom = 1000

    init(_ plan: ExemplarPlan) {
        self.isAligned = plan.isAligned
        self.custom = plan.custom?.make()
        self.state = SpinLocked(State(entries: Array(repeating: .none, count: plan.size)))
    }

    /// Holds what other series were to tell.
    init(kept: [Entry], slot: Int) {
        self.isAligned = false
        self.custom = nil
        self.state = SpinLocked(State(entries: []))
        self.keep(kept, slot)
    }

    /// A measurement that passed the filter.
    ///
    /// `range` is that of a histogram which it was counted in; `left` makes the encoded attributes that the view leaves
    /// out, when the measurement is taken.
    func offer(_ value: MeasuredValue, range: Int, span: OTelSpan, left: () -> [UInt8]) {
        let time = cotel_realtime_ns()
        let random = self.isAligned ? 0 : cotel_random(cotel_thread_get())
        guard let place = self.state.withLock({ self.place(range, random, &$0) }) else { return }
        // Encoded outside the lock. Another measurement may take the place meanwhile; either is an example.
        let exemplar = ExemplarPoint(value, time: time, span: span, filteredAttributes: left())
        self.state.withLock { state in
            state.isEmpty = false
            state.entries[place] = exemplar
        }
    }

    /// The place that a measurement takes; nil when it is passed over: algorithm R.
    private func place(_ range: Int, _ random: UInt64, _ state: inout State) -> Int? {
        let size = UInt64(state.entries.count)
        if self.isAligned { return min(range, state.entries.count - 1) }
        state.offered &+= 1
        if state.offered <= size { return Int(state.offered - 1) }
        let place = random.multipliedFullWidth(by: state.offered).high
        return place < size ? Int(place) : nil
    }

    /// Offers a measurement to the application's reservoir.
    func offerToCustom(_ value: MeasuredValue, _ attributes: OTelAttributes) {
        self.custom?.offer(
            ExemplarMeasurement(value: value.number, time: .now, attributes: attributes, context: .current)
        )
    }

    /// The examples so far; it starts over.
    ///
    /// `left` encodes what the view leaves out of a custom reservoir's choice.
    func take(_ left: (OTelAttributes) -> [UInt8]) -> [Entry] {
        if let custom { return Self.entries(custom.collect(), left) }
        let entries = self.state.withLock { state -> [ExemplarPoint] in
            guard !state.isEmpty else { return [] }
            defer {
                state.entries = Array(repeating: .none, count: state.entries.count)
                state.isEmpty = true
                state.offered = 0
            }
            return state.entries
        }
        return entries.enumerated().compactMap { place, exemplar in
            exemplar.time == 0 ? nil : Entry(place: place, exemplar: exemplar)
        }
    }

    private static func entries(_ taken: [ExemplarMeasurement], _ left: (OTelAttributes) -> [UInt8]) -> [Entry] {
        taken.prefix(Self.maxCustom).enumerated().map { place, measurement in
            Entry(
                place: place,
                exemplar: ExemplarPoint(
                    MeasuredValue(measurement.value),
                    time: measurement.time.unixNanoseconds,
                    span: measurement.context.span,
                    filteredAttributes: left(measurement.attributes)
                )
            )
        }
    }
}

// On the way to the readers; under the provider's collection lock.
extension SeriesExemplars {
    /// Remembers examples for the readers of a slot.
    func keep(_ entries: [Entry], _ slot: Int) {
        while self.kept.count <= slot { self.kept.append([:]) }
        for entry in entries { self.kept[slot][entry.place] = entry.exemplar }
    }

    /// What the readers of a slot are to be told.
    func kept(_ slot: Int) -> [Entry] {
        guard slot < self.kept.count else { return [] }
        return self.kept[slot].sorted { $0.key < $1.key }.map { Entry(place: $0.key, exemplar: $0.value) }
    }

    /// The readers of a slot have been told.
    func forget(_ slot: Int) {
        if slot < self.kept.count { self.kept[slot] = [:] }
    }
}

extension ExemplarPoint {
    /// An empty place.
    fileprivate static let none = ExemplarPoint(time: 0, bits: 0, isInteger: true)

    init(_ value: MeasuredValue, time: UInt64, span: OTelSpan, filteredAttributes: [UInt8]) {
        self.init(filteredAttributes: filteredAttributes, time: time, bits: value.bits, isInteger: value.isInteger)
        guard span.isValid else { return }
        self.traceID = span.context.traceID
        self.spanID = span.context.spanID
    }
}

/// What was measured, in the form in which cells and points hold it.
struct MeasuredValue: Sendable {
    /// An `Int64` or a `Double`.
    var bits: UInt64
    var isInteger: Bool

    @inline(__always)
    init(_ value: Int) {
        self.bits = UInt64(bitPattern: Int64(value))
        self.isInteger = true
    }

    @inline(__always)
    init(_ value: Double) {
        self.bits = value.bitPattern
        self.isInteger = false
    }

    init(_ value: MetricView.Number) {
        switch value {
        case .int(let value): self.init(Int(value))
        case .double(let value): self.init(value)
        }
    }

    var number: MetricView.Number {
        self.isInteger ? .int(Int64(bitPattern: self.bits)) : .double(Double(bitPattern: self.bits))
    }
}
