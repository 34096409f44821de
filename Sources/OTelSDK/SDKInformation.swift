/// What the SDK calls itself in resources and to receivers.
package enum SDKInformation {
    package static let name = "heliograph"
    package static let version = "0.1.0"
}
