import OTelAPI
import OTelSDK

enum LogCases {
    static let all = [
        BenchmarkCase("log.2attr.dictionary") {
            let (telemetry, logger) = try pipeline(.trace)
            let request = Request.sample
            return .recording(telemetry) { count in for _ in 0..<count { log(logger, request.route, request.size) } }
        },
        BenchmarkCase("log.disabled") {
            let (telemetry, logger) = try pipeline(.error)
            return .recording(telemetry, records: 0) { count in for _ in 0..<count { ask(logger) } }
        },
    ]

    private static func pipeline(_ minimum: OTelSeverity) throws -> (Telemetry, OTelLogger) {
        let sink = LogSink(.custom("discard", DiscardingExporter()), minimumSeverity: minimum, processor: .bursts)
        let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [sink]))
        return (telemetry, telemetry.logger("bench"))
    }
}

@inline(never)
private func log(_ logger: OTelLogger, _ route: String, _ items: Int) {
    logger.info("order placed", ["url.path": .string(route), "items": .int(items)])
}

@inline(never)
private func ask(_ logger: OTelLogger) {
    if logger.isEnabled(.debug) { use(logger) }
}
