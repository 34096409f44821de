import TestSupport
import Testing

@testable import JaegerRemoteSampler

@Suite("Answers of a sampling server")
struct SamplingStrategyTests {
    @Test(
        "are read in every form that servers give them",
        arguments: [
            // jaeger, cmd/all-in-one README and documentation: what curl shows of collector and agent.
            (
                json: #"{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":0.001}}"#,
                expected: .probabilistic(0.001)
            ),
            // opentelemetry-go-contrib, samplers/jaegerremote: "official" and "legacy JSON".
            (
                json: #"{"strategyType":"RATE_LIMITING","rateLimitingSampling":{"maxTracesPerSecond":42}}"#,
                expected: .rateLimiting(42)
            ),
            (
                json: #"{"strategyType":0,"probabilisticSampling":{"samplingRate":0.42}}"#,
                expected: .probabilistic(0.42)
            ),
            (
                json: #"{"strategyType":1,"rateLimitingSampling":{"maxTracesPerSecond":42}}"#,
                expected: .rateLimiting(42)
            ),
            // jaeger, cmd/agent/app/httpserver: "Thrift 0.9.2 classes generate this JSON".
            (
                json: #"{"strategyType":0,"probabilisticSampling":{"samplingRate":0.5},"#
                    + #""rateLimitingSampling":null,"operationSampling":null}"#,
                expected: .probabilistic(0.5)
            ),
            // The collector leaves out zeros, and with them the type.
            (json: #"{"probabilisticSampling":{"samplingRate":0.5}}"#, expected: .probabilistic(0.5)),
            (json: #"{"probabilisticSampling":{}}"#, expected: .probabilistic(0)),
            (json: #"{"rateLimitingSampling":{"maxTracesPerSecond":7}}"#, expected: .rateLimiting(7)),
            (json: #"{"strategyType":"RATE_LIMITING","rateLimitingSampling":{}}"#, expected: .rateLimiting(0)),
            // Protobuf's JSON allows strings for numbers.
            (json: #"{"probabilisticSampling":{"samplingRate":"0.878"}}"#, expected: .probabilistic(0.878)),
            // The type decides between two.
            (
                json: #"{"strategyType":1,"probabilisticSampling":{"samplingRate":1},"#
                    + #""rateLimitingSampling":{"maxTracesPerSecond":3}}"#,
                expected: .rateLimiting(3)
            ),
            (
                json: #"{"strategyType":0,"probabilisticSampling":{"samplingRate":1},"#
                    + #""rateLimitingSampling":{"maxTracesPerSecond":3},"later":[{}]}"#,
                expected: .probabilistic(1)
            ),
        ] as [(json: String, expected: SamplingStrategy)]
    )
    func forms(json: String, expected: SamplingStrategy) throws {
        #expect(try SamplingStrategy(json: Array(json.utf8)) == expected)
    }

    @Test(
        "by operation come before the one for the service",
        arguments: [
            // jaeger, internal/sampling/samplingstrategy/file/fixtures,
            // TestServiceNoPerOperationStrategies_ServiceB.json
            (
                json: """
                {
                  "strategyType": 1,
                  "rateLimitingSampling": {
                    "maxTracesPerSecond": 3
                  },
                  "operationSampling": {
                    "defaultSamplingProbability": 0.2,
                    "perOperationStrategies": [
                      {
                        "operation": "/health",
                        "probabilisticSampling": {
                          "samplingRate": 0.1
                        }
                      }
                    ]
                  }
                }
                """,
                expected: .init(
                    defaultProbability: 0.2,
                    lowerBound: 0,
                    upperBound: nil,
                    probabilities: ["/health": 0.1]
                )
            ),
            // jaeger, internal/converter/…/json: the vector "operationSampling" as the tested function writes it.
            (
                json: #"{"strategyType":"PROBABILISTIC","operationSampling":{"defaultSamplingProbability":0.42,"#
                    + #""defaultLowerBoundTracesPerSecond":2,"perOperationStrategies":[{"operation":"foo","#
                    + #""probabilisticSampling":{"samplingRate":0.42}},{"operation":"bar","probabilisticSampling":"#
                    + #"{"samplingRate":0.42}}],"defaultUpperBoundTracesPerSecond":11.2}}"#,
                expected: .init(
                    defaultProbability: 0.42,
                    lowerBound: 2,
                    upperBound: 11.2,
                    probabilities: ["foo": 0.42, "bar": 0.42]
                )
            ),
            // Zeros written out are zeros left out; the last of two wins.
            (
                json: #"{"operationSampling":{"defaultUpperBoundTracesPerSecond":0,"perOperationStrategies":["#
                    + #"{"operation":"a","probabilisticSampling":{"samplingRate":1}},{"operation":"a"},{}]}}"#,
                expected: .init(defaultProbability: 0, lowerBound: 0, upperBound: nil, probabilities: ["a": 0, "": 0])
            ),
        ] as [(json: String, expected: SamplingStrategy.Operations)]
    )
    func operations(json: String, expected: SamplingStrategy.Operations) throws {
        #expect(try SamplingStrategy(json: Array(json.utf8)) == .perOperation(expected))
    }

    @Test(
        "are refused when any part makes no sense",
        arguments: [
            "", "null", "[]", "{}", "0", "\"x\"", "<html>", "{", "\u{0}", #"{"strategyType":"PROBABILISTIC"}"#,
            #"{"strategyType":"RATE_LIMITING","probabilisticSampling":{"samplingRate":1}}"#,
            #"{"strategyType":"ADAPTIVE","probabilisticSampling":{"samplingRate":1}}"#,
            #"{"strategyType":2,"probabilisticSampling":{"samplingRate":1}}"#,
            #"{"strategyType":[],"probabilisticSampling":{"samplingRate":1}}"#,
            #"{"probabilisticSampling":{"samplingRate":1.0000001}}"#,
            #"{"probabilisticSampling":{"samplingRate":-0.1}}"#,
            #"{"probabilisticSampling":{"samplingRate":NaN}}"#,
            #"{"probabilisticSampling":{"samplingRate":"NaN"}}"#,
            #"{"probabilisticSampling":{"samplingRate":"-Infinity"}}"#,
            #"{"probabilisticSampling":{"samplingRate":1e999}}"#,
            #"{"probabilisticSampling":{"samplingRate":true}}"#,
            #"{"probabilisticSampling":{"samplingRate":"half"}}"#,
            #"{"probabilisticSampling":0.5}"#,
            #"{"rateLimitingSampling":{"maxTracesPerSecond":-1}}"#,
            #"{"rateLimitingSampling":{"maxTracesPerSecond":2147483648}}"#,
            #"{"rateLimitingSampling":{"maxTracesPerSecond":"Infinity"}}"#,
            #"{"operationSampling":{"defaultSamplingProbability":2}}"#,
            #"{"operationSampling":{"defaultLowerBoundTracesPerSecond":-1}}"#,
            #"{"operationSampling":{"defaultUpperBoundTracesPerSecond":"NaN"}}"#,
            #"{"operationSampling":{"perOperationStrategies":[{"probabilisticSampling":{"samplingRate":9}}]}}"#,
            #"{"operationSampling":{"perOperationStrategies":{}}}"#,
        ]
    )
    func refused(json: String) {
        #expect(throws: StrategyError.self) { try SamplingStrategy(json: Array(json.utf8)) }
    }

    @Test("tell apart a bounded number of operations")
    func manyOperations() throws {
        let all = (0..<2500).map { #"{"operation":"op\#($0)","probabilisticSampling":{"samplingRate":0.5}}"# }
        let json = #"{"operationSampling":{"perOperationStrategies":[\#(all.joined(separator: ","))]}}"#
        guard case .perOperation(let operations) = try SamplingStrategy(json: Array(json.utf8)) else {
            Issue.record("no strategy by operation")
            return
        }
        #expect(operations.probabilities.count == 2000)
        #expect(operations.probabilities["op1999"] == 0.5 && operations.probabilities["op2000"] == nil)
        #expect(operations.omitted == 500)
    }

    @Test("may be nested as deep as they like", arguments: ["[", #"{"operationSampling":"#])
    func nesting(piece: String) {
        let json = Array(String(repeating: piece, count: PollingSettings.maxAnswerBytes / piece.utf8.count).utf8)
        #expect(throws: StrategyError.self) { try SamplingStrategy(json: json) }
    }

    @Test("give a strategy within bounds or none, whatever the bytes")
    func fuzz() {
        var random = SeededGenerator(seed: 55)
        let seed = Array(
            (#"{"strategyType":"PROBABILISTIC","operationSampling":{"defaultSamplingProbability":0.42,"#
                + #""perOperationStrategies":[{"operation":"é\u00e9","#
                + #""probabilisticSampling":{"samplingRate":0.42}}]}}"#).utf8
        )
        var accepted = 0
        for _ in 0..<20_000 {
            var json = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                json[Int.random(in: 0..<json.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let strategy = try? SamplingStrategy(json: json) else { continue }
            accepted += 1
            guard case .perOperation(let operations) = strategy else { continue }
            let values = Array(operations.probabilities.values) + [operations.defaultProbability]
            let isWithinBounds = values.allSatisfy { (0...1).contains($0) }
            #expect(isWithinBounds)
        }
        // Otherwise the cases do not reach beyond the JSON parser.
        #expect(accepted > 1000)
    }
}
