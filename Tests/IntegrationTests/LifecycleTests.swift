import TestSupport
import Testing

@Suite("Start, shutdown and everything around them", .serialized, .ownThread)
struct LifecycleTests {
    @Test("recording, flush and shutdown complete on a cooperative pool of one thread")
    func oneThread() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run("one-thread", ["endpoint": collector.endpoint])
        #expect(run.ending == .exited(0))
        #expect(run.facts["threads"] == "1", "otherwise this tests nothing")
        #expect(run.facts["flushed"] == "true" && run.facts["together"] == "true" && run.facts["complete"] == "true")
        #expect(try collector.state().spans == 2)
    }

    @Test("on a pool of one thread the deadlines hold with a receiver that stalls, too")
    func oneThreadStalled() throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let run = try TelemetryProgram.run("one-thread", ["endpoint": collector.endpoint, "timeout": "500"])
        #expect(run.ending == .exited(0))
        #expect(run.facts["threads"] == "1" && run.facts["flushed"] == "false" && run.facts["complete"] == "false")
        #expect(run.number("milliseconds") < 1000)
        // Half a second each, with a tick every 10 ms unless the pool's thread is blocked.
        #expect(run.number("ticks.flush") > 5 && run.number("ticks.shutdown") > 5, "\(run.facts)")
    }

    @Test("cancelled tasks flush and shut down all the same")
    func cancelledTask() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run("cancelled-task", ["endpoint": collector.endpoint])
        #expect(run.ending == .exited(0))
        #expect(run.facts["flushed"] == "true" && run.facts["cancelled"] == "true" && run.facts["complete"] == "true")
        let state = try collector.state()
        #expect(state.spans == 1400 && state.logs == 1400 && state.violations == [])
    }

    @Test("everything may be used after shutdown: nothing happens but that it is counted", .matrix(7, 30, 157))
    func useAfterShutdown() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run("use-after-shutdown", ["endpoint": collector.endpoint])
        #expect(run.ending == .exited(0))
        #expect(run.facts["first"] == "true" && run.facts["second"] == "true" && run.facts["enabled"] == "false")
        #expect(run.number("milliseconds") < 500)
        // 10 spans and one that was running, then 10 and one of each of three tracers; 10 log records, then 10 and one.
        #expect(run.number("sink0.accepted") == 24 && run.number("sink0.dropped.afterShutdown") == 14)
        #expect(run.number("sink1.accepted") == 21 && run.number("sink1.dropped.afterShutdown") == 11)
        let state = try collector.state()
        #expect(state.spans == 10 && state.logs == 10)
    }

    @Test("a second global start is an error that names the first, which goes on")
    func startTwice() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run("start-twice", ["endpoint": collector.endpoint])
        #expect(run.ending == .exited(0))
        #expect(run.facts["bad"]?.contains("Config.serviceName is \" \"") == true)
        #expect(run.facts["second"]?.contains("OTel.start") == true)
        #expect(run.facts["second"]?.contains("\"child\"") == true)
        #expect(run.facts["complete"] == "true")
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(Set(spans.map(\.name)) == names("first", 5).union(names("still-first", 5)))
        #expect(spans.allSatisfy { $0.serviceName == "child" })
    }

    @Test("handles from before the start work from then on, over shutdowns and new starts", .matrix(1, 2))
    func restart() throws {
        let collector = try Collector()
        let run = try TelemetryProgram.run("restart", ["endpoint": collector.endpoint])
        #expect(run.ending == .exited(0))
        #expect(run.facts["early"] == "false")
        var expected: Set<String> = []
        for number in 1...3 {
            #expect(run.facts["complete\(number)"] == "true")
            #expect(run.number("accepted\(number)") == 11)
            expected.formUnion(names("run-\(number)", 10).union(["library-\(number)"]))
        }
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == 33 && Set(spans.map(\.name)) == expected)
    }
}
