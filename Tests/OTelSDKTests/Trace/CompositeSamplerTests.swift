import OTLPProto
import OTelAPI
import Synchronization
import TestSupport
import Testing

@testable import OTelSDK

@Suite("Composite samplers")
struct CompositeSamplerTests {
    private func sampler(_ name: CompositeVector.Name) -> Sampler {
        switch name {
        case .on: .composite(.alwaysOn)
        case .off: .composite(.alwaysOff)
        case .half: .composite(.probability(0.5))
        case .eighth: .composite(.probability(0.125))
        case .parentOn: .composite(.parentThreshold(.alwaysOn))
        case .parentQuarter: .composite(.parentThreshold(.probability(0.25)))
        }
    }

    @Test("decide as another implementation does, with the same entry ot", .matrix(63))
    func vectors() throws {
        for vector in pythonCompositeDecisions {
            let situation: SamplingTable.Situation =
                switch vector.parent {
                case .none: .root
                case .sampled: .remoteSampled
                case .notSampled: .remoteNotSampled
                }
            let parent = vector.parent == .none ? OTelContext.root : sampledParent(vector.low, vector.header)
            let candidate = Self.candidate(parent, low: vector.low)
            let result = self.sampler(vector.name).decide(situation, candidate)
            #expect((result.decision == .recordAndSample) == (vector.entry != nil), "\(vector)")
            let state = result.traceState ?? OTelTraceState(validHeader: vector.header)
            let subKeys = Set((state["ot"] ?? "").split(separator: ";"))
            if let entry = vector.entry {
                #expect(subKeys == Set(entry.split(separator: ";")), "\(vector)")
            } else {
                #expect(!subKeys.contains { $0.hasPrefix("th:") }, "\(vector)")
            }
            #expect(state["v"] == OTelTraceState(validHeader: vector.header)["v"])
        }
    }

    private static func candidate(_ parent: OTelContext, low: UInt64) -> SpanCandidate {
        SpanCandidate(
            parent: parent,
            traceID: OTelTraceID(high: 1, low: low),
            name: "x",
            kind: .internal,
            attributes: [:],
            links: []
        )
    }

    @Test("a tree of rules decides on roots, and children follow", .matrix(63))
    func tree() throws {
        let recording = try RecordingTelemetry(
            sampler: .composite(
                .parentThreshold(
                    .ruleBased([
                        .when(.attributeValues("http.route", ["/health"]), .alwaysOff),
                        .when(.spanKinds([.server]), .annotating(["rule": "server"], .alwaysOn)),
                        .otherwise(.probability(0x1p-56)),
                    ])
                )
            )
        )
        let tracer = recording.tracer
        let health = tracer.startSpan("h", kind: .server, parent: .root, attributes: ["http.route": "/health"])
        let server = tracer.startSpan("s", kind: .server, parent: .root, attributes: ["http.route": "/"])
        let other = tracer.startSpan("o", parent: .root)
        #expect(!health.isRecording && server.isRecording && !other.isRecording)
        for (parent, sampled) in [(health, false), (server, true), (other, false)] {
            let child = tracer.startSpan("c", kind: .server, parent: OTelContext(span: parent))
            #expect(child.isRecording == sampled)
            #expect(child.context.traceState.header == (sampled ? "ot=th:0" : ""))
            child.end()
            parent.end()
        }
        let spans = recording.spans
        #expect(spans.map(\.name) == ["c", "s"])
        #expect(spans.map(\.context.traceState.header) == ["ot=th:0", "ot=th:0"])
        #expect(spans.last?.attributes == ["http.route": "/", "rule": "server"])
    }

