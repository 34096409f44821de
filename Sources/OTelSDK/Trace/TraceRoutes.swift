import OTelWire

/// The ways of spans to the sinks of one telemetry, as the recording path reads them: without a reference count.
struct TraceRoutes: @unchecked Sendable {
    // Safety: written once, in init, and never freed, as the backends that read it.
    private let entries: UnsafeMutablePointer<Entry>
    let count: Int
    /// Whether a custom sampler has to be asked for some spans.
    let needsCandidate: Bool
    /// Whether a sink shows spans when they begin.
    let showsStarts: Bool

    struct Entry {
        let table: SamplingTable
        let queue: Unmanaged<ChunkQueue>
        let sampler: Sampler
        let includesStarts: Bool
    }

    init(_ routes: [TraceRoute]) {
        self.count = routes.count
        self.entries = .allocate(capacity: max(routes.count, 1))
        for (index, route) in routes.enumerated() {
            let entry = Entry(
                table: SamplingTable(route.sampler),
                queue: .passRetained(route.pipeline.queue),
                sampler: route.sampler,
                includesStarts: route.includesStarts
            )
            (self.entries + index).initialize(to: entry)
        }
        self.needsCandidate = routes.contains { SamplingTable($0.sampler).needsCandidate }
        self.showsStarts = routes.contains { $0.includesStarts }
    }

    @inline(__always)
    subscript(index: Int) -> UnsafeMutablePointer<Entry> { self.entries + index }
}
