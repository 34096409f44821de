public import OTelAPI

/// Picks spans for a rule of `ComposableRuleBased`, by what is known of them before they start.
///
/// Covers the conditions of the declarative configuration, any combination of them, and closures.
public struct SpanPredicate: Sendable, CustomStringConvertible {
    indirect enum Kind: Sendable {
        case always
        case attributeValues(OTelAttributeKey, [String])
        case attributePatterns(OTelAttributeKey, included: [WildcardPattern], excluded: [WildcardPattern])
        case spanKinds(Set<OTelSpanKind>)
        case parents(Set<SamplingIntent.ParentLocation>)
        case all([SpanPredicate])
        case any([SpanPredicate])
        case not(SpanPredicate)
        case custom(String, @Sendable (SamplingIntent.Request) -> Bool)
    }

    let kind: Kind

    /// Every span.
    public static var always: SpanPredicate { SpanPredicate(kind: .always) }

    /// Spans with one of `values` as the attribute `key`, given at creation.
    ///
    /// A value that is no string compares by its text: `200`, `true`. An array matches when any of its elements does.
    public static func attributeValues(_ key: OTelAttributeKey, _ values: [String]) -> SpanPredicate {
        SpanPredicate(kind: .attributeValues(key, values))
    }

    /// Spans whose attribute `key`, given at creation, matches a pattern of `included`, and none of `excluded`.
    ///
    /// In a pattern `*` stands for any characters, none included, and `?` for exactly one; case counts. No patterns in
    /// `included` include every value. Values that are no strings are treated as by `attributeValues`.
    public static func attributePatterns(
        _ key: OTelAttributeKey,
        included: [String] = [],
        excluded: [String] = []
    ) -> SpanPredicate {
        let (included, excluded) = (included.map(WildcardPattern.init), excluded.map(WildcardPattern.init))
        return SpanPredicate(kind: .attributePatterns(key, included: included, excluded: excluded))
    }

    /// Spans of one of `kinds`.
    public static func spanKinds(_ kinds: Set<OTelSpanKind>) -> SpanPredicate {
        SpanPredicate(kind: .spanKinds(kinds))
    }

    /// Spans whose parent is at one of `locations`.
    public static func parents(_ locations: Set<SamplingIntent.ParentLocation>) -> SpanPredicate {
        SpanPredicate(kind: .parents(locations))
    }

    /// Spans that all of `predicates` pick; every span when there are none.
    public static func all(_ predicates: [SpanPredicate]) -> SpanPredicate { SpanPredicate(kind: .all(predicates)) }

    /// Spans that at least one of `predicates` picks.
    public static func any(_ predicates: [SpanPredicate]) -> SpanPredicate { SpanPredicate(kind: .any(predicates)) }

    /// Spans that `predicate` does not pick.
    public static func not(_ predicate: SpanPredicate) -> SpanPredicate { SpanPredicate(kind: .not(predicate)) }

    /// Spans for which a closure is true.
    ///
    /// Any thread may call it; it must be quick and must not start spans. `description` appears in the description of
    /// the sampler.
    public static func custom(
        _ description: String,
        _ matches: @escaping @Sendable (SamplingIntent.Request) -> Bool
    ) -> SpanPredicate {
        SpanPredicate(kind: .custom(description, matches))
    }
}
