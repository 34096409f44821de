import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Loggers")
struct LoggerTests {
    @Test(
        "each sink takes what reaches its minimum, and what has no severity",
        arguments: [
            (minimum: .unspecified, taken: [0, 1, 8, 9, 12, 13, 24]),
            (minimum: .trace, taken: [0, 1, 8, 9, 12, 13, 24]),
            (minimum: .info, taken: [0, 9, 12, 13, 24]),
            (minimum: .warn, taken: [0, 13, 24]),
            (minimum: .fatal, taken: [0, 24]),
        ] as [(minimum: OTelSeverity, taken: [UInt8])]
    )
    func minimumSeverity(minimum: OTelSeverity, taken: [UInt8]) throws {
        let filtered = InMemoryLogRecordExporter()
        let all = InMemoryLogRecordExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    LogSink(.custom("filtered", filtered), minimumSeverity: minimum),
                    LogSink(.custom("all", all)),
                ]
            )
        )
        let logger = telemetry.logger("l")
        let offered: [UInt8] = [0, 1, 8, 9, 12, 13, 24]
        for number in offered {
            let severity = try #require(OTelSeverity(rawValue: number))
            logger.log(severity, "x")
            logger.emit(OTelLogRecord(severity: severity))
        }
        let report = telemetry.shutdownBlocking()
        #expect(filtered.records.map(\.severity.rawValue) == taken.flatMap { [$0, $0] })
        #expect(all.records.map(\.severity.rawValue) == offered.flatMap { [$0, $0] })
        #expect(report.statistics.sinks.map(\.accepted) == [taken.count * 2, offered.count * 2])
    }

    @Test("a logger says whether a record would be kept", .matrix(162))
    func enabled() throws {
        let recording = try RecordingTelemetry(minimumSeverity: .warn)
        #expect(recording.logger.isEnabled(.error))
        #expect(recording.logger.isEnabled(.warn, eventName: "e", context: .root))
        #expect(!recording.logger.isEnabled(.info))
        #expect(recording.logger.isEnabled(.unspecified))
        recording.telemetry.shutdownBlocking()
        #expect(!recording.logger.isEnabled(.error))
        let without = try Telemetry(Config(serviceName: "test"))
        #expect(!without.logger("l").isEnabled(.fatal))
        #expect(!without.tracer("t").isEnabled)
        without.shutdownBlocking()
    }

    @Test("a logger with an empty name works and keeps the name")
    func emptyName() throws {
        let recording = try RecordingTelemetry()
        recording.telemetry.logger("").info("x")
        #expect(recording.records.map(\.scope.name) == [""])
    }

    @Test("an error whose description fails to be short is still recorded")
    func logsFromDescription() throws {
        // Describing the error records a log itself: nothing may deadlock.
        struct Chatty: Error, CustomStringConvertible {
            let logger: OTelLogger
            var description: String {
                self.logger.debug("described")
                return "chatty"
            }
        }
        let recording = try RecordingTelemetry()
        recording.logger.error("outer", error: Chatty(logger: recording.logger))
        recording.tracer.startSpan("x", parent: .root).recordException(Chatty(logger: recording.logger))
        #expect(recording.records.map(\.body) == ["described", "outer", "described"])
    }

    @Test("one logger takes records from many threads and loses none")
    func loggerConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        Threads.run(6) { thread in
            for index in 0..<500 { recording.logger.info("\(thread * 500 + index)", ["thread": .int(thread)]) }
        }
        let records = recording.records
        #expect(records.compactMap { Int($0.body.description) }.sorted() == Array(0..<3_000))
        #expect(
            records.allSatisfy { record in
                Int(record.body.description).map { record.attributes["thread"] == .int($0 / 500) } == true
            }
        )
    }
}
