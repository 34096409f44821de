import OTelAPI
import Testing

@Suite("Severities")
struct SeverityTests {
    @Test("have the names and numbers of the specification")
    func names() {
        let names = (0...24).map { OTelSeverity(rawValue: $0)?.name }
        #expect(
            names == [
                "", "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO", "INFO2",
                "INFO3",
                "INFO4", "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2",
                "FATAL3", "FATAL4",
            ]
        )
        let named: [OTelSeverity] = [.unspecified, .trace, .debug, .info, .warn, .error, .fatal]
        #expect(named.map(\.rawValue) == [0, 1, 5, 9, 13, 17, 21])
        #expect(named.map(\.description) == ["", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])
    }

    @Test("beyond 24 there are none", arguments: [25, 100, 255] as [UInt8])
    func outside(_ number: UInt8) {
        #expect(OTelSeverity(rawValue: number) == nil)
    }

    @Test("compare by number")
    func order() {
        #expect(OTelSeverity.trace < .debug && .debug < .info && .info < .warn && .warn < .error && .error < .fatal)
        #expect(!(OTelSeverity.info < .info))
    }
}
