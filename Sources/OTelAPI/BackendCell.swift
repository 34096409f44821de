public import COTelRuntime

/// The place where a handle finds its SDK: empty until one is installed, replaced when another one is.
///
/// Reading is one atomic load and no reference count, which is sound because what was ever stored is never freed.
@usableFromInline package final class BackendCell<Backend: AnyObject>: @unchecked Sendable {
    // Safety: `word` is read and written atomically.
    @usableFromInline let word: UnsafeMutablePointer<UInt64>

    package init() {
        self.word = .allocate(capacity: 1)
        self.word.initialize(to: 0)
    }

    deinit {
        self.word.deallocate()
    }

    @inlinable @inline(__always)
    var backend: Unmanaged<Backend>? {
        UnsafeRawPointer(bitPattern: UInt(cotel_load64(self.word))).map { Unmanaged<Backend>.fromOpaque($0) }
    }

    /// Binds the handle.
    ///
    /// The backend stays alive for the rest of the process.
    package func bind(_ backend: Backend) {
        guard self.backend?.toOpaque() != Unmanaged.passUnretained(backend).toOpaque() else { return }
        cotel_store64(self.word, UInt64(UInt(bitPattern: Unmanaged.passRetained(backend).toOpaque())))
    }
}
