import COTelRuntime
import OTLPProto
import OTelAPI

/// Counts the values of a histogram in ranges whose width follows them.
///
/// NaN and infinite values are refused: no range holds them. The sum is left out where a negative value was recorded.
/// Cell and accumulator: see `ExponentialState`.
final class ExponentialStream: MetricStream, @unchecked Sendable {
    // Safety: see `MetricStream`; immutable.
    private let limits: ExponentialLimits
    private let parts: StreamAggregation.HistogramParts

    init(_ info: StreamInfo, _ limits: ExponentialLimits, _ parts: StreamAggregation.HistogramParts) {
        self.limits = limits
        self.parts = parts
        super.init(info)
    }

    override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash) else { return self.recordSlowly(value, hash) }
        self.count(Double(value), cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.count(Double(value), cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash), _fastPath(value.magnitude <= .greatestFiniteMagnitude) else {
            return self.recordSlowly(value, hash)
        }
        self.count(value, cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double) {
        guard let cell = self.quickCell(), _fastPath(value.magnitude <= .greatestFiniteMagnitude) else {
            return self.recordSlowly(value)
        }
        self.count(value, cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
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
        guard _fastPath(value.magnitude <= .greatestFiniteMagnitude) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(value, MeasuredValue(value), cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard _fastPath(value.magnitude <= .greatestFiniteMagnitude), let cell = self.cell(hash) else {
            return self.isRefusing
        }
        self.measure(value, MeasuredValue(value), cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Double) {
        guard _fastPath(value.magnitude <= .greatestFiniteMagnitude) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(value, MeasuredValue(value), cell, OTelAttributes(), flags)
        }
    }

    @inline(__always)
    fileprivate func count(_ value: Double, _ cell: MetricCell) {
        self.state(cell.payload).record(value)
    }

    fileprivate func measure(
        _ value: Double,
        _ measured: MeasuredValue,
        _ cell: MetricCell,
        _ attributes: OTelAttributes,
        _ flags: UInt64
    ) {
        self.count(value, cell)
        self.sample(measured, cell, attributes, flags)
    }

    @inline(__always)
    private func state(_ words: UnsafeMutablePointer<UInt64>) -> ExponentialState {
        ExponentialState(words, self.limits)
    }

    override var cellWords: Int { ExponentialState.wordCount }
    override var accumulatorWords: Int { ExponentialState.wordCount }
    override var attributesTag: UInt8 { ExponentialHistogramPoint.attributesTag }

    override func makeSeries(_ key: SeriesKey) -> MetricSeries { ExponentialSeries(key, self) }

    override func prepare(_ cell: MetricCell) {
        self.state(cell.payload).initialize()
        cell.hasBuckets = true
    }

    override func prepare(accumulator: UnsafeMutablePointer<UInt64>) {
        self.state(accumulator).initialize()
    }

    override func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {
        self.state(accumulator).clear()
    }

    override func release(accumulator: UnsafeMutablePointer<UInt64>) {
        self.state(accumulator).free()
    }

    override func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {
        self.state(cell.payload).take(into: self.state(accumulator))
    }

    override func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {
        self.state(from).merge(into: self.state(accumulator))
    }

    override func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {
        output.write(
            window.head,
            scope: window.scope,
            points.lazy.map { point in
                point.series._withUnsafeGuaranteedRef { self.point($0, self.state(point.accumulator), window) }
            }
        )
    }

    private func point(
        _ series: MetricSeries,
        _ state: ExponentialState,
        _ window: PointWindow
    ) -> ExponentialHistogramPoint {
        var point = ExponentialHistogramPoint(
            attributes: [],
            start: window.start(of: series),
            time: window.time,
            count: state.count,
            scale: Int32(truncatingIfNeeded: state.scale),
            positive: Self.buckets(state.positive),
            negative: Self.buckets(state.negative)
        )
        point.zeroCount = state.zeros
        if self.parts.hasMinMax, state.least < .infinity {
            point.min = state.least
            point.max = state.greatest
        }
        if self.parts.hasSum, state.least >= 0 { point.sum = state.sum }
        point.attributes = .memory(series.attributes)
        point.exemplars = window.exemplars(of: series)
        return point
    }

    private static func buckets(_ buckets: ExponentialBuckets) -> ExponentialHistogramPoint.Buckets {
        ExponentialHistogramPoint.Buckets(offset: Int32(truncatingIfNeeded: buckets.first), counts: buckets.counts)
    }
}

/// A series of an exponential histogram, for bound instruments.
private final class ExponentialSeries: MetricSeries, @unchecked Sendable {
    // Safety: see `MetricSeries`; immutable.

    private var stream: ExponentialStream {
        self.owner._withUnsafeGuaranteedRef { unsafeDowncast($0, to: ExponentialStream.self) }
    }

    init(_ key: SeriesKey, _ stream: ExponentialStream) {
        super.init(key, parent: stream)
    }

    deinit {
        self.releaseAccumulators(self.stream)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.stream.count(Double(value), cell)
    }

    override func record(_ value: Double) {
        guard let cell = self.quickCell(), _fastPath(value.magnitude <= .greatestFiniteMagnitude) else {
            return self.recordSlowly(value)
        }
        self.stream.count(value, cell)
    }

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        let stream = self.stream
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(Double(value), MeasuredValue(value), cell, attributes, flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        let stream = self.stream
        guard _fastPath(value.magnitude <= .greatestFiniteMagnitude) else { return stream.refuse(value) }
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(value, MeasuredValue(value), cell, attributes, flags)
        }
    }
}
