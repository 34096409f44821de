import OTLPProto
import OTelAPI

extension EncodedResource {
    /// The resource of a configuration: what it says, over what every SDK must say
    /// (`specification/resource/sdk.md`, "SDK-provided resource attributes").
    convenience init(_ config: Config) {
        var attributes: OTelAttributes = [
            "telemetry.sdk.name": .string(SDKInformation.name),
            "telemetry.sdk.language": "swift",
            "telemetry.sdk.version": .string(SDKInformation.version),
        ]
        attributes.merge(config.resourceAttributes)
        attributes["service.name"] = .string(config.serviceName)
        self.init(attributes: attributes, schemaURL: config.resourceSchemaURL)
    }
}
