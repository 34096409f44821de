import OTLPProto
import OTelHTTP
public import OTelSDK
import OTelWire

/// Sends telemetry to an OTLP receiver over HTTP, as protobuf.
///
/// One exporter serves one signal of one sink and is called by its pipeline's thread alone. A request that cannot be
/// delivered is given up after one attempt and counted; nothing is retried. Redirects are not followed. See the OTLP
/// specification, "OTLP/HTTP".
public final class OTLPHTTPExporter: @unchecked Sendable {
    // Safety: `request` and `gzip` are touched by `export` alone, which the pipeline calls from one thread; the client
    // says itself what any thread may call.
    private let client: HTTPClient
    private let configuration: Configuration
    private var request = ByteBuffer(capacity: 64 * 1024)
    private var gzip = GzipEncoder()

    /// What OTLP allows a client to send in one request, before compression.
    static let maxRequestBytes = 64 * 1024 * 1024
    /// A buffer that one large request made larger than this is given back after use.
    private static let keptCapacity = 4 * 1024 * 1024

    /// Checks the configuration; connects to nothing before the first export.
    public init(_ configuration: Configuration) throws(ConfigError) {
        var client = HTTPClient.Configuration(url: configuration.url, userAgent: Self.userAgent)
        client.headers = configuration.headers.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        client.connectTimeout = configuration.timeout
        do throws(HTTPClient.ConfigurationError) {
            self.client = try HTTPClient(client)
        } catch {
            throw configuration.error(error)
        }
        self.configuration = configuration
    }

    private static let userAgent =
        "\(SDKInformation.name)/\(SDKInformation.version) OTel-OTLP-Exporter-Swift/\(SDKInformation.version)"

    /// Sends one request and judges the answer.
    private func send(_ batch: RecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        let size = OTLPRequest.size(of: batch)
        guard size <= Self.maxRequestBytes else {
            throw ExportError(.tooLarge, "the request has \(size) bytes; OTLP allows \(Self.maxRequestBytes)")
        }
        self.request.removeAll()
        OTLPRequest.encode(batch, into: &self.request)
        defer { if self.request.capacity > Self.keptCapacity { self.request = ByteBuffer(capacity: 64 * 1024) } }
        return try OTLPAnswer.judge(self.post(timeout: min(self.configuration.timeout, deadline.remaining)))
    }

    private func post(timeout: Duration) -> HTTPOutcome {
        self.request.withUnsafeBytes { body in
            guard self.configuration.compression == .gzip else { return self.post(body, nil, timeout) }
            // Without memory for compression the request goes out as it is.
            return self.gzip.withCompressed(body, level: 1) { self.post($0, "gzip", timeout) }
                ?? self.post(body, nil, timeout)
        }
    }

    private func post(_ body: UnsafeRawBufferPointer, _ encoding: String?, _ timeout: Duration) -> HTTPOutcome {
        self.client.post(
            body,
            contentType: "application/x-protobuf",
            contentEncoding: encoding,
            extraHeaders: [],
            timeout: timeout
        )
    }
}

extension OTLPHTTPExporter: SpanExporter, LogRecordExporter, MetricExporter {
    /// Sends the batch as one request.
    public func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.send(batch.records, by: deadline)
    }

    /// Sends the batch as one request.
    public func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.send(batch.records, by: deadline)
    }

    /// Sends the batch as one request.
    public func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.send(batch.records, by: deadline)
    }

    /// Closes the connection.
    public func shutdown(by deadline: Deadline) {
        self.client.discardConnections()
    }

    /// Ends the request in flight; later ones fail at once.
    public func cancel() {
        self.client.cancel()
    }

    /// Leaves the connection to the parent process.
    public func resetAfterFork() {
        self.client.discardConnections()
    }
}
