/// How names of instruments and attributes become names of Prometheus
/// (`specification/metrics/sdk_exporters/prometheus.md`).
///
/// Comes first; what the client can't read is then escaped the way it asks for. A counter `foo.bar` in bytes is
/// `foo_bar_bytes_total` by default.
public struct PrometheusTranslation: Sendable, Hashable, CustomStringConvertible {
    /// The name that the specification uses.
    public let description: String
    let isSanitizing: Bool
    let addsSuffixes: Bool

    /// Everything but letters, digits, `_` and `:` becomes `_`; units and types become suffixes.
    ///
    /// The default: `foo_bar_bytes_total`.
    public static let underscoreEscapingWithSuffixes = PrometheusTranslation(
        description: "UnderscoreEscapingWithSuffixes",
        isSanitizing: true,
        addsSuffixes: true
    )
    /// Everything but letters, digits, `_` and `:` becomes `_`; no suffixes, which lets metrics of different units or
    /// types collide: `foo_bar`.
    public static let underscoreEscapingWithoutSuffixes = PrometheusTranslation(
        description: "UnderscoreEscapingWithoutSuffixes",
        isSanitizing: true,
        addsSuffixes: false
    )
    /// Names stay as they are, but for the suffixes of units and types: `foo.bar_bytes_total`, for clients that take
    /// UTF-8.
    public static let noUTF8EscapingWithSuffixes = PrometheusTranslation(
        description: "NoUTF8EscapingWithSuffixes",
        isSanitizing: false,
        addsSuffixes: true
    )
    /// Names stay as they are: `foo.bar`, for clients that take UTF-8.
    public static let noTranslation = PrometheusTranslation(
        description: "NoTranslation",
        isSanitizing: false,
        addsSuffixes: false
    )
}
