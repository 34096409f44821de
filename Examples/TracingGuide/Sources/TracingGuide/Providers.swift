import OTelAPI
import OTelSDK
import Synchronization

func quietLibraries() -> TracerConfigurator {
    .disabling("grpc.*", "cache")
}

func onlyTheShop(_ telemetry: Telemetry) {
    telemetry.configureTracers(.enablingOnly("shop*"))
}

func byVersion() -> TracerConfigurator {
    TracerConfigurator { scope in
        scope.version == nil ? TracerConfig(isEnabled: false) : nil
    }
}

/// Ids that a test can foresee.
final class CountingIDs: IDGenerator {
    private let last = Mutex<UInt64>(0)

    func traceID() -> OTelTraceID { OTelTraceID(high: 0x7e57, low: self.next()) }
    func spanID() -> OTelSpanID { OTelSpanID(self.next()) }

    private func next() -> UInt64 {
        self.last.withLock { last in
            last += 1
            return last
        }
    }
}
