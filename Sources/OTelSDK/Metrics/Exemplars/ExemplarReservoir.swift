public import OTLPProto
public import OTelAPI

/// A measurement that may become an exemplar.
public struct ExemplarMeasurement: Sendable {
    /// What was measured.
    public var value: MetricView.Number
    /// When.
    public var time: OTelTimestamp
    /// All attributes of the measurement, those that the view leaves out of the points included.
    public var attributes: OTelAttributes
    /// The context in which it was measured; its span tells where.
    public var context: OTelContext

    /// A measurement, for tests of reservoirs.
    public init(value: MetricView.Number, time: OTelTimestamp, attributes: OTelAttributes, context: OTelContext) {
        self.value = value
        self.time = time
        self.attributes = attributes
        self.context = context
    }
}

/// Keeps some measurements of one series as examples (`specification/metrics/sdk.md`, "ExemplarReservoir").
///
/// Each series has one of its own. Any thread may offer, several at a time; what is offered has passed the exemplar
/// filter. Offering must be quick and must not record measurements itself.
public protocol ExemplarReservoir: AnyObject, Sendable {
    /// Takes the measurement or leaves it.
    func offer(_ measurement: ExemplarMeasurement)
    /// Those taken since the last call, at most 1000, for each collection of any reader; the reservoir starts over.
    ///
    /// Must be quick, and must not collect or flush: other collections wait for it.
    ///
    /// The SDK exports their values, times and spans, and of their attributes those that the view left out.
    func collect() -> [ExemplarMeasurement]
}

/// Makes the reservoirs of a stream.
public struct ExemplarReservoirFactory: Sendable, Hashable {
    enum Kind: Hashable {
        case fixedSize(Int)
        case alignedHistogramBucket
        case custom(Maker)
    }

    final class Maker: Hashable, Sendable {
        let make: @Sendable () -> any ExemplarReservoir
        init(_ make: @escaping @Sendable () -> any ExemplarReservoir) { self.make = make }
        static func == (left: Maker, right: Maker) -> Bool { left === right }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    let kind: Kind

    /// Keeps each of the measurements since the last collection with the same probability.
    ///
    /// The default of all streams but histograms with explicit boundaries: one, or of exponential histograms up to 20.
    ///
    /// `size` is how many are kept, from 1 to 1000.
    public static func simpleFixedSize(_ size: Int = 1) -> ExemplarReservoirFactory {
        ExemplarReservoirFactory(kind: .fixedSize(size))
    }

    /// Keeps the last measurement of each range of a histogram with explicit boundaries, whose default it is.
    ///
    /// Of other streams it keeps one.
    public static let alignedHistogramBucket = ExemplarReservoirFactory(kind: .alignedHistogramBucket)

    /// Reservoirs of your own, one for each series.
    public static func custom(_ make: @escaping @Sendable () -> any ExemplarReservoir) -> ExemplarReservoirFactory {
        ExemplarReservoirFactory(kind: .custom(Maker(make)))
    }

    func check(_ setting: String) throws(ConfigError) {
        guard case .fixedSize(let size) = self.kind, !(1...1000).contains(size) else { return }
        throw ConfigError(setting: "\(setting).size", value: "\(size)", expected: "a number from 1 to 1000")
    }
}
