import COTelRuntime
import OTLPProto
import OTelAPI

/// The series that one collection of one stream observed.
///
/// NaN is ignored, and so are infinities where values are summed.
struct ObservedSet {
    struct Series {
        /// As a point has them.
        var attributes: [UInt8]
        /// An `Int64` or a `Double`.
        var bits: UInt64
        var exemplars: [ExemplarPoint] = []
    }

    /// In the order in which they were observed first.
    private(set) var series: [Series] = []
    private(set) var ignored = 0
    let arithmetic: ObservedArithmetic
    private let info: StreamInfo
    private let time: UInt64
    private var places: [OTelAttributeHash: Int] = [:]
    /// The measurements behind each series, while exemplars are wanted.
    private var reservoirs: [SeriesExemplars] = []

    init(_ info: StreamInfo, time: UInt64) {
        self.info = info
        self.time = time
        self.arithmetic = ObservedArithmetic(info)
    }

    mutating func add(_ observation: ObservationBuffer.Observation) {
        guard self.arithmetic.accepts(observation.value) else {
            self.ignored += 1
            return
        }
        let filter = self.info.configuration.attributes
        let attributes = observation.attributes
        let hash = filter.keepsAll ? attributes.contentHash : attributes.contentHash { filter.keeps($0) }
        if let place = self.places[hash] {
            self.series[place].bits = self.arithmetic.combine(self.series[place].bits, observation.value.bits)
            self.sample(observation, place)
            return
        }
        self.places[hash] = self.series.count
        let kept = filter.keepsAll ? attributes : filter.kept(of: attributes)
        self.series.append(
            Series(attributes: kept.canonicalBytes(NumberPoint.attributesTag), bits: observation.value.bits)
        )
        self.sample(observation, self.series.count - 1)
    }

    /// Callbacks run in no span: only a filter that wants all measurements wants theirs.
    private mutating func sample(_ observation: ObservationBuffer.Observation, _ place: Int) {
        let plan = self.info.exemplars
        guard plan.filter == .alwaysOn else { return }
        if place == self.reservoirs.count { self.reservoirs.append(SeriesExemplars(plan)) }
        if plan.custom != nil {
            self.reservoirs[place].offerToCustom(observation.value, observation.attributes)
        } else {
            self.reservoirs[place].offer(observation.value, range: 0, span: .invalid) {
                self.info.left(of: observation.attributes)
            }
        }
    }

    /// Gives each series its examples, once everything is added.
    mutating func chooseExemplars() {
        for (place, reservoir) in self.reservoirs.enumerated() {
            self.series[place].exemplars = reservoir.take(self.info.left).map { entry in
                var exemplar = entry.exemplar
                // All observations of a collection are of one time.
                exemplar.time = self.time
                return exemplar
            }
        }
    }
}

/// How observed values are added and subtracted.
struct ObservedArithmetic {
    private let isInteger: Bool
    private let isMonotonic: Bool
    let isSummed: Bool

    init(_ info: StreamInfo) {
        self.isInteger = info.instrument.isInteger
        self.isMonotonic = info.isMonotonic
        self.isSummed = info.aggregation != .lastValue
    }

    func accepts(_ value: MeasuredValue) -> Bool {
        guard !value.isInteger else { return true }
        let number = Double(bitPattern: value.bits)
        return self.isSummed ? number.isFinite : !number.isNaN
    }

    /// Two sets in one point: totals add up, of gauges the later one counts.
    func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        guard self.isSummed else { return second }
        guard !self.isInteger else { return first &+ second }
        return Self.finite(Double(bitPattern: first) + Double(bitPattern: second)).bitPattern
    }

    /// What was added since `before`.
    ///
    /// A total that only grows and yet is smaller than before has started over.
    func difference(_ total: UInt64, _ before: UInt64?) -> UInt64 {
        guard self.isSummed, let before else { return total }
        if self.isMonotonic, self.isLess(total, before) { return total }
        guard !self.isInteger else { return total &- before }
        return Self.finite(Double(bitPattern: total) - Double(bitPattern: before)).bitPattern
    }

    private func isLess(_ first: UInt64, _ second: UInt64) -> Bool {
        self.isInteger
            ? Int64(bitPattern: first) < Int64(bitPattern: second)
            : Double(bitPattern: first) < Double(bitPattern: second)
    }

    private static func finite(_ sum: Double) -> Double {
        max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, sum))
    }
}
