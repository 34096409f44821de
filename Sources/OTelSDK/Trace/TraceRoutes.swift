import COTelRuntime
import OTLPProto
import OTelWire

/// The ways of spans to the sinks of one telemetry, as the recording path reads them: without a reference count.
struct TraceRoutes: @unchecked Sendable {
    // Safety: never freed, as the backends that read it; written once, in init, but for the bounds, which are read and
    // written atomically.
    private let entries: UnsafeMutablePointer<Entry>
    private let bounds: UnsafeMutablePointer<UInt64>
    let count: Int
    /// Bit mask of the routes that lead to a sink.
    let sinks: UInt64
    /// Whether a sink shows spans when they begin.
    let showsStarts: Bool
    /// Whether a sink has a filter.
    let hasFilters: Bool

    struct Entry {
        let table: SamplingTable
        let queue: Unmanaged<ChunkQueue>
        let sampler: Sampler
        let includesStarts: Bool
        let filter: (@Sendable (SpanView) -> Bool)?
    }

    /// Places of one route in `bounds`: the situations of a `SamplingTable`, padded.
    private static let stride = 8

    /// Processors without a sink get a route of their own that leads nowhere, so that spans are recorded for them.
    init(_ routes: [TraceRoute], hasProcessors: Bool) {
        var entries = routes.map { route in
            Entry(
                table: SamplingTable(route.sampler),
                queue: .passRetained(route.pipeline.queue),
                sampler: route.sampler,
                includesStarts: route.includesStarts,
                filter: route.filter
            )
        }
        if entries.isEmpty && hasProcessors { entries.append(Self.leadingNowhere) }
        self.count = entries.count
        self.sinks = (1 << UInt64(routes.count)) - 1
        self.entries = .allocate(capacity: max(entries.count, 1))
        self.bounds = .allocate(capacity: max(entries.count, 1) * Self.stride)
        self.bounds.initialize(repeating: 0, count: max(entries.count, 1) * Self.stride)
        for (index, entry) in entries.enumerated() {
            (self.entries + index).initialize(to: entry)
            for situation in SamplingTable.Situation.allCases {
                self.bounds[index * Self.stride + situation.rawValue] = entry.table.bound(situation)
            }
        }
        self.showsStarts = entries.contains { $0.includesStarts }
        self.hasFilters = entries.contains { $0.filter != nil }
    }

    private static var leadingNowhere: Entry {
        let sampler = Sampler.parentBased(.alwaysOn)
        return Entry(
            table: SamplingTable(sampler),
            queue: .passRetained(ChunkQueue(maxItems: 1, maxBytes: 4096, wakeItems: 1, wake: {})),
            sampler: sampler,
            includesStarts: false,
            filter: nil
        )
    }

    @inline(__always)
    subscript(index: Int) -> UnsafeMutablePointer<Entry> { self.entries + index }

    /// The bound on trace ids of a route in a situation, by the situation's raw value.
    @inline(__always)
    func bound(_ index: Int, _ situation: Int) -> UInt64 {
        cotel_load64_relaxed(self.bounds + (index &* Self.stride &+ situation))
    }

    /// Looks whether a sampler that had to be asked in a situation has come to a bound.
    func refreshBound(_ index: Int, _ situation: Int) {
        guard let known = SamplingTable.Situation(rawValue: situation) else { return }
        cotel_store64_relaxed(self.bounds + (index * Self.stride + situation), self[index].pointee.sampler.bound(known))
    }
}
