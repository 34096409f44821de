import Glibc
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

/// What the command line says.
struct Options: Sendable {
    let command: String
    private let values: [String: String]

    init(_ arguments: [String]) {
        self.command = arguments.count > 1 ? arguments[1] : ""
        let pairs = arguments.dropFirst(2).map { argument -> (String, String) in
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        self.values = Dictionary(pairs) { $1 }
    }

    func text(_ name: String, _ standard: String = "") -> String { self.values[name] ?? standard }
    func number(_ name: String, _ standard: Int) -> Int { self.values[name].flatMap { Int($0) } ?? standard }
    func milliseconds(_ name: String, _ standard: Int) -> Duration { .milliseconds(self.number(name, standard)) }
}

extension Options {
    /// The configuration that most commands start.
    var config: Config {
        let processor = RecordProcessor.batch(
            maxQueueSize: self.number("queue", 16_384),
            scheduledDelay: self.milliseconds("delay", 60_000)
        )
        let endpoint = self.text("endpoint")
        return Config(
            serviceName: "child",
            sinks: [
                TraceSink(.otlpHTTP(endpoint: endpoint), processor: processor),
                LogSink(.otlpHTTP(endpoint: endpoint), processor: processor),
                MetricSink(.otlpHTTP(endpoint: endpoint), interval: .seconds(600), temporality: .delta),
            ],
            exitTimeout: self.milliseconds("exit-timeout", 2000)
        )
    }

    /// The global telemetry; ends the process when it does not start.
    func start() -> Telemetry {
        do {
            return try OTel.start(self.config)
        } catch {
            tell("error", "\(error)")
            exit(3)
        }
    }
}

/// Handles as libraries keep them, taken whenever first used.
enum Handles {
    static let tracer = OTel.tracer("child")
    static let logger = OTel.logger("child")
    static let counter = OTel.meter("child").counter("records")
}

/// Records `count` spans and as many log records, named by `prefix` and their numbers, and measures how many they are.
func record(_ prefix: String, _ count: Int) {
    for index in 0..<count {
        Handles.tracer.withSpan("\(prefix)-\(index)", attributes: ["index": .int(index)]) { _ in
            Handles.logger.info("\(prefix)-\(index)")
            Handles.counter.add(1)
        }
    }
}

/// Writes one fact, at once and in one piece.
func tell(_ name: String, _ value: some Sendable & CustomStringConvertible) {
    let line = Array("\(name)=\(value)\n".utf8)
    _ = write(STDOUT_FILENO, line, line.count)
}

/// Writes the counts of each sink.
func tell(_ statistics: TelemetryStatistics) {
    for (index, sink) in statistics.sinks.enumerated() {
        tell("sink\(index).accepted", sink.accepted)
        tell("sink\(index).exported", sink.exported)
        tell("sink\(index).rejected", sink.rejected)
        tell("sink\(index).dropped", sink.dropped.total)
        tell("sink\(index).dropped.afterShutdown", sink.dropped.afterShutdown)
        tell("sink\(index).pending", sink.pending)
    }
}

/// The present of a clock that all processes share.
func monotonicNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Starts a thread and leaves it alone.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    pthread_create(
        &thread,
        nil,
        { opaque in
            opaque.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
            return nil
        },
        argument
    )
    pthread_detach(thread)
}
