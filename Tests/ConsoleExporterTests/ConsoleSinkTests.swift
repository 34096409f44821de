import Foundation
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@testable import ConsoleExporter

@Suite("Console sink")
struct ConsoleSinkTests {
    private static func telemetry(_ sinks: any Sink...) throws -> Telemetry {
        try Telemetry(Config(serviceName: "shop", sinks: sinks, exitTimeout: .zero))
    }

    private static func sink(
        _ format: ConsoleFormat,
        _ text: Collected,
        minimumSeverity: OTelSeverity = .unspecified
    ) -> ConsoleSink {
        ConsoleSink(format: format, minimumSeverity: minimumSeverity, output: .custom { text.append($0) })
    }

    @Test("spans, as they begin and end, and log records come as one stream in the order of their times")
    func oneStream() throws {
        let text = Collected()
        let telemetry = try Self.telemetry(Self.sink(.json, text))
        let (tracer, logger) = (telemetry.tracer("t"), telemetry.logger("l"))
        tracer.withSpan("outer") { _ in
            logger.info("first")
            tracer.withSpan("inner") { _ in logger.info("second") }
        }
        #expect(telemetry.shutdownBlocking(timeout: .seconds(5)).isComplete)
        let objects = try JSONFormatTests.objects(text.value)
        let expected = [
            "span_start outer", "log first", "span_start inner", "log second", "span_end inner", "span_end outer",
        ]
        #expect(objects.map { "\($0["kind"] ?? "") \($0["name"] ?? $0["message"] ?? "")" } == expected)
        #expect(objects[1]["span_id"] as? String == objects[0]["span_id"] as? String)
        #expect(objects[2]["parent_span_id"] as? String == objects[0]["span_id"] as? String)
        let times = objects.compactMap { $0["time"] as? String }
        #expect(times == times.sorted())
        #expect(objects.allSatisfy { ($0["resource"] as? [String: String])?["service.name"] == "shop" })
    }

    @Test("what was collected together is sorted by time, whoever recorded it first")
    func order() throws {
        let text = Collected()
        let telemetry = try Self.telemetry(Self.sink(.json, text))
        let loggers = (0..<4).map { telemetry.logger("logger \($0)") }
        var random = SeededGenerator(seed: 1)
        for number in (0..<1000).shuffled(using: &random) {
            let time = OTelTimestamp(unixNanoseconds: Fixture.noon + UInt64(number))
            loggers[number % 4].emit(OTelLogRecord(body: .int(number), timestamp: time))
        }
        telemetry.shutdownBlocking()
        let numbers = try JSONFormatTests.objects(text.value).compactMap { $0["body"] as? Int }
        #expect(numbers == Array(0..<1000))
        #expect(text.calls == 1)
    }

    @Test("records below the minimum severity are not shown; spans and records without a severity are")
    func minimumSeverity() throws {
        let text = Collected()
        let telemetry = try Self.telemetry(Self.sink(.json, text, minimumSeverity: .warn))
        let logger = telemetry.logger("l")
        for severity in [OTelSeverity.unspecified, .trace, .debug, .info, .warn, .error, .fatal] {
            logger.log(severity, "\(severity)")
        }
        telemetry.tracer("t").withSpan("span") { _ in }
        telemetry.shutdownBlocking()
        let shown = try JSONFormatTests.objects(text.value).map { $0["message"] as? String ?? $0["kind"] as? String }
        #expect(shown == ["", "WARN", "ERROR", "FATAL", "span_start", "span_end"])
    }

    @Test("lines are written by the sink's thread, never by the one that records")
    func thread() throws {
        let names = Mutex<Set<String>>([])
        let output = ConsoleOutput.custom { _ in
            let name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
            names.withLock { _ = $0.insert(name) }
        }
        let telemetry = try Self.telemetry(ConsoleSink(output: output))
        telemetry.logger("l").info("hello")
        telemetry.flushBlocking()
        telemetry.logger("l").info("again")
        telemetry.shutdownBlocking()
        #expect(names.withLock { $0 } == ["otel-stream\n"])
    }

    @Test("without being asked, lines appear within moments")
    func unasked() throws {
        let text = Collected()
        let telemetry = try Self.telemetry(Self.sink(.compact, text))
        telemetry.logger("l").info("hello")
        #expect(Threads.wait { text.value.contains("hello") })
        telemetry.shutdownBlocking()
    }

