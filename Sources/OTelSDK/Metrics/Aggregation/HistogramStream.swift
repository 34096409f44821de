import COTelRuntime
import OTLPProto
import OTelAPI

/// Counts the values of a histogram in ranges with explicit bounds.
///
/// NaN is refused. An infinite value counts in the outermost range and is no part of sum, least and greatest. The sum is
/// left out where a negative value was recorded. Cell: a spin flag, which only the reader ever contends for, then what
/// an accumulator has behind its first word; accumulator: whether there is anything new, sum, least, greatest, counts.
final class HistogramStream: MetricStream, @unchecked Sendable {
    // Safety: see `MetricStream`; immutable.
    private let bounds: UnsafeBufferPointer<Double>
    /// The bounds, filled up with infinity to one less than a power of two, so that the search has no end to check.
    private let table: UnsafeMutablePointer<Double>
    private let halfTable: Int
    private let parts: StreamAggregation.HistogramParts

    private enum Word {
        static let sum = 1
        static let least = 2
        static let greatest = 3
        static let counts = 4
    }

    init(_ info: StreamInfo, boundaries bounds: [Double], _ parts: StreamAggregation.HistogramParts) {
        self.parts = parts
        var size = 1
        while size < bounds.count + 1 { size *= 2 }
        self.table = .allocate(capacity: size)
        self.table.initialize(repeating: .infinity, count: size)
        for (index, bound) in bounds.enumerated() { self.table[index] = bound }
        self.bounds = UnsafeBufferPointer(start: self.table, count: bounds.count)
        self.halfTable = size / 2
        super.init(info)
    }

    deinit {
        self.table.deallocate()
    }

