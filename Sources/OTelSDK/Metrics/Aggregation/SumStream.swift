import COTelRuntime
import OTLPProto
import OTelAPI

/// Sums the values of a counter or up-down counter.
///
/// Integers wrap around in the cells, which takes an addition only; a counter's total stops at `Int64.max`, that of an
/// up-down counter wraps, so that it comes back with later decrements. NaN, infinities and, for counters, negative
/// values are refused. Accumulator: whether there is anything new, the sum.
final class SumStream: MetricStream, @unchecked Sendable {
    // Safety: see `MetricStream`; immutable.
    private let isInteger: Bool
    private let isMonotonic: Bool
    fileprivate let least: Int
    fileprivate let leastDouble: Double

    override init(_ info: StreamInfo) {
        self.isInteger = info.instrument.isInteger
        self.isMonotonic = info.isMonotonic
        self.least = info.isMonotonic ? 0 : .min
        self.leastDouble = info.isMonotonic ? 0 : -.greatestFiniteMagnitude
        super.init(info)
    }

    override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash), _fastPath(value >= self.least) else {
            return self.recordSlowly(value, hash)
        }
        Self.add(value, cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Int) {
        guard _fastPath(value >= self.least) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        Self.add(value, cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash), _fastPath(self.accepts(value)) else {
            return self.recordSlowly(value, hash)
        }
        Self.add(value, cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(self.accepts(value)) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        Self.add(value, cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
    }

    // The long way.

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        guard _fastPath(value >= self.least) else { return self.refuse(Double(value)) }
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(value, cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard _fastPath(value >= self.least), let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(value, cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Int) {
        guard _fastPath(value >= self.least) else { return self.refuse(Double(value)) }
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(value, cell, OTelAttributes(), flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        guard _fastPath(self.accepts(value)) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(value, cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard _fastPath(self.accepts(value)), let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(value, cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Double) {
        guard _fastPath(self.accepts(value)) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(value, cell, OTelAttributes(), flags)
        }
    }

    /// False for NaN too.
    @inline(__always)
    fileprivate func accepts(_ value: Double) -> Bool {
        value >= self.leastDouble && value <= .greatestFiniteMagnitude
    }

    // Cell: the sum; for integers also what of it was taken, since the reader cannot reset what the thread writes.

    @inline(__always)
    fileprivate static func add(_ value: Int, _ cell: MetricCell) {
        let sum = cotel_load64_relaxed(cell.payload)
        cotel_store64_relaxed(cell.payload, sum &+ UInt64(bitPattern: Int64(value)))
    }

    /// The reader takes floating-point sums away, so that differences are exact whatever was summed before.
    @inline(__always)
    fileprivate static func add(_ value: Double, _ cell: MetricCell) {
        var old = cotel_load64_relaxed(cell.payload)
        while !cotel_cas64(cell.payload, old, (Double(bitPattern: old) + value).bitPattern) {
            old = cotel_load64_relaxed(cell.payload)
        }
    }

    fileprivate func measure(_ value: Int, _ cell: MetricCell, _ attributes: OTelAttributes, _ flags: UInt64) {
        Self.add(value, cell)
        self.sample(MeasuredValue(value), cell, attributes, flags)
    }

    fileprivate func measure(_ value: Double, _ cell: MetricCell, _ attributes: OTelAttributes, _ flags: UInt64) {
        Self.add(value, cell)
        self.sample(MeasuredValue(value), cell, attributes, flags)
    }

    override var cellWords: Int { 2 }
    override var countsZeros: Bool { true }
    override var accumulatorWords: Int { 2 }
    override var attributesTag: UInt8 { NumberPoint.attributesTag }

    override func makeSeries(_ key: SeriesKey) -> MetricSeries {
        self.isMonotonic ? SumSeries(key, parent: self) : UpDownSeries(key, parent: self)
    }

    override func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {
        accumulator[0] = 0
        accumulator[1] = 0
    }

    override func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {
        let taken: UInt64
        if self.isInteger {
            let sum = cotel_load64_relaxed(cell.payload)
            taken = sum &- cell.payload[1]
            cell.payload[1] = sum
        } else {
            taken = cotel_exchange64(cell.payload, 0)
        }
        accumulator[0] = taken == 0 ? 0 : 1
        accumulator[1] = taken
    }

    override func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {
        accumulator[0] |= from[0]
        if !self.isInteger {
            let sum = Double(bitPattern: accumulator[1]) + Double(bitPattern: from[1])
            // Beyond the greatest number there is no way back from infinity.
            accumulator[1] = max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, sum)).bitPattern
        } else if self.isMonotonic {
            let (sum, overflow) = accumulator[1].addingReportingOverflow(from[1])
            accumulator[1] = overflow ? UInt64(Int64.max) : min(sum, UInt64(Int64.max))
        } else {
            accumulator[1] &+= from[1]
        }
    }

    override func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {
        output.write(window.head, points, window, isInteger: self.isInteger)
    }
}

/// A series of a sum, for bound instruments.
private class SumSeries: MetricSeries, @unchecked Sendable {
    // Safety: see `MetricSeries`; immutable.

    private final var stream: SumStream {
        self.owner._withUnsafeGuaranteedRef { unsafeDowncast($0, to: SumStream.self) }
    }

    override func record(_ value: Int) {
        guard _fastPath(value >= 0) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        SumStream.add(value, cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(self.stream.accepts(value)) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        SumStream.add(value, cell)
    }

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        let stream = self.stream
        guard _fastPath(value >= stream.least) else { return stream.refuse(Double(value)) }
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(value, cell, attributes, flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        let stream = self.stream
        guard _fastPath(stream.accepts(value)) else { return stream.refuse(value) }
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(value, cell, attributes, flags)
        }
    }
}

/// A series of a sum that may fall.
private final class UpDownSeries: SumSeries, @unchecked Sendable {
    // Safety: see `MetricSeries`; immutable.

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        SumStream.add(value, cell)
    }
}

extension MetricOutput {
    /// Writes number points from accumulators whose word 1 is the value.
    mutating func write(_ head: MetricHead, _ points: [SeriesPoint], _ window: PointWindow, isInteger: Bool) {
        self.write(
            head,
            scope: window.scope,
            points.lazy.map { point in
                point.series._withUnsafeGuaranteedRef { series in
                    var number = NumberPoint(
                        attributes: [],
                        start: window.start(of: series),
                        time: window.time,
                        bits: point.accumulator[1],
                        isInteger: isInteger
                    )
                    number.attributes = .memory(series.attributes)
                    number.exemplars = window.exemplars(of: series)
                    return number
                }
            }
        )
    }
}
