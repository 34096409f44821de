import OTLPProto
import OTelAPI

/// What one collection of one reader came to.
struct CollectedMetrics {
    var output: MetricOutput
    var problems: [CollectionProblem] = []
    var isComplete: Bool { self.problems.isEmpty }

    init(_ output: MetricOutput) {
        self.output = output
    }

    func report() {
        for problem in self.problems {
            Diagnostics.report(.warning, topic: "metrics: \(problem.topic)", "metrics: \(problem.message)")
        }
    }
}

/// Why something is missing in a collection.
struct CollectionProblem: Sendable {
    /// What it is about: the same for every collection in which it happens.
    let topic: String
    let message: String

    init(_ topic: String, _ detail: String = "") {
        self.topic = topic
        self.message = topic + detail
    }
}

/// What the producers of a reader have to say in one collection.
struct ProducedMetrics {
    private var metrics: [(scope: OTelScope, data: MetricData)] = []
    private(set) var problems: [CollectionProblem] = []
    var isComplete: Bool { self.problems.isEmpty }

    init(_ options: MetricReaderOptions, resource: OTelAttributes, by deadline: Deadline) {
        let request = MetricProduction.Request(
            filter: options.filter,
            resource: resource,
            temporality: options.temporality,
            deadline: deadline
        )
        for producer in options.producers {
            guard !deadline.isOver else {
                self.problems.append(CollectionProblem("the time was over before all metric producers were asked"))
                return
            }
            do {
                self.add(try producer.produce(request), options.filter)
            } catch {
                self.problems.append(CollectionProblem("a metric producer failed", ": \(String(describing: error))"))
            }
        }
    }

    private mutating func add(_ production: MetricProduction, _ filter: (any MetricFilter)?) {
        if let problem = production.problem {
            let topic = "a metric producer, \"\(production.scope.name)\", told only a part"
            self.problems.append(CollectionProblem(topic, ": \(problem)"))
        }
        for metric in production.metrics {
            guard let data = metric.filtered(by: filter, scope: production.scope) else { continue }
            self.metrics.append((production.scope, data))
        }
    }

    func write(to output: inout MetricOutput, _ scopes: ScopeTable) {
        for (scope, data) in self.metrics {
            output.write(data.head, scope: scopes.number(scope), data.encodedPoints)
        }
    }
}
