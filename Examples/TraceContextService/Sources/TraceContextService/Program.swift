import Foundation
import OTelAPI
import OTelSDK

@main
struct Program {
    /// How long requests may take to finish once the program was asked to end.
    private static let grace = Duration.seconds(4)

    static func main() async {
        guard let arguments = Arguments(CommandLine.arguments, environment: ProcessInfo.processInfo.environment) else {
            self.fail(Arguments.usage, status: EX_USAGE)
        }
        do {
            let telemetry = try OTel.start(.service(environment: ProcessInfo.processInfo.environment))
            try await self.serve(arguments)
            let report = await telemetry.shutdown(timeout: .seconds(5))
            if !report.isComplete { self.complain("\(report)") }
        } catch {
            self.fail("\(error)", status: EXIT_FAILURE)
        }
    }

    /// Serves until the process is asked to end, and then until the requests that are there are answered.
    private static func serve(_ arguments: Arguments) async throws {
        let termination = await TerminationSignal.watched()
        let server = try await HTTPServer.bind(host: arguments.host, port: arguments.port)
        let relay = Relay()
        let address = HTTPAddress(host: arguments.host, port: server.port, target: Relay.route)
        print("listening on \(address.url)")
        fflush(nil)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(relay.answer) }
            group.addTask {
                await termination.received()
                server.stop()
                try await Task.sleep(for: self.grace)
            }
            // Whatever ends first: the server when all is answered, or the grace.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func fail(_ message: String, status: Int32) -> Never {
        self.complain(message)
        exit(status)
    }

    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data("trace-context-service: \(message)\n".utf8))
    }
}