    @Test("no rule that fits samples nothing, and the first that fits decides", .matrix(63))
    func rules() throws {
        let recording = try RecordingTelemetry(
            sampler: .composite(
                .ruleBased([
                    .when(.spanKinds([.client]), .alwaysOn), .when(.spanKinds([.client, .server]), .alwaysOff),
                ])
            )
        )
        for (kind, sampled) in [(OTelSpanKind.client, true), (.server, false), (.internal, false)] {
            let span = recording.tracer.startSpan("x", kind: kind, parent: .root)
            #expect(span.isRecording == sampled)
            span.end()
        }
    }

    @Test("annotations join those of the delegate and win, on sampled spans only", .matrix(63))
    func annotating() throws {
        let inner = ComposableAnnotating(["a": 1, "b": 1], .probability(0.5))
        let sampler = Sampler.composite(.annotating(["b": 2], inner))
        for (low, sampled) in [(0xff_ffff_ffff_ffff, true), (1, false)] as [(UInt64, Bool)] {
            let result = sampler.decide(
                .remoteSampled,
                Self.candidate(sampledParent(low), low: low)
            )
            #expect(result.attributes == (sampled ? ["a": 1, "b": 2] : [:]))
        }
    }

    @Test("an unreliable threshold is compared with fresh random bits, and leaves no th", .matrix(63))
    func unreliable() throws {
        let sampler = Sampler.composite(
            Wish { _ in SamplingIntent(threshold: 1 << 55, isAdjustedCountReliable: false) }
        )
        // By the trace id none of these would be sampled, and by rv all.
        for header in ["ot=th:4;p:1", "ot=rv:ffffffffffffff;p:1;th:4"] {
            let candidate = Self.candidate(sampledParent(0, header), low: 0)
            var sampled = 0
            for _ in 0..<1_000 {
                let result = sampler.decide(.remoteSampled, candidate)
                sampled += result.decision == .recordAndSample ? 1 : 0
                #expect(result.traceState?["ot"] == (header.contains("rv") ? "rv:ffffffffffffff;p:1" : "p:1"))
            }
            // Ten standard deviations.
            #expect((342...658).contains(sampled))
        }
    }

