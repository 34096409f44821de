import OTLPProto
import OTelAPI
import OTelSDK

/// A telemetry of a test's own, whose readers collect when they are told to.
final class ManualTelemetry: Sendable {
    let telemetry: Telemetry
    let readers: [ManualMetricReader]
    /// Of a name that no other test uses, so that messages about it can be told from others.
    let meter: OTelMeter

    init(
        _ readers: [ManualMetricReader] = [ManualMetricReader()],
        views: [InstrumentView] = [],
        _ configure: (inout Config) -> Void = { _ in }
    ) throws {
        var config = Config(serviceName: "test", sinks: readers, views: views, exitTimeout: .zero)
        configure(&config)
        self.readers = readers
        self.telemetry = try Telemetry(config)
        self.meter = self.telemetry.meter("meter \(UInt64.random(in: 0 ... .max))")
    }

    deinit {
        self.telemetry.shutdownBlocking(timeout: .seconds(1))
    }

    /// What a reader collects now.
    func collect(_ reader: Int = 0) -> [MetricView] {
        self.readers[reader].collect().metrics
    }

    /// What the SDK says about the meter while something runs.
    func messages(_ body: () throws -> Void) rethrows -> [String] {
        try DiagnosticsCapture.during(mentioning: self.meter.scope.name, body)
    }
}
