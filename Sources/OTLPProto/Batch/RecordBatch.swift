package import OTelWire

/// What a record is.
///
/// Pipelines of one signal carry one kind; a stream carries spans and log records together.
@usableFromInline package enum RecordKind: UInt8, Sendable {
    case span = 0
    /// The present state of a span that has just begun.
    case spanStart = 1
    case logRecord = 2
    case metric = 3
}

/// The word beside each record in a chunk: its kind above the number of its scope.
@usableFromInline package enum RecordLabel {
    package static let maxScopes: UInt32 = 1 << 24

    @inlinable @inline(__always)
    package static func make(_ kind: RecordKind, scope: UInt32) -> UInt32 {
        UInt32(kind.rawValue) &<< 24 | scope
    }

    package static func kind(_ label: UInt32) -> RecordKind {
        RecordKind(rawValue: UInt8(label >> 24)) ?? .span
    }

    package static func scope(_ label: UInt32) -> UInt32 {
        label & (self.maxScopes - 1)
    }
}

/// Finished records of one signal and one resource, grouped by scope, as they will stand in one OTLP request.
///
/// A record is the complete field of its `Scope…` message (`ScopeSpans.spans`, `ScopeMetrics.metrics`,
/// `ScopeLogs.log_records`: all have number 2), so that a request is envelopes around copies.
package struct RecordBatch: Sendable {
    package let signal: Signal
    package let resource: EncodedResource
    package private(set) var groups: [Group] = []
    /// Spans, log records or data points.
    package private(set) var itemCount = 0
    /// Bytes of all records.
    package private(set) var byteCount = 0
    /// The memory that the records stand in.
    package private(set) var chunks: [Chunk] = []

    /// The records of one scope.
    package struct Group: Sendable {
        package let scope: EncodedScope
        package var records: [Record] = []
        package var byteCount = 0
    }

    /// Where one record stands.
    package struct Record: @unchecked Sendable {
        // Safety: points into a chunk that the batch keeps alive and nobody writes to any more.
        package let bytes: UnsafeRawBufferPointer
        /// Index into `chunks`.
        package let chunk: Int32
        package let items: Int32
        package let kind: RecordKind
    }

    private var places: [UInt32: Int] = [:]
    private var last: (scope: UInt32, place: Int)?

    package init(signal: Signal, resource: EncodedResource) {
        self.signal = signal
        self.resource = resource
    }

    package var isEmpty: Bool { self.groups.isEmpty }

    /// Adds a record that stands in `chunk`.
    ///
    /// `scopeID` tells scopes apart within this batch, and `scope` is asked once for each. `items` is what the record
    /// counts for: 1, or the number of data points of a metric.
    package mutating func add(
        _ bytes: UnsafeRawBufferPointer,
        in chunk: Chunk,
        items: Int = 1,
        kind: RecordKind,
        scopeID: UInt32,
        scope: (UInt32) -> EncodedScope
    ) {
        if self.chunks.last !== chunk { self.chunks.append(chunk) }
        let place = self.place(scopeID, scope)
        let record = Record(
            bytes: bytes,
            chunk: Int32(self.chunks.count - 1),
            items: Int32(clamping: items),
            kind: kind
        )
        self.groups[place].records.append(record)
        self.groups[place].byteCount += bytes.count
        self.itemCount += items
        self.byteCount += bytes.count
    }

    private mutating func place(_ scopeID: UInt32, _ scope: (UInt32) -> EncodedScope) -> Int {
        if let last, last.scope == scopeID { return last.place }
        let place: Int
        if let known = self.places[scopeID] {
            place = known
        } else {
            place = self.groups.count
            self.groups.append(Group(scope: scope(scopeID)))
            self.places[scopeID] = place
        }
        self.last = (scopeID, place)
        return place
    }
}
