import OTelAPI
import OTelWire

extension MetricData {
    /// All but the points.
    package var head: MetricHead {
        MetricHead(name: self.name, description: self.description, unit: self.unit, shape: self.points.shape)
    }

    /// The points, as elements of `data_points`.
    package var encodedPoints: [EncodedPoint] {
        switch self.points {
        case .gauge(let points), .sum(let points, _, _): points.map(\.encoded)
        case .histogram(let points, _): points.map(\.encoded)
        case .exponentialHistogram(let points, _): points.map(\.encoded)
        case .summary(let points): points.map(\.encoded)
        }
    }
}

extension MetricPoints {
    fileprivate var shape: MetricShape {
        switch self {
        case .gauge: .gauge
        case .sum(_, let temporality, let isMonotonic): .sum(temporality, isMonotonic: isMonotonic)
        case .histogram(_, let temporality): .histogram(temporality)
        case .exponentialHistogram(_, let temporality): .exponentialHistogram(temporality)
        case .summary: .summary
        }
    }
}

extension MetricView.NumberPoint {
    fileprivate var encoded: EncodedPoint {
        var point = NumberPoint(
            attributes: self.attributes.canonicalBytes(NumberPoint.attributesTag),
            start: self.startTime?.unixNanoseconds ?? 0,
            time: self.time.unixNanoseconds,
            bits: self.value.bits,
            isInteger: self.value.isInteger
        )
        point.exemplars = self.exemplars.map(\.raw)
        point.hasRecordedValue = self.hasRecordedValue
        return EncodedPoint(point)
    }
}

extension MetricView.HistogramPoint {
    fileprivate var encoded: EncodedPoint {
        self.bucketCounts.withUnsafeBufferPointer { counts in
            self.bounds.withUnsafeBufferPointer { bounds in EncodedPoint(self.raw(counts, bounds)) }
        }
    }

    private func raw(
        _ counts: UnsafeBufferPointer<UInt64>,
        _ bounds: UnsafeBufferPointer<Double>
    ) -> HistogramPoint {
        var point = HistogramPoint(
            attributes: self.attributes.canonicalBytes(HistogramPoint.attributesTag),
            start: self.startTime?.unixNanoseconds ?? 0,
            time: self.time.unixNanoseconds,
            counts: counts,
            bounds: bounds
        )
        point.count = self.count
        point.sum = self.sum
        point.min = self.min
        point.max = self.max
        point.exemplars = self.exemplars.map(\.raw)
        point.hasRecordedValue = self.hasRecordedValue
        return point
    }
}

extension MetricView.ExponentialHistogramPoint {
    fileprivate var encoded: EncodedPoint {
        self.positive.withRaw { positive in
            self.negative.withRaw { negative in EncodedPoint(self.raw(positive, negative)) }
        }
    }

    private func raw(
        _ positive: ExponentialHistogramPoint.Buckets,
        _ negative: ExponentialHistogramPoint.Buckets
    ) -> ExponentialHistogramPoint {
        var point = ExponentialHistogramPoint(
            attributes: self.attributes.canonicalBytes(ExponentialHistogramPoint.attributesTag),
            start: self.startTime?.unixNanoseconds ?? 0,
            time: self.time.unixNanoseconds,
            count: self.count,
            scale: self.scale,
            positive: positive,
            negative: negative
        )
        point.zeroCount = self.zeroCount
        point.zeroThreshold = self.zeroThreshold
        point.sum = self.sum
        point.min = self.min
        point.max = self.max
        point.exemplars = self.exemplars.map(\.raw)
        point.hasRecordedValue = self.hasRecordedValue
        return point
    }
}

extension MetricView.ExponentialHistogramPoint.Buckets {
    fileprivate func withRaw<Result>(_ body: (ExponentialHistogramPoint.Buckets) -> Result) -> Result {
        self.counts.withUnsafeBufferPointer { body(.init(offset: self.offset, counts: $0)) }
    }
}

extension MetricView.SummaryPoint {
    fileprivate var encoded: EncodedPoint {
        EncodedPoint { buffer in
            buffer.fixed64Field(0x11, self.startTime?.unixNanoseconds ?? 0)
            buffer.fixed64Field(0x19, self.time.unixNanoseconds)
            buffer.fixed64Field(0x21, self.count)
            buffer.doubleField(0x29, self.sum)
            for quantile in self.quantiles {
                buffer.message(0x32) { buffer in
                    buffer.doubleField(0x09, quantile.quantile)
                    buffer.doubleField(0x11, quantile.value)
                }
            }
            buffer.append(self.attributes.canonicalBytes(0x3a))
            if !self.hasRecordedValue { buffer.varintField(0x40, UInt64(Wire.noRecordedValue)) }
        }
    }
}

extension MetricView.Exemplar {
    fileprivate var raw: ExemplarPoint {
        var exemplar = ExemplarPoint(
            filteredAttributes: self.filteredAttributes.canonicalBytes(ExemplarPoint.attributesTag),
            time: self.time.unixNanoseconds,
            bits: self.value.bits,
            isInteger: self.value.isInteger
        )
        exemplar.traceID = self.traceID ?? .invalid
        exemplar.spanID = self.spanID ?? .invalid
        return exemplar
    }
}

extension MetricView.Number {
    fileprivate var isInteger: Bool {
        if case .int = self { true } else { false }
    }

    fileprivate var bits: UInt64 {
        switch self {
        case .int(let value): UInt64(bitPattern: value)
        case .double(let value): value.bitPattern
        }
    }
}
