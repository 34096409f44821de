import Foundation

/// A plain thread that nobody waits for.
enum DetachedThread {
    static func run(_ body: @escaping @Sendable () -> Void) {
        Thread(block: body).start()
    }
}
