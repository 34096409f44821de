import OTelAPI

/// Which attributes of a measurement tell series apart; the others are left out of the points.
///
/// What is left out may still appear on exemplars.
public struct AttributeKeyFilter: Sendable, Hashable {
    /// Nil keeps all.
    private var kept: Set<OTelAttributeKey>?
    private var excluded: Set<OTelAttributeKey>

    /// Keeps all attributes.
    public static let keepingAll = AttributeKeyFilter(kept: nil, excluded: [])

    /// Keeps the attributes with these keys and no others.
    public static func keeping(_ keys: [String]) -> AttributeKeyFilter {
        AttributeKeyFilter(kept: Set(keys.map { OTelAttributeKey($0) }), excluded: [])
    }

    /// Keeps all attributes but those with these keys.
    public static func excluding(_ keys: [String]) -> AttributeKeyFilter {
        AttributeKeyFilter(kept: nil, excluded: Set(keys.map { OTelAttributeKey($0) }))
    }

    /// Keeps what both keep.
    public func and(_ other: AttributeKeyFilter) -> AttributeKeyFilter {
        let kept = self.kept.map { keys in other.kept.map(keys.intersection) ?? keys } ?? other.kept
        return AttributeKeyFilter(kept: kept, excluded: self.excluded.union(other.excluded))
    }

    private init(kept: Set<OTelAttributeKey>?, excluded: Set<OTelAttributeKey>) {
        self.kept = kept
        self.excluded = excluded
    }

    var keepsAll: Bool { self.kept == nil && self.excluded.isEmpty }

    func keeps(_ key: OTelAttributeKey) -> Bool {
        !self.excluded.contains(key) && (self.kept?.contains(key) ?? true)
    }

    /// The attributes that tell series apart.
    func kept(of attributes: OTelAttributes) -> OTelAttributes {
        OTelAttributes(attributes.filter { self.keeps(OTelAttributeKey($0.key)) })
    }

    /// The other attributes.
    func left(of attributes: OTelAttributes) -> OTelAttributes {
        OTelAttributes(attributes.filter { !self.keeps(OTelAttributeKey($0.key)) })
    }
}
