/// Runs one blocking call for several pipelines, or several telemetries, at once, so that a stuck one does not use up the others' time.
enum Fanout {
    /// Whether `body` was true for all of them; returns by about `deadline`.
    static func all<Element: Sendable>(
        _ elements: [Element],
        by deadline: Deadline,
        _ body: @escaping @Sendable (Element) -> Bool
    ) -> Bool {
        guard elements.count > 1 else { return elements.allSatisfy(body) }
        // Each body keeps to the deadline itself, plus what cancelling takes.
        return self.run(elements, until: Deadline(nanoseconds: deadline.nanoseconds &+ 400_000_000), body)
    }

    /// The same, for calls into the application's code, of which even a single one may never come back.
    static func allIsolated<Element: Sendable>(
        _ elements: [Element],
        by deadline: Deadline,
        _ body: @escaping @Sendable (Element) -> Bool
    ) -> Bool {
        self.run(elements, until: Deadline(nanoseconds: deadline.nanoseconds &+ 100_000_000), body)
    }

    private static func run<Element: Sendable>(
        _ elements: [Element],
        until limit: Deadline,
        _ body: @escaping @Sendable (Element) -> Bool
    ) -> Bool {
        if elements.isEmpty { return true }
        let results = Monitor<[Bool]>([])
        for element in elements {
            let run: @Sendable () -> Void = {
                let result = body(element)
                results.update { $0.append(result) }
            }
            if !BackgroundThread.start("otel-wait", run) { run() }
        }
        return results.wait(until: limit) { $0.count == elements.count ? $0.allSatisfy { $0 } : nil } ?? false
    }
}
