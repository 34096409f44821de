#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension CurlSession {
    /// Frees the session on a thread of its own, which waits for the name lookup in the caller's place.
    ///
    /// There are at most as many such threads as transfers can start and time out while the C library gives up one
    /// lookup (5 to 30 s by default).
    consuming func releaseElsewhere() {
        let box = Unmanaged.passRetained(Box(self))
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { releaseBox($0) }, box.toOpaque())
        guard code == 0, let thread else { return }
        #else
        var thread = pthread_t()
        // On failure the session is leaked: freeing it here would wait.
        guard pthread_create(&thread, nil, { releaseBox($0) }, box.toOpaque()) == 0 else { return }
        #endif
        pthread_detach(thread)
    }

    /// Leaves the session's memory as it is for ever, for a forked child: freeing it would send on the parent's
    /// connections and rely on state that was perhaps being changed at the fork.
    consuming func leak() {
        _ = Unmanaged.passRetained(Box(self))
    }

    private final class Box {
        private let session: CurlSession

        init(_ session: consuming CurlSession) {
            self.session = session
        }
    }
}

private func releaseBox(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<AnyObject>.fromOpaque(context).release() }
    return nil
}
