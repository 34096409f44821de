import Foundation
import TestSupport
import Testing

/// The documented default of `Config.exitTimeout`, and what it may be exceeded by.
private let exitLimit = 2000 + 500

@Suite("The end of a process", .serialized, .ownThread)
struct ChildProcessTests {
    private func expectArrived(_ prefix: String, _ count: Int, at collector: Collector) throws {
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == count && Set(spans.map(\.name)) == names(prefix, count))
        let logs = try collector.logs(as: CollectedLog.self)
        #expect(logs.count == count && Set(logs.map(\.text)) == names(prefix, count))
        #expect(try self.measured(by: collector) == count)
        #expect(try collector.state().violations == [])
    }

    /// The sum of all differences that arrived.
    private func measured(by collector: Collector) throws -> Int {
        try collector.metrics(as: CollectedSum.self).filter { $0.name == "records" }.reduce(0) { $0 + $1.total }
    }

    @Test("a return from main without shutdown loses nothing", arguments: [1, 511, 513, 5000])
    func returnFromMain(count: Int) throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run(
            "return-from-main",
            ["endpoint": collector.endpoint, "count": "\(count)"]
        )
        #expect(run.ending == .exited(0))
        #expect(run.errors == "")
        try self.expectArrived("item", count, at: collector)
    }

    @Test("what threads recorded that have ended since is not lost either")
    func endedThreads() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run(
            "return-from-main",
            ["endpoint": collector.endpoint, "count": "100", "threads": "8"]
        )
        #expect(run.ending == .exited(0))
        let state = try collector.state()
        #expect(state.spans == 800 && state.logs == 800)
        #expect(try self.measured(by: collector) == 800)
    }

    @Test("exit() loses nothing and keeps its status", arguments: ["exit", "exit-on-main-actor"])
    func exit(command: String) throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run(command, ["endpoint": collector.endpoint, "count": "600"])
        #expect(run.ending == .exited(7))
        try self.expectArrived("item", 600, at: collector)
    }

    @Test(
        "a dead receiver holds up the end of a process no longer than the exit deadline",
        arguments: [Fault.refuse, .stall] + Fault.all.filter { ["stall_body", "reset"].contains($0.name) }
    )
    func deadCollector(fault: Fault) throws {
        let collector = try Collector()
        try collector.order(fault.order)
        let run = try TelemetryProgram.run(
            "return-from-main",
            ["endpoint": collector.endpoint, "count": "600"]
        )
        #expect(run.ending == .exited(0))
        #expect(run.milliseconds(since: "returned") < exitLimit)
        // One line a sink and state, not one an attempt.
        #expect(run.errors.split(separator: "\n").count <= 4, "\(run.errors)")
    }

    @Test("a receiver that swallows packets, or that no name service finds, does not either", arguments: [true, false])
    func unreachable(isStuckName: Bool) throws {
        let hole = try BlackHole()
        let endpoint = isStuckName ? "http://stuck.test.invalid:4318" : hole.endpoint
        let run = try TelemetryProgram.run("return-from-main", ["endpoint": endpoint, "count": "600"])
        #expect(run.ending == .exited(0))
        #expect(run.milliseconds(since: "returned") < exitLimit)
    }

    @Test("an exit deadline of zero sends nothing and does not wait")
    func noExitDeadline() throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let run = try TelemetryProgram.run(
            "return-from-main",
            ["endpoint": collector.endpoint, "count": "5", "exit-timeout": "0"]
        )
        #expect(run.ending == .exited(0))
        #expect(run.milliseconds(since: "returned") < 500)
        #expect(try collector.state().requests == 0)
    }

    @Test("a telemetry that is stuck takes none of the exit deadline from another one")
    func twoTelemetries() throws {
        let stuck = try Collector()
        let healthy = try Collector()
        try stuck.order(Fault.stall.order)
        let run = try TelemetryProgram.run(
            "return-from-two",
            ["endpoint": stuck.endpoint, "second": healthy.endpoint, "count": "5"]
        )
        #expect(run.ending == .exited(0))
        #expect(run.milliseconds(since: "returned") < exitLimit)
        #expect(try healthy.state().spans == 5)
    }

    @Test("shutdown of an exporter whose name service never answers is in time, and counts the loss")
    func stuckResolver() throws {
        let run = try TelemetryProgram.run(
            "shutdown",
            ["endpoint": "http://stuck.test.invalid:4318", "count": "10", "timeout": "1000"]
        )
        #expect(run.ending == .exited(0))
        #expect((1..<1500).contains(run.number("milliseconds")), "the name is not looked up, or too long")
        for sink in ["sink0", "sink1"] {
            #expect(run.number("\(sink).accepted") == 10 && run.number("\(sink).pending") == 0)
            #expect(run.number("\(sink).dropped") == 10)
        }
        #expect(run.milliseconds(since: "returned") < exitLimit)
    }

    @Test("exit while threads record and exports are under way never crashes, and doubles nothing")
    func exitWhileExporting() throws {
        let collector = try Collector()
        var endings: [ChildProcess.Ending: Int] = [:]
        for _ in 0..<50 {
            let children = try (0..<2).map { _ in
                try TelemetryProgram.start(
                    "exit-while-exporting",
                    ["endpoint": collector.endpoint, "delay": "1", "count": "\(Int.random(in: 1...200))"]
                )
            }
            for child in children { endings[child.wait(upTo: .seconds(10)), default: 0] += 1 }
        }
        #expect(endings == [.exited(0): 100])
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(Set(spans.map(\.spanId)).count == spans.count)
    }

    @Test(
        "after a fork with a full queue both processes record and end normally, and each span arrives once",
        arguments: [0, 2]
    )
    func fork(threads: Int) throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run(
            "fork",
            ["endpoint": collector.endpoint, "repetitions": "50", "count": "20", "threads": "\(threads)"],
            limit: .seconds(60)
        )
        #expect(run.ending == .exited(0))
        let stuck = run.facts.filter { $0.key.hasPrefix("child-") }
        #expect(stuck.isEmpty, "children that did not end normally: \(stuck)")
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(Set(spans.map(\.spanId)).count == spans.count, "span ids repeat")
        #expect(Set(spans.map(\.traceId)).count == spans.count, "trace ids repeat")
        let found = Dictionary(grouping: spans.filter { !$0.name.hasPrefix("noise") }, by: \.name).mapValues(\.count)
        let expected = (0..<50).reduce(into: names("end", 1)) { expected, repetition in
            expected.formUnion(names("parent-\(repetition)", 20))
            expected.formUnion(names("child-\(repetition)", 20))
        }
        #expect(found.filter { $0.value != 1 } == [:])
        #expect(expected.subtracting(found.keys) == [])
        #expect(Set(found.keys).subtracting(expected) == [])
        // Spans and measurements are made together, but those of the noise that the end of the process cuts off.
        if threads == 0 {
            let measured = try self.measured(by: collector)
            #expect(measured == spans.count, "measured \(measured), recorded \(spans.count)")
        }
        #expect(try collector.state().violations == [])
    }

    @Test("a fork in the middle of the first export, which is when the export thread holds the most locks")
    func forkWhileExporting() throws {
        let collector = try Collector()
        for _ in 0..<30 {
            let run = try TelemetryProgram.run(
                "fork",
                ["endpoint": collector.endpoint, "repetitions": "2", "count": "512", "pause": "1500"]
            )
            #expect(run.ending == .exited(0))
            #expect(run.facts.filter { $0.key.hasPrefix("child-") } == [:])
        }
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == 30 * (4 * 512 + 1))
        #expect(Set(spans.map(\.spanId)).count == spans.count)
    }

    @Test("a child of a fork finds whole what other threads were changing under a lock at that moment")
    func forkInSection() throws {
        let run = try TelemetryProgram.run("fork-in-section", ["endpoint": "http://127.0.0.1:9", "repetitions": "20"])
        #expect(run.ending == .exited(0))
        #expect(run.facts.filter { $0.key.hasPrefix("child-") } == [:])
        #expect(run.facts["sections"].flatMap { Int($0) } ?? 0 > 0)
    }

    @Test("a child of a fork starts spans and takes tracers although other threads did so at that moment")
    func forkWhileStarting() throws {
        let run = try TelemetryProgram.run(
            "fork-while-starting",
            ["endpoint": "http://127.0.0.1:9", "repetitions": "100", "threads": "3"],
            limit: .seconds(60)
        )
        #expect(run.ending == .exited(0))
        #expect(run.facts.filter { $0.key.hasPrefix("child-") } == [:])
        #expect(run.facts["returned"] != nil)
    }

    @Test("SIGTERM kills as usual, at once, although an export is stuck")
    func killed() throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let child = try TelemetryProgram.start("signal", ["endpoint": collector.endpoint])
        _ = try child.waitForLine("ready=")
        #expect(try collector.wait(requests: 2).reached == true)
        let (ending, duration) = timed {
            child.send(signal: SIGTERM)
            return child.wait(upTo: .seconds(5))
        }
        #expect(ending == .signalled(SIGTERM))
        #expect(duration < grace)
    }

    @Test("the application's signal handlers run while an export is stuck")
    func signalHandler() throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let start = ContinuousClock.now
        let child = try TelemetryProgram.start("signal", ["endpoint": collector.endpoint, "handler": "yes"])
        _ = try child.waitForLine("ready=")
        #expect(try collector.wait(requests: 2).reached == true)
        child.send(signal: SIGTERM)
        let run = TelemetryProgram.result(of: child, child.wait(upTo: .seconds(10)), since: start)
        #expect(run.ending == .exited(0))
        #expect(run.facts["handled"] == "yes")
        #expect(run.milliseconds(since: "returned") < exitLimit)
    }
}
