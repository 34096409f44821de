/// What all bound instruments are inside: attributes and the way to the series that an SDK keeps for them.
@usableFromInline
final class BoundCore: Sendable {
    @usableFromInline let cell = BackendCell<OTelBoundBackend>()
    private let attributes: OTelAttributes

    init(_ attributes: OTelAttributes) {
        self.attributes = attributes
    }

    func bind(_ instrument: OTelInstrumentBackend) {
        if let backend = instrument.bind(self.attributes) { self.cell.bind(backend) }
    }
}
