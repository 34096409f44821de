public import COTelRuntime

/// What all bound instruments are inside: attributes and the way to the series that an SDK keeps for them.
final class BoundCore: Sendable {
    let word = BoundWord()
    private let attributes: OTelAttributes

    init(_ attributes: OTelAttributes) {
        self.attributes = attributes
    }

    deinit {
        self.word.deallocate()
    }

    func bind(_ instrument: OTelInstrumentBackend) {
        if let backend = instrument.bind(self.attributes) { self.word.bind(backend) }
    }
}

/// The place where a bound instrument finds its backend: one that does nothing until an SDK is installed, so that a
/// call has nothing to ask.
///
/// As in `BackendCell`, what was ever stored is never freed.
@usableFromInline
struct BoundWord: @unchecked Sendable {
    // Safety: read and written atomically; lives as long as its core.
    @usableFromInline let word: UnsafeMutablePointer<UInt64>

    private static let none = OTelBoundBackend()

    init() {
        self.word = .allocate(capacity: 1)
        self.word.initialize(to: Self.address(Self.none))
    }

    func deallocate() {
        self.word.deallocate()
    }

    @inlinable @inline(__always)
    var backend: Unmanaged<OTelBoundBackend> {
        let address = UnsafeRawPointer(bitPattern: UInt(cotel_load64(self.word))).unsafelyUnwrapped
        return Unmanaged<OTelBoundBackend>.fromOpaque(address)
    }

    func bind(_ backend: OTelBoundBackend) {
        guard cotel_load64(self.word) != Self.address(backend) else { return }
        cotel_store64(self.word, UInt64(UInt(bitPattern: Unmanaged.passRetained(backend).toOpaque())))
    }

    private static func address(_ backend: OTelBoundBackend) -> UInt64 {
        UInt64(UInt(bitPattern: Unmanaged.passUnretained(backend).toOpaque()))
    }
}
