public import OTLPProto
public import OTelAPI

/// Brings metrics of another source into a reader's collections, such as those of another library
/// (`specification/metrics/sdk.md`, "MetricProducer").
///
/// Asked on whatever thread collects, for one collection of a reader at a time. A producer should be back by the
/// request's deadline: the reader collects and exports nothing else meanwhile.
public protocol MetricProducer: Sendable {
    /// The scope that names the producer, and the metrics of the moment, of whatever temporality the reader takes.
    ///
    /// Metrics that the filter drops need not be made; the reader drops them in any case. `resource` is that of the
    /// telemetry, under which they are exported.
    ///
    /// - Throws: when there are none; the reader's other metrics are exported all the same.
    func produce(_ request: MetricProduction.Request) throws -> MetricProduction
}

/// What a producer has to say in one collection.
public struct MetricProduction: Sendable {
    /// What the reader asks for.
    public struct Request: Sendable {
        /// Decides which metrics are wanted; nil wants all.
        public var filter: (any MetricFilter)?
        /// The attributes of the resource that the metrics are exported with.
        public var resource: OTelAttributes
        /// Which kinds the reader wants as differences.
        public var temporality: MetricTemporality
        /// When the time for the collection is over.
        public var deadline: Deadline

        /// A request, for tests of producers.
        public init(
            filter: (any MetricFilter)? = nil,
            resource: OTelAttributes = [:],
            temporality: MetricTemporality = .cumulative,
            deadline: Deadline
        ) {
            self.filter = filter
            self.resource = resource
            self.temporality = temporality
            self.deadline = deadline
        }
    }

    /// Names the producer.
    public var scope: OTelScope
    /// Its metrics.
    public var metrics: [MetricData]
    /// What is missing, if not all could be told; it makes the collection an incomplete one.
    public var problem: String?

    /// The metrics of a producer.
    public init(scope: OTelScope, metrics: [MetricData], problem: String? = nil) {
        self.scope = scope
        self.metrics = metrics
        self.problem = problem
    }
}

extension MetricData {
    /// What is left after the filter; nil for nothing.
    func filtered(by filter: (any MetricFilter)?, scope: OTelScope) -> MetricData? {
        guard let filter else { return self }
        let kind = self.points.kind
        switch filter.testMetric(scope: scope, name: self.name, kind: kind, unit: self.unit) {
        case .accept: return self
        case .drop: return nil
        case .acceptPartial:
            var data = self
            data.points = self.points.filtered { attributes in
                filter.testAttributes(
                    scope: scope,
                    name: self.name,
                    kind: kind,
                    unit: self.unit,
                    attributes: attributes
                ) == .accept
            }
            return data
        }
    }
}

extension MetricPoints {
    fileprivate var kind: MetricView.Kind {
        switch self {
        case .gauge: .gauge
        case .sum: .sum
        case .histogram: .histogram
        case .exponentialHistogram: .exponentialHistogram
        case .summary: .summary
        }
    }

    fileprivate func filtered(_ accepts: (OTelAttributes) -> Bool) -> MetricPoints {
        switch self {
        case .gauge(let points): .gauge(points.filter { accepts($0.attributes) })
        case .sum(let points, let temporality, let isMonotonic):
            .sum(points.filter { accepts($0.attributes) }, temporality, isMonotonic: isMonotonic)
        case .histogram(let points, let temporality):
            .histogram(points.filter { accepts($0.attributes) }, temporality)
        case .exponentialHistogram(let points, let temporality):
            .exponentialHistogram(points.filter { accepts($0.attributes) }, temporality)
        case .summary(let points): .summary(points.filter { accepts($0.attributes) })
        }
    }
}
