import FlyingFox
import Foundation
import OTelAPI
import OTelSDK
import Shop

@main
struct OrderService {
    static func main() async throws {
        guard let arguments = Arguments(CommandLine.arguments) else {
            print(Arguments.usage)
            exit(64)
        }
        let termination = await TerminationSignal.watched()
        let telemetry = try OTel.start(.service(arguments.name, otlp: arguments.otlpEndpoint))

        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: arguments.port), logger: .disabled)
        switch arguments.role {
        case .orders(let paymentPort):
            let orders = OrderServer(payments: PaymentClient(host: "127.0.0.1", port: paymentPort))
            await orders.addRoutes(to: server)
            try await serve(server, until: termination, alongside: { await orders.runBackgroundJobs() })
        case .payments:
            await PaymentServer().addRoutes(to: server)
            try await serve(server, until: termination, alongside: {})
        }

        let report = await telemetry.shutdown(timeout: .seconds(5))
        print(report)
        print(try Accounting(arguments.name, report).json())
    }

    /// Serves until the process is asked to end: then requests are finished first, and `job` after them.
    private static func serve(
        _ server: HTTPServer,
        until termination: TerminationSignal,
        alongside job: @escaping @Sendable () async -> Void
    ) async throws {
        let background = Task { await job() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await server.waitUntilListening()
                await Self.announce(server)
                await termination.received()
            }
            // Whatever ends first: a server that can't listen throws here.
            try await group.next()
            await server.stop(timeout: 1)
            group.cancelAll()
        }
        background.cancel()
        await background.value
    }

    private static func announce(_ server: HTTPServer) async {
        guard case .ip4(let address, let port) = await server.listeningAddress else { return }
        print("listening on http://\(address):\(port)")
        fflush(nil)
        OTel.logger("shop.main").info("listening", ["server.address": .string(address), "server.port": .int(port)])
    }
}
