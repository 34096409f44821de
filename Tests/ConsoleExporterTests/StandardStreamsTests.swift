import Foundation
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@testable import ConsoleExporter

/// Processes of their own: their standard output and standard error belong to the test.
@Suite("Console of a process", .ownThread)
struct StandardStreamsTests {
    private static func record(_ sinks: any Sink...) throws {
        let telemetry = try Telemetry(Config(serviceName: "shop", sinks: sinks))
        telemetry.tracer("t").withSpan("checkout") { _ in telemetry.logger("l").info("done", ["sku": "abc"]) }
        telemetry.shutdownBlocking()
    }

    private static func text(_ bytes: [UInt8]?) -> String {
        String(decoding: bytes ?? [], as: UTF8.self)
    }

    @Test("spans and log records on standard output, in each format", .matrix(244))
    func standardOutput() async throws {
        let result = await #expect(
            processExitsWith: .success,
            observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            try Self.record(
                ConsoleSink(format: .json, output: .standardOutput),
                TraceSink(.console(format: .compact, output: .standardOutput)),
                LogSink(.console(format: .pretty, output: .standardOutput))
            )
        }
        let output = Self.text(result?.standardOutputContent)
        for kind in ["span_start", "log", "span_end"] { #expect(output.contains("{\"kind\":\"\(kind)\",\"time\":\"")) }
        #expect(output.contains(#/\d\d:\d\d:\d\d\.\d{3} ■ +[0-9a-f]{8} [0-9a-f]{8} t checkout /#))
        #expect(output.contains(#/\d\d:\d\d:\d\d\.\d{3} INFO +[0-9a-f]{8} l: done  sku=abc\n/#))
        #expect(!output.contains("\u{1b}"))
        let other = Self.text(result?.standardErrorContent)
        #expect(!other.contains("checkout"))
    }

    @Test("the default is standard error, so that standard output stays clean")
    func standardError() async throws {
        let result = await #expect(
            processExitsWith: .success,
            observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            try Self.record(ConsoleSink())
        }
        let error = Self.text(result?.standardErrorContent)
        #expect(error.contains("▶ t: checkout") && error.contains("■ checkout"))
        let other = Self.text(result?.standardOutputContent)
        #expect(!other.contains("checkout"))
    }

    @Test("what was recorded just before the end of the process is shown")
    func exit() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let sink = ConsoleSink(format: .compact)
            let telemetry = try Telemetry(Config(serviceName: "shop", sinks: [sink]))
            telemetry.logger("l").info("last words")
            Foundation.exit(0)
        }
        let other = Self.text(result?.standardErrorContent)
        #expect(other.contains("last words"))
    }

    @Test("sinks that share standard output do not cut each other's lines")
    func sharedOutput() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let telemetry = try Telemetry(
                Config(
                    serviceName: "shop",
                    sinks: [
                        ConsoleSink(format: .json, output: .standardOutput),
                        TraceSink(
                            .console(format: .json, output: .standardOutput),
                            processor: .batch(maxQueueSize: 9000, exportTimeout: .seconds(120))
                        ),
                        LogSink(
                            .console(format: .json, output: .standardOutput),
                            processor: .batch(maxQueueSize: 9000, exportTimeout: .seconds(120))
                        ),
                    ]
                )
            )
            let (tracer, logger) = (telemetry.tracer("t"), telemetry.logger("l"))
            let filler = OTelValue.string(String(repeating: "x", count: 300))
            Threads.run(4) { _ in
                for _ in 0..<150 { tracer.withSpan("span") { _ in logger.info("message", ["filler": filler]) } }
            }
            // Who reads this may be busy with other tests.
            telemetry.shutdownBlocking(timeout: .seconds(150))
        }
        let text = Self.text(result?.standardOutputContent)
        let lines = text.split(separator: "\n").filter { $0.contains("\"kind\"") }
        #expect(lines.count == 5 * 4 * 150)
        for line in lines { #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) } }
    }

    @Test("a reader that goes away is an error that is counted, not the end of the process")
    func brokenPipe() async {
        await #expect(processExitsWith: .success) {
            let pipe = Descriptors.pipe()
            let telemetry = try Telemetry(
                Config(serviceName: "shop", sinks: [ConsoleSink(output: .fileDescriptor(pipe.write))])
            )
            telemetry.logger("l").info("one")
            telemetry.flushBlocking()
            pipe.closeReader()
            for _ in 0..<3 {
                telemetry.logger("l").info("two")
                telemetry.flushBlocking()
            }
            telemetry.shutdownBlocking()
            let statistics = telemetry.statistics.sinks[0]
            #expect(statistics.exported == 1 && statistics.dropped.retriesExhausted == 3 && statistics.pending == 0)
        }
    }

    @Test("a terminal gets colours, a pipe does not")
    func terminal() async {
        await #expect(processExitsWith: .success) {
            setenv("TERM", "xterm", 1)
            unsetenv("NO_COLOR")
            let (terminal, pipe) = (Descriptors.terminal(), Descriptors.pipe())
            let telemetry = try Telemetry(
                Config(
                    serviceName: "shop",
                    sinks: [terminal, pipe].map { ConsoleSink(format: .compact, output: .fileDescriptor($0.write)) }
                )
            )
            telemetry.logger("l").info("hello")
            telemetry.shutdownBlocking()
            let shown = terminal.text { $0.contains("hello") }
            #expect(shown.contains("\u{1b}[32mINFO\u{1b}[0m"))
            let piped = pipe.text { $0.contains("hello") }
            #expect(!piped.contains("\u{1b}"))
        }
    }

    @Test("a forked child writes its own lines, and none of its parent's")
    func fork() async {
        await #expect(processExitsWith: .success) {
            // Swift hides fork: after it, only what a library prepares for may run. This one does.
            typealias Fork = @convention(c) () -> Int32
            let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
            let pipe = Descriptors.pipe()
            let sink = ConsoleSink(format: .compact, output: .fileDescriptor(pipe.write))
            let telemetry = try Telemetry(Config(serviceName: "shop", sinks: [sink]))
            let logger = telemetry.logger("l")
            logger.info("before")
            telemetry.flushBlocking()
            logger.info("parent")
            let child = fork()
            if child == 0 {
                logger.info("child")
                telemetry.shutdownBlocking(timeout: .seconds(5))
                _exit(0)
            }
            var status: Int32 = 0
            waitpid(child, &status, 0)
            telemetry.shutdownBlocking(timeout: .seconds(5))
            let words = pipe.lines(3).split(separator: "\n").compactMap { $0.split(separator: " ").last }
            #expect(status == 0)
            #expect(words.sorted() == ["before", "child", "parent"])
        }
    }
}
