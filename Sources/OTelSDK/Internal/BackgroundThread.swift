import COTelRuntime

/// A detached thread of the SDK's own, on which telemetry is suppressed: what runs there records nothing.
package enum BackgroundThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread; false when the system refuses one.
    ///
    /// At most 15 characters of `name` are shown.
    package static func start(_ name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
        let body = Unmanaged.passRetained(Body(run))
        let started = cotel_thread_start(
            name,
            { opaque in
                cotel_thread_get().pointee.suppressed = 1
                Unmanaged<Body>.fromOpaque(opaque).takeRetainedValue().run()
            },
            body.toOpaque()
        )
        if !started { body.release() }
        return started
    }
}
