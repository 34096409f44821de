import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

/// Handles of ended spans, used while other threads start spans in the same slots.
@Suite("Stale handles on many threads")
struct StaleHandleTests {
    @Test("calls on a span that has ended elsewhere never reach the span that took its place")
    func staleConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        let current = Mutex(OTelSpan.invalid)
        Threads.run(4) { thread in
            for index in 0..<1500 {
                if thread < 2 {
                    let span = recording.tracer.startSpan("\(thread)-\(index)", parent: .root)
                    current.withLock { $0 = span }
                    span.end()
                } else {
                    let span = current.withLock { $0 }
                    let isRecording = span.isRecording
                    span.end(at: OTelTimestamp(unixNanoseconds: UInt64.max))
                    if !isRecording { span.setAttribute("late", true) }
                    span.end()
                }
            }
        }
        let spans = recording.spans
        #expect(spans.count == 3000)
        #expect(Set(spans.map(\.name)).count == 3000)
        #expect(spans.allSatisfy { $0.attributes.isEmpty })
    }

    @Test("children of a span that is ending elsewhere have a time that makes sense")
    func childOfEndingConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        let second: UInt64 = 1_000_000_000
        let earliest = OTelTimestamp(unixNanoseconds: OTelTimestamp.now.unixNanoseconds - second)
        let current = Mutex(OTelSpan.invalid)
        Threads.run(4) { thread in
            for _ in 0..<1500 {
                if thread < 2 {
                    let span = recording.tracer.startSpan("parent", parent: .root)
                    current.withLock { $0 = span }
                    span.end()
                } else {
                    let parent = current.withLock { $0 }
                    recording.tracer.startSpan("child", parent: OTelContext.root.with(parent)).end()
                }
            }
        }
        let latest = OTelTimestamp(unixNanoseconds: OTelTimestamp.now.unixNanoseconds + second)
        let spans = recording.spans
        #expect(spans.count == 6000)
        #expect(spans.allSatisfy { $0.startTime >= earliest && $0.startTime <= latest })
        #expect(spans.allSatisfy { ($0.endTime ?? $0.startTime) <= latest })
    }

    @Test("tracers are taken and reconfigured and the telemetry shut down at once, and none records after that")
    func configuratorConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        let accepted = Threads.run(4) { thread -> Int in
            for index in 0..<300 {
                switch thread {
                case 0:
                    recording.telemetry.configureTracers(
                        TracerConfigurator { TracerConfig(isEnabled: $0.name.hasSuffix("\(index % 10)")) }
                    )
                case 1 where index == 250:
                    _ = recording.telemetry.shutdownBlocking(timeout: .seconds(5))
                default:
                    recording.telemetry.tracer("lib-\(index % 50)").startSpan("x", parent: .root).end()
                }
            }
            return recording.spanStatistics.accepted
        }
        #expect(accepted.count == 4)
        let late = recording.telemetry.tracer("lib-299").startSpan("late", parent: .root)
        #expect(!late.isRecording)
    }
}
