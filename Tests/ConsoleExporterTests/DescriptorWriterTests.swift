import Foundation
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@testable import ConsoleExporter

@Suite("Writing to descriptors", .serialized)
struct DescriptorWriterTests {
    enum Kind: CaseIterable {
        case pipe, socket, terminal

        func make() -> Descriptors {
            switch self {
            case .pipe: .pipe()
            case .socket: .socket()
            case .terminal: .terminal()
            }
        }
    }

    private static func attempt(
        _ writer: DescriptorWriter,
        _ text: String,
        by deadline: Deadline = .after(.seconds(10)),
        unless signal: CancelFlag = CancelFlag()
    ) -> ExportError? {
        Array(text.utf8).withUnsafeBytes { bytes -> ExportError? in
            do throws(ExportError) {
                try writer.write(bytes, by: deadline, unless: signal)
                return nil
            } catch {
                return error
            }
        }
    }

    private static func lines(_ count: Int) -> String {
        (0..<count).map { "line \($0) \(String(repeating: "x", count: 80))\n" }.joined()
    }

    @Test("what nobody reads ends at the deadline", arguments: Kind.allCases)
    func deadline(kind: Kind) {
        let ends = kind.make()
        let writer = DescriptorWriter(ends.write, name: "test")
        let start = ContinuousClock.now
        let error = Self.attempt(writer, Self.lines(5000), by: .after(.milliseconds(300)))
        #expect(error?.code == .unavailable)
        #expect(error.map { $0.message.contains("nobody reads test") } ?? false)
        let taken = ContinuousClock.now - start
        #expect(taken >= .milliseconds(290) && taken < .milliseconds(1500))
    }

    @Test("cancelling ends a write that would wait for ever", arguments: Kind.allCases)
    func cancel(kind: Kind) {
        let ends = kind.make()
        let writer = DescriptorWriter(ends.write, name: "test")
        let signal = CancelFlag()
        let canceller = Thread {
            usleep(100_000)
            signal.raise()
        }
        canceller.start()
        let start = ContinuousClock.now
        let error = Self.attempt(writer, Self.lines(5000), by: .never, unless: signal)
        #expect(error?.code == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test("a slow reader gets every byte", arguments: Kind.allCases)
    func slowReader(kind: Kind) {
        let ends = kind.make()
        let text = Self.lines(3000)
        let received = Mutex<[UInt8]>([])
        let reader = Thread {
            var lines = 0
            while lines < 3000 {
                usleep(1000)
                let bytes = ends.next(16_384)
                lines += bytes.count { $0 == 0x0a }
                received.withLock { $0 += bytes }
            }
        }
        reader.start()
        #expect(Self.attempt(DescriptorWriter(ends.write, name: "test"), text) == nil)
        #expect(Threads.wait { received.withLock { $0.count { $0 == 0x0a } } == 3000 })
        // A terminal turns each line feed into carriage return and line feed.
        let shown = received.withLock { $0.filter { $0 != 0x0d } }
        #expect(String(decoding: shown, as: UTF8.self) == text)
    }

    @Test("the application's descriptor keeps its flags", arguments: Kind.allCases)
    func flags(kind: Kind) {
        let ends = kind.make()
        let before = fcntl(ends.write, F_GETFL)
        #expect(Self.attempt(DescriptorWriter(ends.write, name: "test"), "hello\n") == nil)
        #expect(fcntl(ends.write, F_GETFL) == before)
        #expect(before & O_NONBLOCK == 0)
    }

    @Test("a descriptor that does not block by itself is waited for")
    func nonBlockingPipe() {
        let ends = Descriptors.pipe()
        _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)
        let writer = DescriptorWriter(ends.write, name: "test")
        #expect(Self.attempt(writer, Self.lines(5000), by: .after(.milliseconds(100)))?.code == .unavailable)
    }

    @Test("the deadline holds where a pipe cannot be opened again")
    func cautious() {
        let ends = Descriptors.pipe()
        let writer = DescriptorWriter(ends.write, name: "test", mayOpenAgain: false)
        let start = ContinuousClock.now
        #expect(Self.attempt(writer, Self.lines(5000), by: .after(.milliseconds(300)))?.code == .unavailable)
        #expect(ContinuousClock.now - start < .milliseconds(1500))
    }

