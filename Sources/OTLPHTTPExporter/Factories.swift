public import OTelSDK

// `endpoint:` is a base to which `/v1/<signal>` is added; `url:` is used exactly as it is written.

extension SpanExporterFactory {
    /// Sends spans over OTLP/HTTP to `<endpoint>/v1/traces`.
    public static func otlpHTTP(
        endpoint: String = OTLPHTTPExporter.defaultEndpoint,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> SpanExporterFactory {
        let url = OTLPHTTPExporter.url(endpoint, path: "v1/traces")
        return .otlpHTTP(url: url, headers: headers, compression: compression, timeout: timeout)
    }

    /// Sends spans over OTLP/HTTP to exactly this address.
    public static func otlpHTTP(
        url: String,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> SpanExporterFactory {
        let configuration = OTLPHTTPExporter.Configuration(
            url: url,
            headers: headers,
            compression: compression,
            timeout: timeout
        ).named("TraceSink.otlpHTTP")
        return SpanExporterFactory(name: "otlp/http \(configuration.displayURL)") { () throws(ConfigError) in
            try OTLPHTTPExporter(configuration)
        }
    }
}

extension LogRecordExporterFactory {
    /// Sends log records over OTLP/HTTP to `<endpoint>/v1/logs`.
    public static func otlpHTTP(
        endpoint: String = OTLPHTTPExporter.defaultEndpoint,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> LogRecordExporterFactory {
        let url = OTLPHTTPExporter.url(endpoint, path: "v1/logs")
        return .otlpHTTP(url: url, headers: headers, compression: compression, timeout: timeout)
    }

    /// Sends log records over OTLP/HTTP to exactly this address.
    public static func otlpHTTP(
        url: String,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> LogRecordExporterFactory {
        let configuration = OTLPHTTPExporter.Configuration(
            url: url,
            headers: headers,
            compression: compression,
            timeout: timeout
        ).named("LogSink.otlpHTTP")
        return LogRecordExporterFactory(name: "otlp/http \(configuration.displayURL)") { () throws(ConfigError) in
            try OTLPHTTPExporter(configuration)
        }
    }
}

extension MetricExporterFactory {
    /// Sends metrics over OTLP/HTTP to `<endpoint>/v1/metrics`.
    public static func otlpHTTP(
        endpoint: String = OTLPHTTPExporter.defaultEndpoint,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> MetricExporterFactory {
        let url = OTLPHTTPExporter.url(endpoint, path: "v1/metrics")
        return .otlpHTTP(url: url, headers: headers, compression: compression, timeout: timeout)
    }

    /// Sends metrics over OTLP/HTTP to exactly this address.
    public static func otlpHTTP(
        url: String,
        headers: [String: String] = [:],
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10)
    ) -> MetricExporterFactory {
        let configuration = OTLPHTTPExporter.Configuration(
            url: url,
            headers: headers,
            compression: compression,
            timeout: timeout
        ).named("MetricSink.otlpHTTP")
        return MetricExporterFactory(name: "otlp/http \(configuration.displayURL)") { () throws(ConfigError) in
            try OTLPHTTPExporter(configuration)
        }
    }
}

extension OTLPHTTPExporter {
    /// Where a receiver on the same machine listens by default.
    public static var defaultEndpoint: String { "http://localhost:4318" }

    /// The base with one slash between it and `path`.
    static func url(_ endpoint: String, path: String) -> String {
        endpoint.hasSuffix("/") ? endpoint + path : "\(endpoint)/\(path)"
    }
}

extension OTLPHTTPExporter.Configuration {
    func named(_ setting: String) -> OTLPHTTPExporter.Configuration {
        var named = self
        named.setting = setting
        return named
    }
}
