import OTelSDK
import Testing

@testable import OTLPHTTPExporter

@Suite("Addresses in errors")
struct RedactionTests {
    @Test(
        "an address that cannot be used is shown without user name, password and query",
        arguments: [
            "http://user:secret?x@host/", "http://user:secret#x@host/", "ftp://user:secret@host/a?secret",
            "http://user:secret@host/with space", "http://host:99999/?secret", "user:secret@host",
        ]
    )
    func noSecrets(url: String) {
        let error = #expect(throws: ConfigError.self) { try OTLPHTTPExporter(.init(url: url)) }
        #expect(error.map { !"\($0)".contains("secret") } ?? false, "\(error as Any)")
    }
}
