import Glibc
import OTelAPI
import OTelSDK
import Synchronization

/// Goes on recording while nothing is delivered, and says what that cost.
enum OutageCommand {
    static func run(_ options: Options) {
        let messages = Mutex<[String]>([])
        Diagnostics.setHandler { message in messages.withLock { $0.append("\(message.level) \(message.message)") } }
        let telemetry = options.start()
        let count = options.number("count", 1_000_000)
        record("warm-up", 1000)
        let before = memoryKilobytes("VmHWM")
        for half in 1...2 {
            for index in 0..<(count / 2) { self.recordOne(index) }
            tell("growth\(half)", memoryKilobytes("VmHWM") - before)
        }
        for _ in 0..<options.number("flushes", 0) { telemetry.flushBlocking(timeout: .milliseconds(300)) }
        tell("growth", memoryKilobytes("VmHWM") - before)
        let start = monotonicNanoseconds()
        let report = telemetry.shutdownBlocking(timeout: options.milliseconds("timeout", 1000))
        tell("milliseconds", (monotonicNanoseconds() - start) / 1_000_000)
        tell(report.statistics)
        for message in messages.withLock({ $0 }) { tell("message", message) }
        tell("messages", messages.withLock { $0.count })
    }

    private static func recordOne(_ index: Int) {
        let span = Handles.tracer.startSpan("GET /orders/{id}", kind: .server)
        span.setAttributes { span in
            span.set("http.request.method", "GET")
            span.set("url.path", "/orders/0af7651916cd43dd")
            span.set("http.response.status_code", 200)
            span.set("server.address", "orders.example.com")
            span.set("index", index)
        }
        span.end()
    }
}

/// A line of /proc/self/status, in KiB.
func memoryKilobytes(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = fread(&bytes, 1, bytes.count, file)
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("\(name):") }) else { return 0 }
    return Int(line.filter { $0.isNumber }) ?? 0
}
