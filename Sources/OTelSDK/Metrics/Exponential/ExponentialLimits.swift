/// How finely a base-2 exponential histogram divides the values.
struct ExponentialLimits: Sendable {
    /// The most buckets for positive values, and the most for negative ones; 2 or more.
    let maxSize: Int
    /// The scale that histograms begin with; -10...20.
    let maxScale: Int
    let mapping = ExponentialMapping()

    /// Numbers beyond what is possible become the nearest that is.
    init(maxSize: Int = 160, maxScale: Int = 20) {
        self.maxSize = max(2, maxSize)
        self.maxScale = max(-10, min(20, maxScale))
    }
}
