import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization

/// Answers requests: collects, and writes what it gets in the format that the client prefers.
///
/// Any thread may call; a scrape takes a thread of its own, so that it ends in time whatever callbacks of observable
/// instruments do.
final class ScrapeHandler: Sendable {
    typealias Collect = @Sendable (_ deadline: Deadline) -> [MetricView]

    private let path: String
    private let timeout: Duration
    private let resource: OTelAttributes
    private let options: ExpositionOptions
    private let collect: Collect
    private let converter = Mutex(MetricConverter())

    init(
        path: String,
        timeout: Duration,
        resource: OTelAttributes,
        _ options: ExpositionOptions,
        collect: @escaping Collect
    ) {
        self.path = path
        self.timeout = timeout
        self.resource = resource
        self.options = options
        self.collect = collect
    }

    func answer(_ request: ScrapeRequest) -> ScrapeResponse {
        guard request.path == self.path else { return ScrapeResponse(404, "Metrics are at \(self.path)") }
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = ScrapeResponse(405, "Metrics are there for GET and HEAD")
            response.headers.append(("Allow", "GET, HEAD"))
            return response
        }
        let timeout = min(self.timeout, request.timeout.flatMap(Self.duration) ?? self.timeout)
        return self.scrape(ExpositionFormat(accept: request.accept), within: timeout)
    }

    private func scrape(_ format: ExpositionFormat, within timeout: Duration) -> ScrapeResponse {
        let deadline = Deadline.after(timeout)
        // Leaves some time to write what has come.
        let collected = Deadline.after(timeout / 10 * 9)
        let result = Monitor<ScrapeResponse?>(nil)
        let started = BackgroundThread.start("otel-scrape") {
            let response = self.scrape(format, by: collected)
            result.update { $0 = response }
        }
        guard started else { return ScrapeResponse(503, "The system refuses a thread for the collection") }
        return result.wait(until: deadline) { $0 } ?? self.late(timeout)
    }

    private func scrape(_ format: ExpositionFormat, by deadline: Deadline) -> ScrapeResponse {
        let views = self.collect(deadline)
        let metrics = self.converter.withLock { $0.convert(views, warn: self.options.warn) }
        let exposition = Exposition(of: metrics, resource: self.resource, self.options, format)
        return ScrapeResponse(200, contentType: format.contentType, body: exposition.bytes)
    }

    private func late(_ timeout: Duration) -> ScrapeResponse {
        let text = "The collection takes longer than \(timeout)"
        self.options.warn("Prometheus timeout", "Prometheus: a scrape is not answered: \(text)")
        return ScrapeResponse(503, text)
    }

    /// What a header says, if it is something to go by.
    private static func duration(_ seconds: String) -> Duration? {
        Double(seconds).flatMap { $0 >= 0.001 && $0 <= 3600 ? .milliseconds(Int64($0 * 1000)) : nil }
    }
}
