import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Exemplar filters")
struct ExemplarFilterTests {
    /// How a measurement comes to its span.
    enum Surroundings: CaseIterable {
        case none, sampled, unsampled, remoteSampled, remoteUnsampled, attached
    }

    private static func withTelemetry(
        _ filter: ExemplarFilter?,
        sampler: Sampler = .parentBased(.alwaysOn),
        views: [InstrumentView] = [],
        _ body: (RecordingTelemetry, ManualMetricReader) throws -> Void
    ) throws {
        let reader = ManualMetricReader()
        let recording = try RecordingTelemetry(sampler: sampler) { config in
            config.sinks.append(reader)
            config.views = views
            if let filter { config.exemplarFilter = filter }
        }
        try body(recording, reader)
    }

    /// Runs `body` there and returns the context that was current.
    private static func run(
        _ surroundings: Surroundings,
        _ recording: RecordingTelemetry,
        _ body: () -> Void
    ) -> OTelSpanContext {
        func inside() -> OTelSpanContext {
            body()
            return OTelContext.current.span.context
        }
        switch surroundings {
        case .none: return OTelContext.withValue(.root, inside)
        case .sampled, .unsampled: return recording.tracer.withSpan("span", parent: .root) { _ in inside() }
        case .remoteSampled: return OTelContext.withValue(.inSpan(7, sampled: true), inside)
        case .remoteUnsampled: return OTelContext.withValue(.inSpan(7, sampled: false), inside)
        case .attached:
            let token = OTelContext.inSpan(7, sampled: true).attach()
            defer { token.detach() }
            return inside()
        }
    }

    @Test(
        "let measurements pass by the span that is current, which becomes part of the exemplar",
        .matrix(133, 135, 136, 137, 138, 141, 142),
        arguments: [nil, .traceBased, .alwaysOn, .alwaysOff] as [ExemplarFilter?],
        Surroundings.allCases
    )
    func filters(filter: ExemplarFilter?, surroundings: Surroundings) throws {
        let sampler: Sampler = surroundings == .unsampled ? .alwaysOff : .parentBased(.alwaysOn)
        try Self.withTelemetry(filter, sampler: sampler) { recording, reader in
            let counter = recording.telemetry.meter("test").counter("c")
            let before = OTelTimestamp.now
            let span = Self.run(surroundings, recording) { counter.add(3) }
            let after = OTelTimestamp.now
            let point = try #require(reader.collect().metrics.named("c")?.numberPoints.first)
            let isSampled = [.sampled, .remoteSampled, .attached].contains(surroundings)
            let passes = filter == .alwaysOn || filter != .alwaysOff && isSampled
            #expect(point.exemplars.count == (passes ? 1 : 0))
            guard let exemplar = point.exemplars.first else { return }
            #expect(exemplar.value == .int(3))
            #expect(exemplar.traceID == (span.isValid ? span.traceID : nil))
            #expect(exemplar.spanID == (span.isValid ? span.spanID : nil))
            #expect(before <= exemplar.time && exemplar.time <= after)
            #expect(exemplar.filteredAttributes == [:])
        }
    }

    @Test("let measurements of all kinds of synchronous instruments pass", .matrix(133, 136))
    func kinds() throws {
        let exponential = InstrumentView(InstrumentSelector(name: "exponential"), aggregation: .exponentialHistogram)
        try Self.withTelemetry(.traceBased, views: [exponential]) { recording, reader in
            let meter = recording.telemetry.meter("test")
            let span = recording.tracer.withSpan("span", parent: .root) { span in
                meter.counter("int").add(1)
                meter.counter("double", of: Double.self).add(1.5, ["a": 1])
                meter.counter("short").add(1, "a", 1)
                meter.counter("bound").bound(["a": 1]).add(1)
                meter.upDownCounter("upDown").add(-1)
                meter.gauge("gauge", of: Double.self).record(-0.5)
                meter.histogram("histogram").record(7)
                meter.histogram("exponential", of: Double.self).record(0.25)
                return span.context
            }
            let exemplars = Dictionary(
                uniqueKeysWithValues: reader.collect().metrics.map { ($0.name, $0.points[0].exemplars) }
            )
            #expect(exemplars.mapValues { $0.map(\.spanID) }.values.allSatisfy { $0 == [span.spanID] })
            #expect(exemplars.mapValues { $0.map(\.traceID) }.values.allSatisfy { $0 == [span.traceID] })
            #expect(
                exemplars.mapValues { $0.map(\.value) } == [
                    "int": [.int(1)], "double": [.double(1.5)], "short": [.int(1)], "bound": [.int(1)],
                    "upDown": [.int(-1)], "gauge": [.double(-0.5)], "histogram": [.int(7)],
                    "exponential": [.double(0.25)],
                ]
            )
        }
    }

    @Test(
        "let observations of callbacks, which have no span, pass only where all measurements do",
        .matrix(137),
        arguments: [(.traceBased, 0), (.alwaysOn, 1), (.alwaysOff, 0)] as [(ExemplarFilter, Int)]
    )
    func asynchronous(filter: ExemplarFilter, count: Int) throws {
        try Self.withTelemetry(filter) { recording, reader in
            let meter = recording.telemetry.meter("test")
            meter.observableCounter("counter") { $0.observe(3) }
            meter.observableUpDownCounter("upDown", of: Double.self) { $0.observe(-3) }
            meter.observableGauge("gauge") { $0.observe(3) }
            // Whoever collects may be inside a span.
            let metrics = recording.tracer.withSpan("span", parent: .root) { _ in reader.collect().metrics }
            #expect(metrics.count == 3)
            for point in metrics.flatMap(\.numberPoints) {
                #expect(point.exemplars.count == count)
                #expect(point.exemplars.allSatisfy { $0.value == point.value && $0.time == point.time })
                #expect(point.exemplars.allSatisfy { $0.spanID == nil && $0.traceID == nil })
            }
        }
    }

    @Test("that let nothing pass make no reservoir", .matrix(134, 138))
    func offMakesNothing() throws {
        let made = Atomic(0)
        let view = InstrumentView(
            InstrumentSelector(),
            exemplarReservoir: .custom {
                made.add(1, ordering: .relaxed)
                return RecordingReservoir()
            }
        )
        for (filter, expected) in [(ExemplarFilter.alwaysOff, 0), (.traceBased, 1)] {
            try Self.withTelemetry(filter, views: [view]) { recording, reader in
                let meter = recording.telemetry.meter("test")
                let counter = meter.counter("c")
                meter.observableCounter("observed") { $0.observe(1) }
                counter.add(1)
                OTelContext.withValue(.inSpan(7, sampled: true)) {
                    counter.add(1)
                }
                #expect(reader.collect().metrics.count == 2)
                #expect(made.load(ordering: .relaxed) == expected)
            }
        }
    }

    @Test("see nothing of what is measured where telemetry is suppressed")
    func suppressed() throws {
        try Self.withTelemetry(.alwaysOn) { recording, reader in
            let counter = recording.telemetry.meter("test").counter("c")
            counter.add(1)
            let context = OTelContext.inSpan(7, sampled: true).suppressingTelemetry()
            OTelContext.withValue(context) { counter.add(10) }
            let point = try #require(reader.collect().metrics.named("c")?.numberPoints.first)
            #expect(point.value == .int(1))
            #expect(point.exemplars.map(\.value) == [.int(1)])
        }
    }
}
