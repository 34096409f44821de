import Foundation
import OTelSDK

/// The final counts of every sink, for programs: one line of JSON.
struct Accounting: Encodable {
    struct Sink: Encodable {
        var name: String
        var signal: String?
        var accepted: Int
        var exported: Int
        var rejected: Int
        var dropped: Int
        var pending: Int
    }

    var service: String
    var complete: Bool
    var sinks: [Sink]

    init(_ service: String, _ report: TelemetryReport) {
        self.service = service
        self.complete = report.isComplete
        self.sinks = report.statistics.sinks.map {
            Sink(
                name: $0.name,
                signal: $0.signal?.rawValue,
                accepted: $0.accepted,
                exported: $0.exported,
                rejected: $0.rejected,
                dropped: $0.dropped.total,
                pending: $0.pending
            )
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
