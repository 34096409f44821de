// Dispatch sources may be used from any thread, but do not say so.
@preconcurrency import Dispatch
import Foundation

/// SIGTERM and SIGINT, as a request to end in good order.
struct TerminationSignal: Sendable {
    private let signals: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// Begins to watch for the signals: when this returns, none goes unnoticed, and none ends the process by itself.
    static func watched() async -> TerminationSignal {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGTERM, SIGINT] {
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            signal(number, SIG_IGN)
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
            sources.append(source)
        }
        return TerminationSignal(signals: signals, sources: sources)
    }

    /// Returns when one of the signals has arrived, or when the task is cancelled.
    func received() async {
        for await _ in self.signals { return }
    }
}
