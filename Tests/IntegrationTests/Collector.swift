import Foundation
import TestSupport

/// The test collector, running for one test.
final class Collector: Sendable {
    private let process: ChildProcess
    private let admin: AdminClient
    private let port: Int

    init() throws {
        let root = Self.root
        self.process = try ChildProcess(
            Self.python.get(),
            ["\(root)/Tools/Collector/collector.py", "--exit-with-parent"]
        )
        let line = try self.process.waitForLine("{")
        let ports = try JSONDecoder().decode([String: Int].self, from: Data("{\(line)".utf8))
        self.port = ports["http"] ?? 0
        self.admin = AdminClient(port: UInt16(ports["admin"] ?? 0))
    }

    /// What `otlpHTTP(endpoint:)` takes.
    var endpoint: String { "http://127.0.0.1:\(self.port)" }

    /// What it has received.
    struct State: Decodable {
        let requests, spans, logs, points, connections, bytes, decodedBytes, violationCount: Int
        let encodings: [String: Int]
        let violations: [JSON]
        let reached: Bool?
    }

    struct Request: Decodable {
        let signal: String?
        let path: String
        let headers: [String: String]
        let encoding: String?
        let items, connection: Int
        let answer: JSON?
    }

    func state() throws -> State {
        try self.admin.get("/state")
    }

    /// Waits until that many spans and log records are stored.
    func wait(spans: Int = 0, logs: Int = 0, requests: Int = 0, upTo seconds: Int = 20) throws -> State {
        try self.admin.get("/wait?spans=\(spans)&logs=\(logs)&requests=\(requests)&timeout=\(seconds)")
    }

    func requests() throws -> [Request] {
        try self.admin.get("/requests")
    }

    /// Stored spans; `typed` keeps the types of attribute values.
    func spans<Span: Decodable>(as: Span.Type = JSON.self) throws -> [Span] {
        try self.admin.get("/spans?typed=1")
    }

    func logs<Log: Decodable>(as: Log.Type = JSON.self) throws -> [Log] {
        try self.admin.get("/logs?typed=1")
    }

    func metrics<Metric: Decodable>(as: Metric.Type = JSON.self) throws -> [Metric] {
        try self.admin.get("/metrics?typed=1")
    }

    /// Orders a fault, in the collector's own JSON.
    func order(_ fault: String) throws {
        try self.admin.send("POST", "/faults", fault)
    }

    /// Ends all faults; requests that they hold are answered.
    func clearFaults() throws {
        try self.admin.send("DELETE", "/faults")
    }

    /// Forgets everything, and ends all faults.
    func reset() throws {
        try self.admin.send("POST", "/reset")
    }

    func stop() {
        self.process.stop()
    }

    static let root: String = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The interpreter that has the collector's packages.
    private static let python = Result<String, any Error> { () throws -> String in
        if let path = ProcessInfo.processInfo.environment["HELIOGRAPH_PYTHON"] { return path }
        let script = try ChildProcess("/usr/bin/env", ["bash", "\(Collector.root)/Scripts/collector-env"])
        guard script.wait(upTo: .seconds(300)) == .exited(0) else {
            throw ChildProcess.Failure(description: "Scripts/collector-env: \(script.standardError)")
        }
        return script.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