    @Test("a line that was cut is finished before the next one begins")
    func cutLine() {
        let ends = Descriptors.pipe()
        let writer = DescriptorWriter(ends.write, name: "test")
        let long = "long \(String(repeating: "y", count: 100_000))\n"
        #expect(Self.attempt(writer, long + "lost\n", by: .after(.milliseconds(50)))?.code == .unavailable)
        let received = Mutex("")
        let reader = Thread {
            let text = ends.text { $0.hasSuffix("next\n") }
            received.withLock { $0 = text }
        }
        reader.start()
        #expect(Self.attempt(writer, "next\n") == nil)
        #expect(Threads.wait { !received.withLock { $0.isEmpty } })
        #expect(received.withLock { $0 } == long + "next\n")
    }

    @Test(
        "what is left of a cut line",
        arguments: [
            (count: 0, rest: ""), (count: 1, rest: "b\n"), (count: 2, rest: "\n"), (count: 3, rest: ""),
            (count: 4, rest: "d\n"), (count: 6, rest: ""),
        ]
    )
    func restOfLine(count: Int, rest: String) {
        Array("ab\ncd\n".utf8).withUnsafeBytes { bytes in
            #expect(DescriptorWriter.restOfLine(bytes, from: count) == Array(rest.utf8))
        }
    }

    @Test("a reader that went away, and a descriptor that was closed, are errors with a reason")
    func brokenAndClosed() {
        let socket = Descriptors.socket()
        socket.closeReader()
        let broken = Self.attempt(DescriptorWriter(socket.write, name: "test"), "hello\n")
        #expect(broken?.code == .unavailable)
        #expect(broken?.message == "test cannot be written to: Broken pipe")
        let closed = Self.attempt(DescriptorWriter(987, name: "test"), "hello\n")
        #expect(closed?.message == "test cannot be written to: Bad file descriptor")
    }

    @Test("a file is written at its present end, and a redirected descriptor is followed")
    func filesAndRedirection() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let paths = ["a", "b"].map { folder.appending(path: $0).path }
        let files = paths.map { open($0, O_WRONLY | O_CREAT, 0o600) }
        defer { for file in files { close(file) } }
        _ = "before\n".withCString { write(files[0], $0, 7) }
        let writer = DescriptorWriter(files[0], name: "test")
        #expect(Self.attempt(writer, "one\n") == nil)
        _ = "between\n".withCString { write(files[0], $0, 8) }
        _ = dup2(files[1], files[0])
        #expect(Self.attempt(writer, "two\n") == nil)
        #expect(
            try paths.map { try String(contentsOfFile: $0, encoding: .utf8) } == ["before\none\nbetween\n", "two\n"]
        )
    }

    @Test("a sink whose terminal is stuck shuts down in time, and its counts add up", arguments: Kind.allCases)
    func stuckSink(kind: Kind) throws {
        let ends = kind.make()
        let text = Collected()
        let telemetry = try Telemetry(
            Config(
                serviceName: "shop",
                sinks: [
                    ConsoleSink(output: .fileDescriptor(ends.write)),
                    ConsoleSink(format: .compact, output: .custom { text.append($0) }),
                ],
                exitTimeout: .zero
            )
        )
        let logger = telemetry.logger("l")
        let filler = String(repeating: "x", count: 1500)
        for number in 0..<400 { logger.info("\(number) \(filler)") }
        // The other sink is not held up.
        #expect(Threads.wait { text.lines.count == 400 })
        let start = ContinuousClock.now
        let report = telemetry.shutdownBlocking(timeout: .milliseconds(500))
        #expect(ContinuousClock.now - start < .milliseconds(1000))
        #expect(!report.isComplete)
        let (stuck, other) = (telemetry.statistics.sinks[0], telemetry.statistics.sinks[1])
        #expect(stuck.accepted == 400 && stuck.pending == 0 && stuck.dropped.total > 0)
        #expect(other.exported == 400 && text.lines.count == 400)
    }
}