    @Test("a threshold of 2^56 and more samples nothing", arguments: [1 << 56, .max] as [UInt64])
    func tooHigh(threshold: UInt64) {
        for isReliable in [true, false] {
            let wish = Wish { _ in SamplingIntent(threshold: threshold, isAdjustedCountReliable: isReliable) }
            let candidate = Self.candidate(sampledParent(.max, "ot=rv:ffffffffffffff"), low: .max)
            #expect(
                Sampler.composite(wish).decide(.remoteSampled, candidate).decision
                    == .drop
            )
        }
    }

    @Test("a sampler changes the trace state, but not its entry ot", .matrix(63))
    func traceStateProvider() {
        let seen = Mutex<[String]>([])
        let wish = Wish { request in
            var intent = SamplingIntent(threshold: 1 << 55, isAdjustedCountReliable: true)
            intent.traceState = { state, decision in
                seen.withLock { $0.append("\(state) \(decision)") }
                return state.setting("ot", "th:1;rv:00000000000000").setting("v", "2").removing("w")
            }
            return intent
        }
        for (low, expected) in [
            (0xff_ffff_ffff_ffff, "ot=th:8;rv:ffffffffffffff,v=2"), (1, "ot=rv:00000000000001,v=2"),
        ] as [(UInt64, String)] {
            let header = low == 1 ? "w=1,v=1,ot=rv:00000000000001;th:0" : "w=1,v=1,ot=rv:ffffffffffffff"
            let candidate = Self.candidate(sampledParent(low, header), low: low)
            #expect(
                Sampler.composite(wish).decide(.remoteSampled, candidate).traceState?
                    .header == expected
            )
        }
        #expect(seen.withLock { $0.map { String($0.suffix(5)) } } == ["ample", " drop"])
        let root = Sampler.composite(wish).decide(
            .root,
            Self.candidate(.root, low: .max)
        )
        #expect(root.traceState?.header == "ot=th:8,v=2" || root.traceState?.header == "v=2,ot=th:8")
    }

    @Test("samplers see the span and its parent, with the threshold and decision of the parent")
    func request() throws {
        let link = OTelLink(sampledParent(5).span.context)
        let seen = Mutex<[SamplingIntent.Request]>([])
        let wish = Wish { request in
            seen.withLock { $0.append(request) }
            return SamplingIntent(threshold: 0, isAdjustedCountReliable: true)
        }
        let recording = try RecordingTelemetry(sampler: .composite(wish))
        let remote = sampledParent(9, "ot=th:8", flags: .random)
        let span = recording.tracer.startSpan("n", kind: .client, parent: remote, attributes: ["a": 1], links: [link])
        recording.tracer.startSpan("c", parent: OTelContext(span: span)).end()
        recording.tracer.startSpan("r", parent: .root).end()
        span.end()
        let requests = seen.withLock { $0 }
        try #require(requests.map(\.name) == ["n", "c", "r"])
        #expect(requests[0].kind == .client && requests[0].attributes == ["a": 1] && requests[0].links == [link])
        #expect(requests[0].parent.span == remote.span)
        #expect(requests.map(\.parentLocation) == [.remote, .local, .none])
        #expect(requests.map(\.isParentSampled) == [false, true, false])
        #expect(requests.map(\.parentThreshold) == [1 << 55, 0, nil])
    }

    @Test(
        "errors name the setting",
        arguments: [
            (sampler: .composite(.probability(2)), setting: "composite.probability"),
            (sampler: .composite(.parentThreshold(.probability(-1))), setting: "composite.root.probability"),
            (sampler: .composite(.annotating([:], .probability(.nan))), setting: "composite.delegate.probability"),
            (
                sampler: .parentBased(.composite(.ruleBased([.otherwise(.alwaysOn), .otherwise(.probability(9))]))),
                setting: "root.composite.rules[1].probability"
            ),
        ] as [(sampler: Sampler, setting: String)]
    )
    func invalid(sampler: Sampler, setting: String) {
        let error = #expect(throws: ConfigError.self) { _ = try RecordingTelemetry(sampler: sampler) }
        #expect(error?.setting == "TraceSink.sampler.\(setting)")
    }

    @Test(
        "descriptions name the whole tree",
        arguments: [
            (sampler: .composite(.alwaysOn), text: "ComposableAlwaysOn"),
            (sampler: .composite(.alwaysOff), text: "ComposableAlwaysOff"),
            (
                sampler: .composite(.parentThreshold(.probability(0.25))),
                text: "ComposableParentThreshold{root=ComposableProbability{0.250000}}"
            ),
            (
                sampler: .composite(.ruleBased([.when(.spanKinds([.server]), .alwaysOff), .otherwise(.alwaysOn)])),
                text: "ComposableRuleBased{[(kind in [server]:ComposableAlwaysOff),(always:ComposableAlwaysOn)]}"
            ),
            (
                sampler: .composite(.annotating(["a": 1], .alwaysOn)),
                text: "ComposableAnnotating{ComposableAlwaysOn,{\"a\":1}}"
            ),
        ] as [(sampler: Sampler, text: String)]
    )
    func description(sampler: Sampler, text: String) {
        #expect(sampler.description == "CompositeSampler{\(text)}")
    }

    /// A composable sampler that answers as told.
    private struct Wish: ComposableSampler {
        let intent: @Sendable (SamplingIntent.Request) -> SamplingIntent
        var description: String { "Wish" }

        init(_ intent: @escaping @Sendable (SamplingIntent.Request) -> SamplingIntent) {
            self.intent = intent
        }

        func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent { self.intent(request) }
    }
}

extension Sampler {
    fileprivate func decide(_ situation: SamplingTable.Situation, _ candidate: SpanCandidate) -> SamplingResult {
        self.decide(situation, parent: candidate.parent.span, traceLow: candidate.traceID.low) { candidate }
    }
}
