import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("What the specification wants said")
struct DocumentedBehaviourTests {
    /// Remembers the attributes of the spans it was asked about.
    private final class Witness: CustomSampler {
        let description = "Witness"
        private let attributes = Mutex<[OTelAttributes]>([])
        var seen: [OTelAttributes] { self.attributes.withLock { $0 } }

        func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
            self.attributes.withLock { $0.append(candidate.attributes) }
            return SamplingResult(.recordAndSample)
        }
    }

    private func documentation(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
            .replacing("\n", with: " ").replacing(/\s+\/\/\/\s*/, with: " ")
    }

    @Test("attributes at creation are preferred, because samplers see only those", .matrix(12))
    func attributesAtCreation() throws {
        let witness = Witness()
        let recording = try RecordingTelemetry(sampler: .custom(witness))
        _ = recording.record("span", attributes: ["early": 1]) { $0.setAttribute("late", 2) }
        #expect(witness.seen == [["early": 1]])
        let text = try self.documentation("Sources/OTelAPI/Trace/OTelTracer.swift")
        #expect(text.contains("attributes: preferred over setting them later, since samplers see them."))
    }

    @Test("a null value is exported as an empty one and is not the same as no attribute", .matrix(43))
    func nullValues() throws {
        let recording = try RecordingTelemetry()
        let span = try #require(recording.record("span", attributes: ["a": nil, "b": .empty, "c": 1]))
        #expect(span.attributes == ["a": .empty, "b": .empty, "c": 1])
        let text = try self.documentation("Sources/OTelAPI/Attributes/OTelValue.swift")
        #expect(text.contains("No value (null), which is not the same as no attribute."))
    }
}
