import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import Synchronization

/// A provider with readers that export into memory when told to.
final class MetricsHarness: Sendable {
    let provider: MetricsProvider
    let readers: [MemoryReader]

    convenience init(
        _ temporality: MetricTemporality = .cumulative,
        cardinalityLimit: Int = 2000
    ) throws {
        try self.init([(temporality, cardinalityLimit)])
    }

    init(_ readers: [(MetricTemporality, Int)]) throws {
        let scopes = ScopeTable()
        let provider = MetricsProvider(scopes: scopes)
        self.provider = provider
        self.readers = try readers.map { temporality, limit in
            try MemoryReader(provider, scopes, temporality: temporality, cardinalityLimit: limit)
        }
    }

    deinit {
        for reader in self.readers { _ = reader.reader.shutdown(by: .after(.seconds(5))) }
    }

    func meter(_ name: String = "test", version: String? = nil) -> OTelMeter {
        let scope = OTelScope(name, version: version)
        return OTelMeter(scope, self.provider.meterBackend(scope))
    }

    /// What the first reader collects now.
    func collect() throws -> [MetricView] {
        try self.readers[0].collect()
    }
}

/// A periodic reader of one hour, flushed by hand.
final class MemoryReader: Sendable {
    let reader: PeriodicReader
    let exporter: MemoryMetricExporter

    init(
        _ provider: MetricsProvider,
        _ scopes: ScopeTable,
        temporality: MetricTemporality,
        cardinalityLimit: Int
    ) throws {
        let exporter = MemoryMetricExporter()
        self.exporter = exporter
        let sink = MetricSink(
            .custom("memory", exporter),
            interval: .seconds(3600),
            temporality: temporality,
            cardinalityLimit: cardinalityLimit
        )
        self.reader = try sink.makeReader(
            provider,
            resource: EncodedResource(attributes: ["service.name": "test"], schemaURL: nil),
            scopes: scopes
        )
        try self.reader.start()
    }

    func collect() throws -> [MetricView] {
        let deadline = Deadline.after(.seconds(20))
        // False, too, where a test's callbacks fail.
        _ = self.reader.flush(by: deadline)
        guard !deadline.isOver else { throw HarnessError.timeout }
        return self.exporter.take().flatMap(\.metrics)
    }
}

enum HarnessError: Error { case timeout }

final class MemoryMetricExporter: MetricExporter {
    private let state = Mutex<[MetricBatch]>([])
    private let respond: @Sendable () throws(ExportError) -> ExportResult

    init(_ respond: @escaping @Sendable () throws(ExportError) -> ExportResult = { () throws(ExportError) in .success })
    {
        self.respond = respond
    }

    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.state.withLock { $0.append(batch) }
        return try self.respond()
    }

    func take() -> [MetricBatch] {
        self.state.withLock { batches in
            defer { batches = [] }
            return batches
        }
    }
}

extension [MetricView] {
    func named(_ name: String) -> MetricView? { self.first { $0.name == name } }

    /// The points of all metrics of a name, by their attributes.
    func numbers(_ name: String) -> [OTelAttributes: MetricView.Number] {
        let points = self.filter { $0.name == name }.flatMap(\.numberPoints)
        return Dictionary(points.map { ($0.attributes, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    func histogram(_ name: String, _ attributes: OTelAttributes = [:]) -> MetricView.HistogramPoint? {
        self.named(name)?.histogramPoints.first { $0.attributes == attributes }
    }
}
