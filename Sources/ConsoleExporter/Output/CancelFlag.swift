import Synchronization

/// A flag that any thread may raise and that a waiting writer looks at every 50 ms.
///
/// It has no lock, so that a fork at any moment leaves it usable.
final class CancelFlag: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { self.raised.load(ordering: .acquiring) }

    func raise() {
        self.raised.store(true, ordering: .releasing)
    }

    func clear() {
        self.raised.store(false, ordering: .releasing)
    }
}
