import Foundation
import TestSupport

/// A Prometheus of its own that scrapes one endpoint every second, running for one test.
final class PrometheusProcess {
    private let process: ChildProcess
    private let folder: URL
    private let port: UInt16

    init(scraping target: UInt16) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "prometheus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        let configuration = """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: test
                static_configs: [{targets: ["127.0.0.1:\(target)"]}]
            """
        let file = self.folder.appending(path: "prometheus.yml")
        try Data(configuration.utf8).write(to: file)
        // Free a moment ago: it does not tell which port it took.
        let (descriptor, port) = try ScriptedServer.listen(backlog: 1)
        close(descriptor)
        self.port = port
        self.process = try ChildProcess(
            "/usr/bin/prometheus",
            [
                "--config.file=\(file.path)", "--storage.tsdb.path=\(self.folder.appending(path: "data").path)",
                "--web.listen-address=127.0.0.1:\(port)", "--enable-feature=exemplar-storage",
            ]
        )
    }

    deinit {
        self.process.stop()
        try? FileManager.default.removeItem(at: self.folder)
    }

    /// Waits until it has scraped the endpoint twice; its reasons otherwise.
    func waitForScrapes() -> String? {
        let isScraped = Threads.wait(upTo: .seconds(60)) {
            (try? self.query("count_over_time(up[1m]) >= 2 and up == 1").isEmpty) == false
        }
        return isScraped ? nil : "\((try? self.text("targets")) ?? "")\n\(self.process.standardError)"
    }

    /// One series of an answer.
    struct Series: Decodable {
        let metric: [String: String]
        let value: Value

        /// A number as text behind its time.
        struct Value: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = try container.decode(Double.self)
                self.text = try container.decode(String.self)
            }
        }
    }

    func query(_ query: String) throws -> [Series] {
        struct Result: Decodable { let result: [Series] }
        return try self.get("query", ["query": query], as: Result.self).result
    }

    /// The values of a query, by one label.
    func values(_ query: String, by label: String) throws -> [String: String] {
        Dictionary(try self.query(query).map { ($0.metric[label] ?? "", $0.value.text) }) { first, _ in first }
    }

    struct Exemplar: Decodable {
        let labels: [String: String]
        let value: String
        let timestamp: Double
    }

    func exemplars(_ query: String) throws -> [Exemplar] {
        struct Series: Decodable { let exemplars: [Exemplar] }
        let range = ["start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"]
        let parameters = range.merging(["query": query]) { $1 }
        return try self.get("query_exemplars", parameters, as: [Series].self).flatMap(\.exemplars)
    }

    struct Metadata: Decodable {
        let metric, type, help, unit: String
    }

    func metadata() throws -> [String: Metadata] {
        let all = try self.get("targets/metadata", [:], as: [Metadata].self)
        return Dictionary(all.map { ($0.metric, $0) }) { first, _ in first }
    }

    private func get<Result: Decodable>(
        _ path: String,
        _ parameters: [String: String],
        as: Result.Type
    ) throws -> Result {
        let query = parameters.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let text = try self.text("\(path)?\(query.joined(separator: "&"))")
        return try JSONDecoder().decode(Answer<Result>.self, from: Data(text.utf8)).data
    }

    private func text(_ path: String) throws -> String {
        try RawClient.getUntilEnd(self.port, "/api/v1/\(path)")
    }
}

private struct Answer<Result: Decodable>: Decodable { let data: Result }
