/// What is written of a collection, apart from the format.
struct ExpositionOptions: Sendable {
    var translation = PrometheusTranslation.underscoreEscapingWithSuffixes
    /// Whether each series says which library it is from.
    var hasScopeLabels = true
    /// Whether the resource is a metric of its own.
    var hasTargetInfo = true
    /// Which attributes of the resource are labels of each series.
    var isResourceLabel: @Sendable (_ key: String) -> Bool = { _ in false }
    /// What is done with a warning; messages on one topic are reported once.
    var warn: @Sendable (_ topic: String, _ message: String) -> Void = { _, _ in }
}
