import COTelCurl

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The sockets that one session has open, so that a forked child can let go of them.
///
/// Used by one thread at a time, as the session is; but the child may look in at any moment of the parent's work.
/// Hence a fixed table, in which each change is one store.
final class CurlSocketRegistry {
    /// A session needs one connection, and two or three while it tries several addresses.
    ///
    /// Sockets beyond the table work as well: only a forked child would not close them.
    private static let capacity = 16
    private static let unused: Int32 = -1
    private let descriptors = UnsafeMutableBufferPointer<Int32>.allocate(capacity: CurlSocketRegistry.capacity)

    init() {
        self.descriptors.initialize(repeating: Self.unused)
    }

    deinit {
        self.descriptors.deallocate()
    }

    /// Makes libcurl open and close its sockets here.
    ///
    /// The registry must outlive the handle and its connections.
    func attach(to easy: UnsafeMutableRawPointer) -> CURLcode {
        COTelCurl_setSocketFunctions(easy, openSocket, closeSocket, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Closes the child's copies: the parent's connections stay as they are, and end when the parent ends them.
    func closeInherited() {
        for index in self.descriptors.indices where self.descriptors[index] != Self.unused {
            _ = close(self.descriptors[index])
            self.descriptors[index] = Self.unused
        }
    }

    fileprivate func open(_ address: UnsafePointer<curl_sockaddr>) -> Int32 {
        let descriptor = COTelCurl_openSocket(address)
        if descriptor >= 0 { self.replace(Self.unused, with: descriptor) }
        return descriptor
    }

    fileprivate func closed(_ descriptor: Int32) -> Int32 {
        self.replace(descriptor, with: Self.unused)
        return close(descriptor)
    }

    private func replace(_ old: Int32, with new: Int32) {
        if let index = self.descriptors.firstIndex(of: old) { self.descriptors[index] = new }
    }
}

private let openSocket: curl_opensocket_callback = { context, _, address in
    guard let context, let address else { return -1 }
    return Unmanaged<CurlSocketRegistry>.fromOpaque(context).takeUnretainedValue().open(address)
}

private let closeSocket: curl_closesocket_callback = { context, descriptor in
    guard let context else { return close(descriptor) }
    return Unmanaged<CurlSocketRegistry>.fromOpaque(context).takeUnretainedValue().closed(descriptor)
}
