import OTelAPI
import OTelSDK
import PrometheusExporter

/// Sinks with other settings than the defaults.
enum Settings {
    /// For a Prometheus on another machine, whose labels tell where a series is from.
    static func forTheNetwork() -> PrometheusSink {
        PrometheusSink(host: "0.0.0.0", resourceLabels: { $0 == "deployment.environment.name" })
    }

    /// Names as they are, for a Prometheus of version 3 or later.
    static func untranslated() -> PrometheusSink {
        PrometheusSink(translation: .noTranslation)
    }

    /// Histograms of single kinds of instrument with other buckets.
    static func withBuckets() -> PrometheusSink {
        PrometheusSink(
            aggregations: [.histogram: .explicitBucketHistogram(boundaries: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5])],
            cardinalityLimit: 500
        )
    }
}