    override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash) else { return self.recordSlowly(value, hash) }
        return self.sampleQuickly(MeasuredValue(value), range: self.count(Double(value), cell), cell)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        _ = self.sampleQuickly(MeasuredValue(value), range: self.count(Double(value), cell), cell)
    }

    override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value, hash) }
        guard let cell = self.quickCell(hash) else { return self.recordSlowly(value, hash) }
        return self.sampleQuickly(MeasuredValue(value), range: self.count(value, cell), cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        _ = self.sampleQuickly(MeasuredValue(value), range: self.count(value, cell), cell)
    }

    // The long way.

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(Double(value), MeasuredValue(value), cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(Double(value), MeasuredValue(value), cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Int) {
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(Double(value), MeasuredValue(value), cell, OTelAttributes(), flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        guard _fastPath(!value.isNaN) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(value, MeasuredValue(value), cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard _fastPath(!value.isNaN), let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(value, MeasuredValue(value), cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(value, MeasuredValue(value), cell, OTelAttributes(), flags)
        }
    }

    /// Counts a value and returns its range.
    @inline(__always)
    fileprivate func count(_ value: Double, _ cell: MetricCell) -> Int {
        let words = cell.payload
        let range = self.range(of: value)
        let flag = UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt32.self)
        cotel_lock(flag)
        words[Word.counts &+ range] &+= 1
        if _fastPath(value.magnitude <= .greatestFiniteMagnitude) {
            words[Word.sum] = (Double(bitPattern: words[Word.sum]) + value).bitPattern
            if value < Double(bitPattern: words[Word.least]) { words[Word.least] = value.bitPattern }
            if value > Double(bitPattern: words[Word.greatest]) { words[Word.greatest] = value.bitPattern }
        }
        cotel_unlock(flag)
        return range
    }

    fileprivate func measure(
        _ value: Double,
        _ measured: MeasuredValue,
        _ cell: MetricCell,
        _ attributes: OTelAttributes,
        _ flags: UInt64
    ) {
        self.sample(measured, range: self.count(value, cell), cell, attributes, flags)
    }

    /// How many bounds are less than `value`: upper bounds are inclusive.
    @inline(__always)
    private func range(of value: Double) -> Int {
        cotel_bounds_below(self.table, self.halfTable, value)
    }

    override var cellWords: Int { self.accumulatorWords }
    override var accumulatorWords: Int { Word.counts + self.bounds.count + 1 }
    override var attributesTag: UInt8 { HistogramPoint.attributesTag }

    override func makeSeries(_ key: SeriesKey) -> MetricSeries { HistogramSeries(key, self) }

    override func prepare(_ cell: MetricCell) {
        self.clear(cell.payload)
    }

    override func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {
        accumulator[0] = 0
        self.empty(accumulator)
    }

    private func empty(_ words: UnsafeMutablePointer<UInt64>) {
        words[Word.sum] = 0
        words[Word.least] = Double.infinity.bitPattern
        words[Word.greatest] = (-Double.infinity).bitPattern
        (words + Word.counts).update(repeating: 0, count: self.bounds.count + 1)
    }

    override func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {
        let words = cell.payload
        let flag = UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt32.self)
        let size = self.accumulatorWords - 1
        cotel_lock(flag)
        (accumulator + 1).update(from: words + 1, count: size)
        self.empty(words)
        cotel_unlock(flag)
        accumulator[0] = self.counts(accumulator).contains { $0 != 0 } ? 1 : 0
    }

    override func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {
        accumulator[0] |= from[0]
        let sum = Self.double(accumulator, Word.sum) + Self.double(from, Word.sum)
        accumulator[Word.sum] = max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, sum)).bitPattern
        accumulator[Word.least] =
            min(Self.double(accumulator, Word.least), Self.double(from, Word.least)).bitPattern
        accumulator[Word.greatest] =
            max(Self.double(accumulator, Word.greatest), Self.double(from, Word.greatest)).bitPattern
        for index in Word.counts..<self.accumulatorWords { accumulator[index] &+= from[index] }
    }

    override func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {
        output.write(
            window.head,
            scope: window.scope,
            points.lazy.map { point in
                point.series._withUnsafeGuaranteedRef { self.point($0, point.accumulator, window) }
            }
        )
    }

    private func point(
        _ series: MetricSeries,
        _ accumulator: UnsafeMutablePointer<UInt64>,
        _ window: PointWindow
    ) -> HistogramPoint {
        var point = HistogramPoint(
            attributes: [],
            start: window.start(of: series),
            time: window.time,
            counts: self.counts(accumulator),
            bounds: self.bounds
        )
        let least = Self.double(accumulator, Word.least)
        let hasFinite = least < .infinity
        if self.parts.hasMinMax, hasFinite {
            point.min = least
            point.max = Self.double(accumulator, Word.greatest)
        }
        if self.parts.hasSum, least >= 0 { point.sum = Self.double(accumulator, Word.sum) }
        point.attributes = .memory(series.attributes)
        point.exemplars = window.exemplars(of: series)
        return point
    }

    private func counts(_ accumulator: UnsafeMutablePointer<UInt64>) -> UnsafeBufferPointer<UInt64> {
        UnsafeBufferPointer(start: accumulator + Word.counts, count: self.bounds.count + 1)
    }

    private static func double(_ words: UnsafeMutablePointer<UInt64>, _ word: Int) -> Double {
        Double(bitPattern: words[word])
    }
}

/// A series of a histogram, for bound instruments.
private final class HistogramSeries: MetricSeries, @unchecked Sendable {
    // Safety: see `MetricSeries`; immutable.

    private var stream: HistogramStream {
        self.owner._withUnsafeGuaranteedRef { unsafeDowncast($0, to: HistogramStream.self) }
    }

    init(_ key: SeriesKey, _ stream: HistogramStream) {
        super.init(key, parent: stream)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        _ = self.stream.count(Double(value), cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        _ = self.stream.count(value, cell)
    }

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        let stream = self.stream
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(Double(value), MeasuredValue(value), cell, attributes, flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        let stream = self.stream
        guard _fastPath(!value.isNaN) else { return stream.refuse(value) }
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(value, MeasuredValue(value), cell, attributes, flags)
        }
    }
}
