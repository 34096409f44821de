#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SamplingStrategy {
    /// Reads `jaeger.api_v2.SamplingStrategyResponse` as JSON, in each form that servers give it.
    ///
    /// Jaeger writes the type as a name and all values, its former agent wrote the type as a number, and the collector
    /// leaves out what is zero, the type included. An answer of which any part is out of bounds is refused whole.
    init(json: [UInt8]) throws(StrategyError) {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: Data(json))
        } catch let error as StrategyError {
            throw error
        } catch {
            throw StrategyError("the answer is no sampling strategy in JSON")
        }
        self = try answer.strategy
    }
}

private struct Answer: Decodable {
    var strategyType: StrategyType?
    var probabilisticSampling: Probabilistic?
    var rateLimitingSampling: RateLimiting?
    var operationSampling: Operations?

    struct Probabilistic: Decodable {
        var samplingRate: Number?
    }

    struct RateLimiting: Decodable {
        var maxTracesPerSecond: Number?
    }

    struct Operations: Decodable {
        var defaultSamplingProbability: Number?
        var defaultLowerBoundTracesPerSecond: Number?
        var perOperationStrategies: [Operation]?
        var defaultUpperBoundTracesPerSecond: Number?
    }

    struct Operation: Decodable {
        var operation: String?
        var probabilisticSampling: Probabilistic?
    }

    /// Strategies by operation come first, since Jaeger sends them beside one for the whole service.
    var strategy: SamplingStrategy {
        get throws(StrategyError) {
            if let operations = self.operationSampling { return .perOperation(try operations.strategy) }
            switch (self.strategyType, self.probabilisticSampling, self.rateLimitingSampling) {
            case (.rateLimiting, _, let limit?), (nil, nil, let limit?):
                return .rateLimiting(try Number.rate(limit.maxTracesPerSecond, "maxTracesPerSecond"))
            case (.probabilistic, let share?, _), (nil, let share?, _):
                return .probabilistic(try share.probability)
            case (.rateLimiting, _, nil), (.probabilistic, nil, _), (nil, nil, nil):
                throw StrategyError("the answer holds no strategy")
            }
        }
    }
}

extension Answer.Probabilistic {
    var probability: Double {
        get throws(StrategyError) { try Number.probability(self.samplingRate, "samplingRate") }
    }
}

extension Answer.Operations {
    var strategy: SamplingStrategy.Operations {
        get throws(StrategyError) {
            let upper = try Number.rate(self.defaultUpperBoundTracesPerSecond, "defaultUpperBoundTracesPerSecond")
            var operations = SamplingStrategy.Operations(
                defaultProbability: try Number.probability(
                    self.defaultSamplingProbability,
                    "defaultSamplingProbability"
                ),
                lowerBound: try Number.rate(
                    self.defaultLowerBoundTracesPerSecond,
                    "defaultLowerBoundTracesPerSecond"
                ),
                // Protobuf cannot tell an upper bound of zero from none.
                upperBound: upper > 0 ? upper : nil,
                probabilities: [:]
            )
            for one in self.perOperationStrategies ?? [] {
                let name = one.operation ?? ""
                let probability = try (one.probabilisticSampling ?? .init()).probability
                let isKnown = operations.probabilities[name] != nil
                if isKnown || operations.probabilities.count < SamplingStrategy.maxOperations {
                    operations.probabilities[name] = probability
                } else {
                    operations.omitted += 1
                }
            }
            return operations
        }
    }
}

/// The enum by its name or, from older servers, its number.
private enum StrategyType: Decodable {
    case probabilistic, rateLimiting

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try? container.decode(String.self)
        switch try name ?? String(container.decode(Int.self)) {
        case "PROBABILISTIC", "0": self = .probabilistic
        case "RATE_LIMITING", "1": self = .rateLimiting
        default: throw StrategyError("the answer's strategyType is unknown")
        }
    }
}

/// A number, which protobuf's JSON may also write as a string.
private struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
            self.value = value
        } else {
            guard let value = Double(try container.decode(String.self)) else {
                throw StrategyError("the answer holds no number where one belongs")
            }
            self.value = value
        }
    }

    /// Protobuf leaves out zeros.
    static func probability(_ number: Number?, _ field: String) throws(StrategyError) -> Double {
        let value = number?.value ?? 0
        guard value >= 0, value <= 1 else { throw StrategyError("\(field) is \(value); expected 0 to 1") }
        return value
    }

    /// As many as its type in protobuf allows.
    static func rate(_ number: Number?, _ field: String) throws(StrategyError) -> Double {
        let value = number?.value ?? 0
        guard value >= 0, value <= Double(Int32.max) else {
            throw StrategyError("\(field) is \(value); expected 0 to \(Int32.max)")
        }
        return value
    }
}
