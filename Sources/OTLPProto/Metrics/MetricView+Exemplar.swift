public import OTelAPI
import OTelWire

extension MetricView {
    /// One of the measurements behind a point (`specification/metrics/data-model.md`, "Exemplars").
    public struct Exemplar: Sendable, Hashable {
        /// What was measured.
        public var value: Number
        /// When.
        public var time: OTelTimestamp
        /// The trace that was current.
        public var traceID: OTelTraceID?
        /// The span that was current.
        public var spanID: OTelSpanID?
        /// The attributes of the measurement that its point does not have.
        public var filteredAttributes: OTelAttributes

        /// A measurement outside traces, but for what is given.
        public init(
            _ value: Number,
            time: OTelTimestamp,
            traceID: OTelTraceID? = nil,
            spanID: OTelSpanID? = nil,
            filteredAttributes: OTelAttributes = [:]
        ) {
            self.value = value
            self.time = time
            self.traceID = traceID
            self.spanID = spanID
            self.filteredAttributes = filteredAttributes
        }
    }
}

extension MetricView.Exemplar {
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(.int(0), time: .unknown, filteredAttributes: ValueDecoder.attributes(bytes, number: 7))
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (2, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
            case (3, .fixed64(let bits)): self.value = .double(Double(bitPattern: bits))
            case (4, .bytes(let id)): self.spanID = OTelSpanID(bytes: id)
            case (5, .bytes(let id)): self.traceID = OTelTraceID(bytes: id)
            case (6, .fixed64(let bits)): self.value = .int(Int64(bitPattern: bits))
            default: ()
            }
        }
    }
}
