// Sends 200 000 spans of 5 attributes over OTLP/HTTP, with the default settings, and prints, as JSON, what that took.
//
//   pipeline flood URL none|gzip     as fast as possible; waits before the queue overflows
//   pipeline steady URL none|gzip    20 000 a second for 10 s; never waits

import Glibc
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

let spans = 200_000

@inline(never)
func record(_ tracer: OTelTracer, _ number: Int) {
    let span = tracer.startSpan("GET /orders", kind: .server)
    span.setAttribute("http.request.method", "GET")
    span.setAttribute("url.path", "/api/orders/4711/items")
    span.setAttribute("http.response.status_code", 200)
    span.setAttribute("http.response.body.size", number)
    span.setAttribute("retry", false)
    span.end()
}

/// Looks at the queue only as often as it must: what was free then can be filled without looking again.
func flood(_ tracer: OTelTracer, _ telemetry: Telemetry) {
    // A batch is counted as exported a moment before its place in the queue is free.
    let capacity = RecordProcessor.batch.maxQueueSize - RecordProcessor.batch.maxExportBatchSize
    var free = capacity
    for number in 0..<spans {
        while free == 0 {
            free = max(0, capacity - telemetry.statistics.sinks[0].pending)
            if free == 0 { usleep(50) }
        }
        record(tracer, number)
        free -= 1
    }
}

/// Returns the memory in use when a quarter was done, in kilobytes.
func steady(_ tracer: OTelTracer) -> Int {
    let perMillisecond = 20
    var memory = 0
    var next = monotonic()
    for millisecond in 0..<spans / perMillisecond {
        if millisecond == spans / perMillisecond / 4 { memory = kilobytes("VmRSS:") }
        for number in 0..<perMillisecond { record(tracer, millisecond * perMillisecond + number) }
        next += 1_000_000
        var time = timespec(tv_sec: Int(next / 1_000_000_000), tv_nsec: Int(next % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) != 0 {}
    }
    return memory
}

func monotonic() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// A line of the process's status: `VmHWM:` is the most memory that it had at once, `VmRSS:` what it has now.
///
/// `getrusage` would tell the parent's, too.
func kilobytes(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
        if strncmp(line, name, name.utf8.count) == 0 {
            return line.dropFirst(name.utf8.count).withUnsafeBufferPointer { $0.baseAddress.map(atol) ?? 0 }
        }
    }
    return 0
}

func main(mode: String, url: String, compression: OTLPHTTPExporter.Compression) throws {
    let sink = TraceSink(.otlpHTTP(endpoint: url, compression: compression))
    let telemetry = try Telemetry(Config(serviceName: "pipeline", sinks: [sink]))
    let tracer = telemetry.tracer("pipeline")
    var growth = 0
    let start = monotonic()
    if mode == "steady" {
        let before = steady(tracer)
        growth = kilobytes("VmRSS:") - before
    } else {
        flood(tracer, telemetry)
    }
    let report = telemetry.shutdownBlocking(timeout: .seconds(30))
    let seconds = Double(monotonic() - start) / 1e9
    let counts = report.statistics.sinks[0]
    let cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) / 1000
    print(
        #"{"spans":\#(spans),"delivered":\#(counts.exported),"seconds":\#(seconds),"cpu_us":\#(cpu),"#
            + #""peak_kb":\#(kilobytes("VmHWM:")),"growth_kb":\#(growth)}"#
    )
}

let words = CommandLine.arguments.dropFirst()
guard words.count == 3 else {
    print("usage: pipeline flood|steady URL none|gzip")
    exit(2)
}
try main(mode: words[1], url: words[2], compression: words[3] == "gzip" ? .gzip : .none)
