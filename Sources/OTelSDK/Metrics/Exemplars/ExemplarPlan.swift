import OTelAPI

/// How a stream chooses examples.
struct ExemplarPlan: Sendable, Hashable {
    /// Which measurements are looked at.
    var filter: ExemplarFilter
    /// How many places a series has; 1 for a custom reservoir, which has its own.
    var size: Int
    /// Whether the places are a histogram's ranges.
    var isAligned = false
    /// Makes reservoirs of the application.
    var custom: ExemplarReservoirFactory.Maker?

    init(_ filter: ExemplarFilter, _ factory: ExemplarReservoirFactory?, _ aggregation: StreamAggregation) {
        self.filter = filter
        switch (factory?.kind, aggregation) {
        case (.custom(let maker)?, _):
            self.size = 1
            self.custom = maker
        case (.fixedSize(let size)?, _):
            self.size = size
        case (.alignedHistogramBucket?, .histogram(let boundaries, _)):
            self.size = boundaries.count + 1
            self.isAligned = true
        case (nil, .histogram(let boundaries, _)) where !boundaries.isEmpty:
            self.size = boundaries.count + 1
            self.isAligned = true
        case (nil, .exponentialHistogram(let maxSize, _, _)):
            self.size = min(20, maxSize)
        case (.alignedHistogramBucket?, _), (nil, _):
            self.size = 1
        }
    }
}
