/// What a sampling server asks for.
///
/// All values are finite and within their bounds.
enum SamplingStrategy: Sendable, Equatable {
    /// A share of the traces, from 0 to 1.
    case probabilistic(Double)
    /// So many traces a second; none with 0.
    case rateLimiting(Double)
    /// A share by operation, which is the span's name.
    case perOperation(Operations)

    struct Operations: Sendable, Equatable {
        /// The share of the operations that have none of their own.
        var defaultProbability: Double
        /// Traces a second that each operation gets at least; 0 for no such guarantee.
        var lowerBound: Double
        /// Traces a second that each operation gets at most.
        var upperBound: Double?
        /// The first `maxOperations` that the server named.
        var probabilities: [String: Double]
        /// How many more it named.
        var omitted = 0
    }

    /// How many operations are told apart, as in Jaeger's own clients.
    static let maxOperations = 2000
}
