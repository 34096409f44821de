import OTelAPI
import OTelWire

/// The ways of log records to the sinks of one telemetry, as the recording path reads them: without a reference count.
struct LogRoutes: @unchecked Sendable {
    // Safety: written once, in init, and never freed, as the backends that read it.
    private let entries: UnsafeMutablePointer<Entry>
    let count: Int

    struct Entry {
        let minimumSeverity: OTelSeverity
        let queue: Unmanaged<ChunkQueue>

        /// A record without a severity passes every minimum.
        @inline(__always)
        func takes(_ severity: OTelSeverity) -> Bool {
            severity >= self.minimumSeverity || severity == .unspecified
        }
    }

    init(_ routes: [LogRoute]) {
        self.count = routes.count
        self.entries = .allocate(capacity: max(routes.count, 1))
        for (index, route) in routes.enumerated() {
            let entry = Entry(minimumSeverity: route.minimumSeverity, queue: .passRetained(route.pipeline.queue))
            (self.entries + index).initialize(to: entry)
        }
    }

    @inline(__always)
    subscript(index: Int) -> UnsafeMutablePointer<Entry> { self.entries + index }

    /// Whether any sink takes records of this severity.
    @inline(__always)
    func take(_ severity: OTelSeverity) -> Bool {
        for index in 0..<self.count where self[index].pointee.takes(severity) { return true }
        return false
    }
}
