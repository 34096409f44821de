// Exports one span to the URL given, says when it had arrived (nanoseconds of the monotonic clock), and ends.

import Glibc
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

let sink = TraceSink(.otlpHTTP(endpoint: CommandLine.arguments.last ?? ""))
let telemetry = try OTel.start(Config(serviceName: "consumer", sinks: [sink]))
OTel.tracer("consumer").withSpan("first") { _ in }
let report = telemetry.flushBlocking()

var now = timespec()
clock_gettime(CLOCK_MONOTONIC, &now)
guard report.isComplete else {
    print(report)
    exit(1)
}
print(now.tv_sec * 1_000_000_000 + now.tv_nsec)
telemetry.shutdownBlocking()
