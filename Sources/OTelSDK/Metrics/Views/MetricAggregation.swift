import OTelAPI

/// How measurements become the points of a stream (`specification/metrics/sdk.md`, "Aggregation").
public struct MetricAggregation: Sendable, Hashable {
    enum Kind: Hashable {
        case `default`
        case drop
        case sum
        case lastValue
        case explicitBucketHistogram(boundaries: [Double]?, recordsMinMax: Bool)
        case exponentialHistogram(maxSize: Int, maxScale: Int, recordsMinMax: Bool)
    }

    let kind: Kind

    /// What the kind of instrument calls for: a sum for counters and up-down counters, the last value for gauges, a
    /// histogram with explicit boundaries for histograms.
    public static let `default` = MetricAggregation(kind: .default)
    /// Nothing is kept.
    public static let drop = MetricAggregation(kind: .drop)
    /// The sum; of counters and histograms one that only grows.
    public static let sum = MetricAggregation(kind: .sum)
    /// The value measured last.
    public static let lastValue = MetricAggregation(kind: .lastValue)
    /// Counts in ranges with the default boundaries, or with those that the reader is told to take from the instrument.
    public static let explicitBucketHistogram = explicitBucketHistogram()
    /// Counts in ranges whose width follows the values, with its defaults.
    public static let exponentialHistogram = exponentialHistogram()

    /// Counts in ranges.
    ///
    /// Not for asynchronous instruments. `boundaries` are the inclusive upper bounds of the ranges, finite and ascending;
    /// an empty list makes one range that holds all. By default 0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000,
    /// 7500, 10000. `recordMinMax` says whether the least and the greatest value are reported.
    public static func explicitBucketHistogram(
        boundaries: [Double]? = nil,
        recordMinMax: Bool = true
    ) -> MetricAggregation {
        MetricAggregation(kind: .explicitBucketHistogram(boundaries: boundaries, recordsMinMax: recordMinMax))
    }

    /// Counts in ranges whose width follows the values: the relative error is that of the finest scale at which they
    /// fit into `maxSize` ranges.
    ///
    /// Not for asynchronous instruments. `maxSize` bounds the ranges, for positive and for negative values each: from 2 to
    /// 16 384. `maxScale` is the finest scale, at which few values are counted: from -10 to 20. `recordMinMax` says whether
    /// the least and the greatest value are reported.
    public static func exponentialHistogram(
        maxSize: Int = 160,
        maxScale: Int = 20,
        recordMinMax: Bool = true
    ) -> MetricAggregation {
        MetricAggregation(
            kind: .exponentialHistogram(maxSize: maxSize, maxScale: maxScale, recordsMinMax: recordMinMax)
        )
    }

    func check(_ setting: String) throws(ConfigError) {
        switch self.kind {
        case .explicitBucketHistogram(let boundaries?, _) where !InstrumentRules.isValid(boundaries: boundaries):
            throw ConfigError(
                setting: "\(setting).boundaries",
                value: "\(boundaries)",
                expected: "finite numbers in ascending order"
            )
        case .exponentialHistogram(let maxSize, let maxScale, _):
            guard (2...16_384).contains(maxSize) else {
                throw ConfigError(
                    setting: "\(setting).maxSize",
                    value: "\(maxSize)",
                    expected: "a number from 2 to 16384"
                )
            }
            guard (-10...20).contains(maxScale) else {
                throw ConfigError(
                    setting: "\(setting).maxScale",
                    value: "\(maxScale)",
                    expected: "a number from -10 to 20"
                )
            }
        case .default, .drop, .sum, .lastValue, .explicitBucketHistogram: ()
        }
    }

    /// Whether instruments of this kind can be aggregated so: callbacks report totals, which are no values to count.
    func isPossible(for kind: OTelInstrumentKind) -> Bool {
        switch self.kind {
        case .explicitBucketHistogram, .exponentialHistogram: !kind.isObservable
        case .default, .drop, .sum, .lastValue: true
        }
    }
}

extension MetricAggregation: CustomStringConvertible {
    /// The name that the specification uses.
    public var description: String {
        switch self.kind {
        case .default: "default"
        case .drop: "drop"
        case .sum: "sum"
        case .lastValue: "last value"
        case .explicitBucketHistogram: "explicit bucket histogram"
        case .exponentialHistogram: "base-2 exponential histogram"
        }
    }
}
