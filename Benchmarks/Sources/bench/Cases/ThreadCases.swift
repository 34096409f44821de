import OTelAPI
import OTelSDK

/// What a second thread costs the first.
enum ThreadCases {
    /// Spans of 5 attributes, a counter with 3, and work that shares nothing: two hardware threads of one core slow that
    /// down, too.
    static func measure() throws -> String {
        let sinks: [any Sink] = [
            TraceSink(.custom("discard", DiscardingExporter()), processor: .bursts),
            MetricSink(.custom("discard", DiscardingExporter()), interval: .seconds(3600)),
        ]
        let telemetry = try Telemetry(Config(serviceName: "bench", sinks: sinks, exemplarFilter: .alwaysOff))
        let tracer = telemetry.tracer("bench")
        let counter = telemetry.meter("bench").counter("orders")
        let request = Request.sample
        let results = try TwoThreads(
            [
                { for _ in 0..<TwoThreads.size { fiveAttributes(tracer, request) } },
                { for _ in 0..<TwoThreads.size { addShort(counter, request.route) } },
                { for number in 0..<TwoThreads.size { ownWork(UInt64(number)) } },
            ],
            settle: { telemetry.flushBlocking() }
        ).measure()
        let counts = telemetry.statistics.sinks[0]
        guard counts.exported == 3 * results[0].bursts * TwoThreads.size else { throw Failure(counts.description) }
        return #"{"spans":\#(results[0].description),"counters":\#(results[1].description),"#
            + #""nothing_shared":\#(results[2].description)}"#
    }
}

/// As long as a span, on memory of its own, with as many instructions at once as a core can do.
@inline(never)
private func ownWork(_ seed: UInt64) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { words in
        for index in 0..<64 { words[index] = seed &+ UInt64(index) }
        use(words[0])
        for round in 0..<6 {
            for index in 0..<64 { words[index] = (words[index] ^ UInt64(round)) &+ words[(index &+ 7) & 63] >> 3 }
            use(words[0])
        }
    }
}
