import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import Synchronization
import TestSupport
import Testing

@Suite("Periodic reader")
struct PeriodicReaderTests {
    /// A provider and a started reader of one exporter.
    private struct Setup {
        let provider: MetricsProvider
        let reader: PeriodicReader
        let meter: OTelMeter

        init(
            _ exporter: any MetricExporter,
            interval: Duration = .seconds(3600),
            temporality: MetricTemporality = .cumulative,
            cardinalityLimit: Int = 2000
        ) throws {
            let scopes = ScopeTable()
            self.provider = MetricsProvider(scopes: scopes)
            let sink = MetricSink(
                .custom("test sink", exporter),
                interval: interval,
                temporality: temporality,
                cardinalityLimit: cardinalityLimit
            )
            self.reader = try sink.makeReader(
                self.provider,
                resource: EncodedResource(attributes: [:], schemaURL: nil),
                scopes: scopes
            )
            try self.reader.start()
            let scope = OTelScope("m")
            self.meter = OTelMeter(scope, self.provider.meterBackend(scope))
        }
    }

    @Test("collects and exports at its interval", .matrix(121, 127))
    func interval() throws {
        let exporter = WatchedExporter()
        let setup = try Setup(exporter, interval: .milliseconds(20))
        setup.meter.counter("c").add(1)
        #expect(exporter.wait { $0.batches.count >= 3 })
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.batches }.allSatisfy { $0.metrics.map(\.name) == ["c"] })
    }

    @Test("sends nothing when there is nothing to send")
    func empty() throws {
        let exporter = WatchedExporter()
        let setup = try Setup(exporter)
        _ = setup.meter.counter("c")
        #expect(setup.reader.flush(by: .after(.seconds(5))))
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.batches.isEmpty })
        #expect(setup.reader.statistics.accepted == 0)
    }

    @Test("flushes the exporter after a flush's export, and ends it after the last one", .matrix(129, 131))
    func flushAndShutdown() throws {
        let exporter = WatchedExporter()
        let setup = try Setup(exporter)
        let counter = setup.meter.counter("c")
        counter.add(1)
        #expect(setup.reader.flush(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.calls } == ["export", "forceFlush"])
        counter.add(1)
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.calls } == ["export", "forceFlush", "export", "forceFlush", "shutdown"])
        #expect(exporter.state.withLock { $0.batches.last?.metrics.numbers("c") } == [[:]: .int(2)])
        counter.add(1)
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        #expect(setup.reader.flush(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.calls.count } == 5)
        #expect(setup.provider.measurementsAfterShutdown == 1)
        #expect(!counter.isEnabled)
        let scope = OTelScope("new")
        OTelMeter(scope, setup.provider.meterBackend(scope)).counter("c").add(1)
    }

    @Test("counts what is measured while the last collection is being exported")
    func duringTheLastExport() throws {
        let counter = Mutex<OTelCounter<Int>?>(nil)
        let exporter = WatchedExporter { _ throws(ExportError) in
            Threads.run(1) { _ in counter.withLock { $0?.add(1, "k", "v") } }
            return .success
        }
        let setup = try Setup(exporter)
        counter.withLock { $0 = setup.meter.counter("c") }
        counter.withLock { $0?.add(1, "k", "v") }
        #expect(setup.reader.shutdown(by: .after(.seconds(10))))
        #expect(exporter.state.withLock { $0.batches.last?.metrics.numbers("c") } == [["k": "v"]: .int(1)])
        #expect(setup.provider.measurementsAfterShutdown == 1)
    }

    @Test(
        "accounts for each data point by the exporter's answer",
        .matrix(128),
        arguments: [
            (answer: .success(.success), exported: 3, rejected: 0, retries: 0, large: 0, late: 0),
            (
                answer: .success(ExportResult(rejected: 2, message: "no")), exported: 1, rejected: 2, retries: 0,
                large: 0,
                late: 0
            ),
            (answer: .success(ExportResult(rejected: 99)), exported: 0, rejected: 3, retries: 0, large: 0, late: 0),
            (answer: .failure(ExportError(.rejected, "x")), exported: 0, rejected: 3, retries: 0, large: 0, late: 0),
            (answer: .failure(ExportError(.unavailable, "x")), exported: 0, rejected: 0, retries: 3, large: 0, late: 0),
            (answer: .failure(ExportError(.tooLarge, "x")), exported: 0, rejected: 0, retries: 0, large: 3, late: 0),
            (answer: .failure(ExportError(.cancelled, "x")), exported: 0, rejected: 0, retries: 0, large: 0, late: 3),
        ] as [(Result<ExportResult, ExportError>, Int, Int, Int, Int, Int)]
    )
    func accounting(
        answer: Result<ExportResult, ExportError>,
        exported: Int,
        rejected: Int,
        retries: Int,
        large: Int,
        late: Int
    ) throws {
        let setup = try Setup(WatchedExporter { _ throws(ExportError) in try answer.get() })
        setup.meter.counter("c").add(1, ["a": 1])
        setup.meter.counter("c").add(1, ["a": 2])
        setup.meter.histogram("h").record(1)
        #expect(setup.reader.flush(by: .after(.seconds(5))))
        let statistics = setup.reader.statistics
        #expect(statistics.accepted == 3)
        #expect(statistics.exported == exported)
        #expect(statistics.rejected == rejected)
        #expect(statistics.dropped.retriesExhausted == retries)
        #expect(statistics.dropped.tooLarge == large)
        #expect(statistics.dropped.afterShutdown == late)
        #expect(statistics.pending == 0)
        _ = setup.reader.shutdown(by: .after(.seconds(5)))
    }

    @Test("counts differences whose export failed as lost, and goes on with the next interval")
    func lostDelta() throws {
        let exporter = WatchedExporter { calls throws(ExportError) in
            if calls == 1 { throw ExportError(.unavailable, "down") }
            return .success
        }
        let setup = try Setup(exporter, temporality: .delta)
        let counter = setup.meter.counter("c")
        counter.add(1)
        #expect(setup.reader.flush(by: .after(.seconds(5))))
        counter.add(10)
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        #expect(exporter.state.withLock { $0.batches.last?.metrics.numbers("c") } == [[:]: .int(10)])
        #expect(setup.reader.statistics.dropped.total == 1)
        #expect(setup.reader.statistics.exported == 1)
    }

    @Test("never exports twice at once", .matrix(125))
    func serialisedConcurrentSafe() throws {
        let running = Atomic(0)
        let overlapped = Atomic(false)
        let exporter = WatchedExporter { _ throws(ExportError) in
            if running.add(1, ordering: .sequentiallyConsistent).newValue > 1 {
                overlapped.store(true, ordering: .sequentiallyConsistent)
            }
            for _ in 0..<1000 { _ = running.load(ordering: .sequentiallyConsistent) }
            running.subtract(1, ordering: .sequentiallyConsistent)
            return .success
        }
        let setup = try Setup(exporter, interval: .milliseconds(1))
        setup.meter.counter("c").add(1)
        onThreads(4) { _ in
            for _ in 0..<20 { _ = setup.reader.flush(by: .after(.seconds(5))) }
        }
        #expect(setup.reader.shutdown(by: .after(.seconds(5))))
        let hasOverlapped = overlapped.load(ordering: .sequentiallyConsistent)
        #expect(!hasOverlapped)
        #expect(exporter.state.withLock { $0.batches.count } >= 20)
        #expect(setup.reader.statistics.pending == 0)
    }

    @Test("cuts a collection into batches of at most 3.5 MiB, and a large metric into several")
    func largeCollections() throws {
        let exporter = WatchedExporter()
        let setup = try Setup(exporter, cardinalityLimit: 20_000)
        let text = String(repeating: "x", count: 1000)
        for name in ["a", "b"] {
            let counter = setup.meter.counter(name)
            for id in 0..<4000 { counter.add(id, ["id": .int(id), "text": .string(text)]) }
        }
        #expect(setup.reader.shutdown(by: .after(.seconds(20))))
        let batches = exporter.state.withLock { $0.batches }
        #expect(batches.count >= 3)
        #expect(batches.allSatisfy { $0.records.byteCount <= 3_670_016 })
        #expect(batches.map(\.count).reduce(0, +) == 8000)
        let metrics = batches.flatMap(\.metrics)
        for name in ["a", "b"] {
            let numbers = metrics.numbers(name)
            #expect(numbers.count == 4000)
            #expect(numbers[["id": 3999, "text": .string(text)]] == .int(3999))
        }
        #expect(setup.reader.statistics.exported == 8000)
    }

    @Test("shuts down in time when the exporter does not answer")
    func stuckExporter() throws {
        let exporter = StuckExporter()
        let setup = try Setup(exporter)
        setup.meter.counter("c").add(1)
        let began = ContinuousClock.now
        #expect(!setup.reader.shutdown(by: .after(.milliseconds(100))))
        #expect(ContinuousClock.now - began < .seconds(2))
        #expect(exporter.wasCancelled)
        #expect(!setup.meter.counter("c").isEnabled)
        exporter.release()
    }

    @Test(
        "bad settings are errors that name the setting",
        arguments: [
            (sink: MetricSink(.custom("x", WatchedExporter()), interval: .zero), setting: "MetricSink.interval"),
            (sink: MetricSink(.custom("x", WatchedExporter()), interval: .seconds(-1)), setting: "MetricSink.interval"),
            (
                sink: MetricSink(.custom("x", WatchedExporter()), exportTimeout: .seconds(-1)),
                setting: "MetricSink.exportTimeout"
            ),
            (
                sink: MetricSink(.custom("x", WatchedExporter()), cardinalityLimit: 0),
                setting: "MetricSink.cardinalityLimit"
            ),
        ]
    )
    func validation(sink: MetricSink, setting: String) {
        let scopes = ScopeTable()
        let error = #expect(throws: ConfigError.self) {
            try sink.makeReader(
                MetricsProvider(scopes: scopes),
                resource: EncodedResource(attributes: [:], schemaURL: nil),
                scopes: scopes
            )
        }
        #expect(error?.setting == setting)
    }
}

