extension MetricSink: Sink {
    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        let reader = try self.makeReader(builder.metrics, resource: builder.resource, scopes: builder.scopes)
        builder.addReader(reader)
    }
}
