import OTLPProto
import OTelAPI
import OTelSDK

@testable import PrometheusExporter

/// An endpoint that is open for one test.
final class OpenEndpoint: Sendable {
    let server: ScrapeServer
    let port: UInt16
    let warnings = Warnings()

    init(
        path: String = "/metrics",
        timeout: Duration = .seconds(20),
        collect: @escaping ScrapeHandler.Collect = { _ in [.counter("requests", .int(3))] }
    ) throws {
        var options = ExpositionOptions()
        options.warn = { [warnings] in warnings.add($1) }
        let bound = BoundPort()
        let handler = ScrapeHandler(
            path: path,
            timeout: timeout,
            resource: ["service.name": "test"],
            options,
            collect: collect
        )
        self.server = ScrapeServer(host: "127.0.0.1", port: 0, bound: bound, handler)
        try self.server.start()
        self.port = bound.value ?? 0
    }

    deinit {
        _ = self.server.stop(by: .after(.seconds(10)))
    }
}
