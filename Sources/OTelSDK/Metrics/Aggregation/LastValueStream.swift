import COTelRuntime
import OTLPProto
import OTelAPI

/// Keeps the last value of a gauge: the one recorded last on whatever thread.
///
/// NaN is refused.
///
/// Measurements are numbered through, not timed: that costs less and orders them exactly. Cell: the number (0 while the
/// thread is writing), the value, the number that was taken last. Accumulator: the number, the value.
final class LastValueStream: MetricStream, @unchecked Sendable {
    // Safety: see `MetricStream`; no state of its own.

    override func record(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let cell = self.quickCell(hash) else { return self.recordSlowly(value, hash) }
        self.set(MeasuredValue(value), cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.set(MeasuredValue(value), cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value, hash) }
        guard let cell = self.quickCell(hash) else { return self.recordSlowly(value, hash) }
        self.set(MeasuredValue(value), cell)
        return self.sampleQuickly(MeasuredValue(value), cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.set(MeasuredValue(value), cell)
        _ = self.sampleQuickly(MeasuredValue(value), cell)
    }

    // The long way.

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(MeasuredValue(value), cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Int, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(MeasuredValue(value), cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Int) {
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(MeasuredValue(value), cell, OTelAttributes(), flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        guard _fastPath(!value.isNaN) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell(attributes) {
            self.measure(MeasuredValue(value), cell, attributes, flags)
        }
    }

    @inline(never)
    private func recordSlowly(_ value: Double, _ hash: OTelAttributeHash) -> Bool {
        guard let flags = self.attend() else { return true }
        guard _fastPath(!value.isNaN), let cell = self.cell(hash) else { return self.isRefusing }
        self.measure(MeasuredValue(value), cell, OTelAttributes(), flags)
        return true
    }

    @inline(never)
    private func recordSlowly(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.refuse(value) }
        if let flags = self.attend(), let cell = self.cell() {
            self.measure(MeasuredValue(value), cell, OTelAttributes(), flags)
        }
    }

    @inline(__always)
    fileprivate func set(_ value: MeasuredValue, _ cell: MetricCell) {
        let order = self.nextOrder()
        cotel_store64_relaxed(cell.payload, 0)
        cotel_fence_release()
        cotel_store64_relaxed(cell.payload + 1, value.bits)
        cotel_store64(cell.payload, order)
    }

    fileprivate func measure(_ value: MeasuredValue, _ cell: MetricCell, _ attributes: OTelAttributes, _ flags: UInt64)
    {
        self.set(value, cell)
        self.sample(value, cell, attributes, flags)
    }

    override var cellWords: Int { 3 }
    override var accumulatorWords: Int { 2 }
    override var attributesTag: UInt8 { NumberPoint.attributesTag }

    override func makeSeries(_ key: SeriesKey) -> MetricSeries { LastValueSeries(key, self) }

    override func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {
        accumulator[0] = 0
        accumulator[1] = 0
    }

    override func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {
        guard let (order, bits) = Self.read(cell), order != cell.payload[2] else { return }
        cell.payload[2] = order
        accumulator[0] = order
        accumulator[1] = bits
    }

    /// Number and value of one and the same measurement; nil when there is none yet, or when the thread that writes one
    /// has lost its processor for long: then it is there at the next collection.
    private static func read(_ cell: MetricCell) -> (order: UInt64, bits: UInt64)? {
        for _ in 0..<100 {
            let order = cotel_load64(cell.payload)
            let bits = cotel_load64_relaxed(cell.payload + 1)
            cotel_fence_acquire()
            if cotel_load64_relaxed(cell.payload) == order {
                if order != 0 { return (order, bits) }
                if bits == 0, cell.payload[2] == 0 { return nil }
            }
            cotel_pause()
        }
        return nil
    }

    override func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {
        guard from[0] >= accumulator[0] else { return }
        accumulator[0] = from[0]
        accumulator[1] = from[1]
    }

    override func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {
        output.write(window.head, points, window, isInteger: self.info.instrument.isInteger)
    }
}

/// A series of a gauge, for bound instruments.
private final class LastValueSeries: MetricSeries, @unchecked Sendable {
    // Safety: see `MetricSeries`; immutable.

    private var stream: LastValueStream {
        self.owner._withUnsafeGuaranteedRef { unsafeDowncast($0, to: LastValueStream.self) }
    }

    init(_ key: SeriesKey, _ stream: LastValueStream) {
        super.init(key, parent: stream)
    }

    override func record(_ value: Int) {
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.stream.set(MeasuredValue(value), cell)
    }

    override func record(_ value: Double) {
        guard _fastPath(!value.isNaN) else { return self.recordSlowly(value) }
        guard let cell = self.quickCell() else { return self.recordSlowly(value) }
        self.stream.set(MeasuredValue(value), cell)
    }

    override func record(_ value: Int, _ attributes: OTelAttributes) {
        let stream = self.stream
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(MeasuredValue(value), cell, attributes, flags)
        }
    }

    override func record(_ value: Double, _ attributes: OTelAttributes) {
        let stream = self.stream
        guard _fastPath(!value.isNaN) else { return stream.refuse(value) }
        if let flags = stream.attend(), let cell = stream.cell(self) {
            stream.measure(MeasuredValue(value), cell, attributes, flags)
        }
    }
}
