import Foundation
import TestSupport
import Testing

/// Runs the program `TelemetryChild`, which is built with the tests.
enum TelemetryProgram {
    /// How a run ended, and what it told.
    struct Run {
        let ending: ChildProcess.Ending
        /// The facts it wrote, `name=value` a line.
        let facts: [String: String]
        let errors: String
        let duration: Duration
        /// On the clock that the program tells its times of.
        let endedAt: Int

        func number(_ name: String) -> Int { self.facts[name].flatMap { Int($0) } ?? -1 }

        /// The time from the moment that it told to its end.
        func milliseconds(since name: String) -> Int { (self.endedAt - self.number(name)) / 1_000_000 }
    }

    static func start(_ command: String, _ options: [String: String]) throws -> ChildProcess {
        try ChildProcess(self.path, [command] + options.map { "\($0.key)=\($0.value)" })
    }

    static func run(_ command: String, _ options: [String: String], limit: Duration = .seconds(30)) throws -> Run {
        let start = ContinuousClock.now
        let child = try self.start(command, options)
        let ending = child.wait(upTo: limit)
        return self.result(of: child, ending, since: start)
    }

    static func result(of child: ChildProcess, _ ending: ChildProcess.Ending, since start: ContinuousClock.Instant)
        -> Run
    {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let pairs = child.standardOutput.split(separator: "\n").map { line -> (String, String) in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Run(
            ending: ending,
            facts: Dictionary(pairs) { $1 },
            errors: child.standardError,
            duration: start.duration(to: .now),
            endedAt: time.tv_sec * 1_000_000_000 + time.tv_nsec
        )
    }

    /// Beside the test bundle.
    private static let path: String = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: executable).deletingLastPathComponent().appending(path: "TelemetryChild").path
    }()
}
