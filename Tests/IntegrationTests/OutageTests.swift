import TestSupport
import Testing

@Suite("A long outage", .serialized, .ownThread)
struct OutageTests {
    @Test(
        "memory stays bounded, every item is counted, and states are reported, not attempts",
        arguments: [Fault.refuse, .stall] + Fault.all.filter { ["reset", "503, Retry-After 3600"].contains($0.name) }
    )
    func memory(fault: Fault) throws {
        let count = fault.name == "refuse" ? 1_000_000 : 150_000
        let collector = try Collector()
        try collector.order(fault.order)
        let run = try TelemetryProgram.run(
            "outage",
            ["endpoint": collector.endpoint, "count": "\(count)", "delay": "20"],
            limit: .seconds(60)
        )
        #expect(run.ending == .exited(0))
        // KiB: the byte budget of one queue; in the second half of the run, much less than its records' bytes.
        #expect(run.number("growth") < 16 * 1024 * 11 / 10)
        #expect(run.number("growth2") - run.number("growth1") < 6 * 1024)
        #expect(run.number("milliseconds") < 1500)
        #expect(run.number("sink0.accepted") == count + 1000)
        #expect(run.number("sink0.dropped") + run.number("sink0.rejected") == count + 1000)
        #expect(run.number("sink0.exported") == 0 && run.number("sink0.pending") == 0)
        #expect((1...6).contains(run.number("messages")), "\(run.facts)")
    }

    @Test(
        "answers without end do not fill the memory",
        .matrix(251),
        arguments: [
            #"{"kind":"huge","bytes":1073741824}"#, #"{"kind":"huge","bytes":268435456,"gzip":true}"#,
        ]
    )
    func hugeAnswers(fault: String) throws {
        let collector = try Collector()
        try collector.order(fault)
        let run = try TelemetryProgram.run(
            "outage",
            ["endpoint": collector.endpoint, "count": "2000", "flushes": "3"]
        )
        #expect(run.ending == .exited(0))
        // What the SDK reads of an answer is limited, for each sink.
        #expect(run.number("growth") < 48 * 1024)
        #expect(run.number("sink0.pending") == 0)
        #expect((1...6).contains(run.number("messages")), "\(run.facts)")
    }
}