    @Test("8 threads never mix lines, and nothing is missing")
    func threadsConcurrentSafe() throws {
        let pipe = Descriptors.pipe()
        let telemetry = try Self.telemetry(ConsoleSink(format: .json, output: .fileDescriptor(pipe.write)))
        let (tracer, logger) = (telemetry.tracer("t"), telemetry.logger("l"))
        let received = Mutex("")
        let reader = Thread {
            let text = pipe.lines(8 * 100 * 3)
            received.withLock { $0 = text }
        }
        reader.start()
        Threads.run(8) { thread in
            for number in 0..<100 {
                tracer.withSpan("span \(thread)") { _ in
                    logger.info("\(thread)-\(number)", ["text": .string(String(repeating: "\(thread)", count: 200))])
                }
            }
        }
        let report = telemetry.shutdownBlocking(timeout: .seconds(20))
        #expect(report.isComplete)
        #expect(Threads.wait { received.withLock { !$0.isEmpty } })
        let text = received.withLock { $0 }
        let objects = try JSONFormatTests.objects(text)
        #expect(objects.count == 8 * 100 * 3)
        #expect(Set(objects.compactMap { $0["message"] as? String }).count == 8 * 100)
    }

    @Test(
        "colours only on a terminal, and not against NO_COLOR or on a dumb terminal",
        arguments: [
            (colors: ConsoleColors.automatic, terminal: true, environment: ["TERM": "xterm"], on: true),
            (colors: .automatic, terminal: false, environment: ["TERM": "xterm"], on: false),
            (colors: .automatic, terminal: true, environment: ["TERM": "xterm", "NO_COLOR": "1"], on: false),
            (colors: .automatic, terminal: true, environment: ["TERM": "xterm", "NO_COLOR": "0"], on: false),
            (colors: .automatic, terminal: true, environment: ["TERM": "xterm", "NO_COLOR": ""], on: true),
            (colors: .automatic, terminal: true, environment: ["TERM": "dumb"], on: false),
            (colors: .automatic, terminal: true, environment: ["TERM": ""], on: false),
            (colors: .automatic, terminal: true, environment: [:], on: false),
            (colors: .always, terminal: false, environment: ["NO_COLOR": "1", "TERM": "dumb"], on: true),
            (colors: .never, terminal: true, environment: ["TERM": "xterm"], on: false),
        ]
    )
    func colors(colors: ConsoleColors, terminal: Bool, environment: [String: String], on: Bool) {
        #expect(colors.areOn(isTerminal: terminal) { environment[$0] } == on)
    }

    @Test("a descriptor that cannot be written to is refused at the start, by name")
    func badDescriptor() throws {
        let pipe = Descriptors.pipe()
        for descriptor in [-1, 9999, pipe.read] {
            let error = #expect(throws: ConfigError.self) {
                try Self.telemetry(ConsoleSink(output: .fileDescriptor(descriptor)))
            }
            #expect(error?.setting == "ConsoleSink.output")
            #expect(error?.value == "file descriptor \(descriptor)")
        }
        #expect(throws: ConfigError.self) {
            try Self.telemetry(TraceSink(.console(output: .fileDescriptor(-1))))
        }
        #expect(throws: ConfigError.self) {
            try Self.telemetry(LogSink(.console(output: .fileDescriptor(-1))))
        }
    }

    @Test("defaults: pretty, on standard error, everything")
    func defaults() {
        let sink = ConsoleSink()
        #expect(sink.format == .pretty && sink.colors == .automatic && sink.minimumSeverity == .unspecified)
        #expect("\(sink.output)" == "standard error")
    }

    @Test("the console as an exporter of one signal")
    func factories() throws {
        let text = Collected()
        let output = ConsoleOutput.custom { text.append($0) }
        let telemetry = try Self.telemetry(
            TraceSink(.console(format: .json, output: output), processor: .simple),
            LogSink(.console(format: .json, output: output), processor: .simple)
        )
        telemetry.tracer("t").withSpan("span") { _ in telemetry.logger("l").info("message") }
        #expect(telemetry.shutdownBlocking().isComplete)
        let kinds = try JSONFormatTests.objects(text.value).compactMap { $0["kind"] as? String }
        #expect(kinds.sorted() == ["log", "span_end"])
        #expect(telemetry.statistics.sinks.map(\.name) == ["console/json custom output", "console/json custom output"])
    }

    @Test("metrics on the console")
    func metrics() throws {
        let text = Collected()
        let output = ConsoleOutput.custom { text.append($0) }
        let telemetry = try Self.telemetry(MetricSink(.console(format: .json, output: output)))
        telemetry.meter("m").counter("orders", unit: "{order}").add(3, ["sku": "abc"])
        #expect(telemetry.shutdownBlocking().isComplete)
        let metric = try #require(try JSONFormatTests.objects(text.value).first { $0["name"] as? String == "orders" })
        #expect(metric["kind"] as? String == "metric")
        #expect((metric["metric"] as? [String: Any])?["value"] as? Int == 3)
        #expect((metric["attributes"] as? [String: String]) == ["sku": "abc"])
    }
}