/// Remembers what is called, and answers as it is told; `respond` gets the number of the export.
private final class WatchedExporter: MetricExporter {
    struct State {
        var calls: [String] = []
        var batches: [MetricBatch] = []
    }

    let state = Mutex(State())
    private let respond: @Sendable (Int) throws(ExportError) -> ExportResult

    init(
        _ respond: @escaping @Sendable (Int) throws(ExportError) -> ExportResult = { _ throws(ExportError) in .success }
    ) {
        self.respond = respond
    }

    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        let count = self.state.withLock { state in
            state.calls.append("export")
            state.batches.append(batch)
            return state.batches.count
        }
        return try self.respond(count)
    }

    func forceFlush(by deadline: Deadline) {
        self.state.withLock { $0.calls.append("forceFlush") }
    }

    func shutdown(by deadline: Deadline) {
        self.state.withLock { $0.calls.append("shutdown") }
    }

    /// Waits for at most ten seconds.
    func wait(_ condition: (State) -> Bool) -> Bool {
        let deadline = Deadline.after(.seconds(10))
        while !deadline.isOver {
            if self.state.withLock({ condition($0) }) { return true }
        }
        return false
    }
}

/// Does not return from `export` until it is told to.
private final class StuckExporter: MetricExporter {
    private let state = Mutex((cancelled: false, released: false))

    var wasCancelled: Bool { self.state.withLock { $0.cancelled } }

    func release() { self.state.withLock { $0.released = true } }

    func cancel() { self.state.withLock { $0.cancelled = true } }

    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        while !self.state.withLock({ $0.released }) {}
        throw ExportError(.cancelled, "released")
    }
}
