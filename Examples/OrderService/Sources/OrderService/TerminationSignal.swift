import Dispatch
import Foundation

/// Returns when SIGTERM or SIGINT arrives, or when the task is cancelled.
func terminationSignal() async {
    let signals = AsyncStream<Void> { continuation in
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
    }
    for await _ in signals { return }
}
