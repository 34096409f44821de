import OTelAPI

extension JSONFormatter {
    /// Appends who recorded an item: its library, and what identifies the service.
    static func append(_ scope: OTelScope, _ resource: OTelAttributes, to text: inout ConsoleText) {
        if scope != OTelScope("") {
            text.object("scope") { text in
                text.memberIfAny("name", scope.name)
                text.memberIfAny("version", scope.version ?? "")
                text.memberIfAny("schema_url", scope.schemaURL ?? "")
                text.memberIfAny("attributes", scope.attributes)
            }
        }
        text.memberIfAny("resource", OTelAttributes(resource.filter { self.identifiesService($0.key) }))
    }

    /// The rest of a resource is the same on every line of a process.
    private static func identifiesService(_ key: String) -> Bool {
        key.hasPrefix("service.") || key == "deployment.environment.name"
    }
}
