/// Runs one blocking call on several pipelines at once, so that a stuck one does not use up the others' time.
enum Fanout {
    /// Whether `body` was true for all of them; returns by about `deadline`.
    static func all(
        _ pipelines: [any Pipeline],
        by deadline: Deadline,
        _ body: @escaping @Sendable (any Pipeline) -> Bool
    ) -> Bool {
        guard pipelines.count > 1 else { return pipelines.allSatisfy(body) }
        let results = Monitor<[Bool]>([])
        for pipeline in pipelines {
            let run: @Sendable () -> Void = {
                let result = body(pipeline)
                results.update { $0.append(result) }
            }
            if !BackgroundThread.start("otel-wait", run) { run() }
        }
        // Each body keeps to the deadline itself, plus what cancelling takes.
        let grace = Deadline(nanoseconds: deadline.nanoseconds &+ 400_000_000)
        return results.wait(until: grace) { $0.count == pipelines.count ? $0.allSatisfy { $0 } : nil } ?? false
    }
}
