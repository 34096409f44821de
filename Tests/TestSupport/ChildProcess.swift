package import Foundation

/// A program in a process of its own, with its output in files and every signal at its default.
///
/// Stopped for good when the value goes away.
package final class ChildProcess: @unchecked Sendable {
    // Safety: one test uses it, from one thread at a time.
    package let identifier: pid_t
    private let output: Int32
    private let errors: Int32
    private let input: Int32
    private var ending: Ending?

    /// How it ended.
    package enum Ending: Hashable {
        case exited(Int32)
        case signalled(Int32)
        /// It did not end by itself in the time given, and was killed.
        case stuck
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    package init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        self.output = try Self.makeFile()
        self.errors = try Self.makeFile()
        let (read, write) = try Self.makePipe()
        defer { _ = close(read) }
        self.input = write
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (index, descriptor) in [read, self.output, self.errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var identifier: pid_t = 0
        let code = Self.withCStrings([path] + arguments) { arguments in
            Self.withCStrings(variables) { posix_spawn(&identifier, path, &actions, &attributes, arguments, $0) }
        }
        guard code == 0 else {
            throw Failure(description: "\(path) does not start: \(String(cString: strerror(code)))")
        }
        self.identifier = identifier
    }

    deinit {
        self.stop()
        for descriptor in [self.input, self.output, self.errors] { _ = close(descriptor) }
    }

    package var standardOutput: String { Self.contents(of: self.output) }
    package var standardError: String { Self.contents(of: self.errors) }

    /// Waits for the end; kills the process when it does not come in time.
    @discardableResult
    package func wait(upTo limit: Duration) -> Ending {
        let end = ContinuousClock.now + limit
        while self.poll() == nil {
            if ContinuousClock.now > end {
                self.stop()
                self.ending = .stuck
            } else {
                usleep(1000)
            }
        }
        return self.ending ?? .stuck
    }

    /// Waits until the process has written a line that starts with `prefix`, and returns the rest of it.
    package func waitForLine(_ prefix: String, upTo limit: Duration = .seconds(20)) throws -> String {
        let end = ContinuousClock.now + limit
        while true {
            let hasEnded = self.poll() != nil
            let lines = self.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.hasPrefix(prefix) }) { return String(line.dropFirst(prefix.count)) }
            if hasEnded || ContinuousClock.now > end {
                throw Failure(
                    description: "no \"\(prefix)\" from the child: \(self.standardOutput)\(self.standardError)"
                )
            }
            usleep(1000)
        }
    }

    package func send(signal: Int32) {
        if self.poll() == nil { kill(self.identifier, signal) }
    }

    package func stop() {
        guard self.poll() == nil else { return }
        kill(self.identifier, SIGKILL)
        kill(self.identifier, SIGCONT)
        var status: Int32 = 0
        waitpid(self.identifier, &status, 0)
        self.ending = .signalled(SIGKILL)
    }

    private func poll() -> Ending? {
        if let ending = self.ending { return ending }
        var status: Int32 = 0
        guard waitpid(self.identifier, &status, WNOHANG) == self.identifier else { return nil }
        let signal = status & 0x7f
        self.ending = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
        return self.ending
    }
}

extension ChildProcess {
    /// A file without a name, closed on exec.
    private static func makeFile() throws -> Int32 {
        var template = Array("\(NSTemporaryDirectory())/heliograph-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw Failure(description: "no temporary file: \(String(cString: strerror(errno)))")
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    }

    private static func contents(of descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
