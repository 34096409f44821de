import OTLPProto
import OTelSDK

/// A reader and the endpoint that asks it.
final class PrometheusPipeline: Pipeline {
    private let reader: PullReader
    private let server: ScrapeServer

    init(_ reader: PullReader, _ server: ScrapeServer) {
        self.reader = reader
        self.server = server
    }

    func start() throws(ConfigError) {
        try self.server.start()
        self.reader.start()
    }

    func abandon() {
        self.reader.abandon()
    }

    func flush(by deadline: Deadline) -> Bool {
        self.reader.flush(by: deadline)
    }

    /// First the endpoint, so that what is asked for already is still answered.
    func shutdown(by deadline: Deadline) -> Bool {
        let isClosed = self.server.stop(by: deadline)
        return self.reader.shutdown(by: deadline) && isClosed
    }

    var statistics: SinkStatistics { self.reader.statistics }

    func resetAfterFork() {
        self.server.resetAfterFork()
        self.reader.resetAfterFork()
    }
}

extension PullReader {
    /// The metrics of the moment; what is missing is reported.
    func scrape(by deadline: Deadline) -> [MetricView] {
        let collection = self.collect(by: deadline)
        for problem in collection.problems {
            Diagnostics.report(
                .warning,
                topic: "Prometheus \(problem)",
                "Prometheus: a scrape is incomplete: \(problem)"
            )
        }
        return collection.metrics
    }
}
