import TestSupport
import Testing

@testable import OTelAPI

@Suite("The registry of handles")
struct HandleRegistryTests {
    @Test("a handle that is taken while SDKs follow each other ends with the last one")
    func installConcurrentSafe() {
        for _ in 0..<300 {
            let registry = HandleRegistry()
            let (first, last) = (Provider(), Provider())
            let start = Barrier(3)
            let taken = Threads.run(3) { thread -> [OTelTracer] in
                start.arriveAndWait()
                if thread > 0 { return (0..<20).map { registry.tracer(OTelScope("\($0)")) } }
                registry.install(first)
                registry.install(last)
                return []
            }.flatMap { $0 }
            #expect(Set(taken.map(ObjectIdentifier.init)).count == 20)
            #expect(taken.allSatisfy { $0.cell.backend?.takeUnretainedValue() === last.backend })
        }
    }

    @Test("an SDK that follows while a handle is being bound gets it")
    func installWhileBinding() {
        let registry = HandleRegistry()
        let last = Provider()
        // Each binding of a handle meets the next installation.
        let second = Provider { registry.install(last) }
        registry.install(Provider { registry.install(second) })
        let tracer = registry.tracer(OTelScope("x"))
        #expect(tracer.cell.backend?.takeUnretainedValue() === last.backend)
        #expect(registry.tracer(OTelScope("x")) === tracer)
    }

    @Test("an SDK that takes handles while it binds one gets them all", arguments: [true, false])
    func reentrant(isTakenBefore: Bool) {
        let registry = HandleRegistry()
        let provider = Provider { _ = registry.tracer(OTelScope("inner")) }
        let early = isTakenBefore ? registry.tracer(OTelScope("outer")) : nil
        registry.install(provider)
        let tracer = registry.tracer(OTelScope("outer"))
        #expect(early == nil || early === tracer)
        for handle in [tracer, registry.tracer(OTelScope("inner"))] {
            #expect(handle.cell.backend?.takeUnretainedValue() === provider.backend)
        }
    }

    @Test("beyond 4096 handles new ones are bound and not remembered")
    func capacity() {
        let registry = HandleRegistry()
        let first = Provider()
        registry.install(first)
        for number in 0..<4096 { _ = registry.tracer(OTelScope("\(number)")) }
        let known = registry.tracer(OTelScope("7"))
        let beyond = registry.tracer(OTelScope("beyond"))
        #expect(beyond.cell.backend?.takeUnretainedValue() === first.backend)
        #expect(registry.tracer(OTelScope("7")) === known)
        #expect(registry.tracer(OTelScope("beyond")) !== beyond)
        let second = Provider()
        registry.install(second)
        #expect(known.cell.backend?.takeUnretainedValue() === second.backend)
        #expect(beyond.cell.backend?.takeUnretainedValue() === first.backend)
    }
}

/// Has one backend for all tracers, and does something once, when it is first asked for it.
private final class Provider: OTelBackendProvider {
    let backend = OTelTracerBackend()
    private let isAsked = Box(false)
    private let atFirst: @Sendable () -> Void

    init(atFirst: @escaping @Sendable () -> Void = {}) {
        self.atFirst = atFirst
    }

    func tracerBackend(_ scope: OTelScope) -> OTelTracerBackend {
        if !self.isAsked.value {
            self.isAsked.value = true
            self.atFirst()
        }
        return self.backend
    }

    func meterBackend(_ scope: OTelScope) -> OTelMeterBackend { OTelMeterBackend() }
    func loggerBackend(_ scope: OTelScope) -> OTelLoggerBackend { OTelLoggerBackend() }
}
