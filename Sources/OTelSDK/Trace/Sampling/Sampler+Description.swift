extension Sampler {
    /// The names that the specification gives.
    public var description: String {
        switch self.kind {
        case .alwaysOn: "AlwaysOnSampler"
        case .alwaysOff: "AlwaysOffSampler"
        case .traceIDRatio(let rule): "TraceIdRatioBased{\(Self.decimal(rule.ratio))}"
        case .probability(let rule): "ProbabilitySampler{\(Self.decimal(rule.ratio))}"
        case .parentBased(let delegates): delegates.description
        case .alwaysRecord(let root): "AlwaysRecordSampler{\(root.value)}"
        case .composite(let sampler): "CompositeSampler{\(sampler.value.description)}"
        case .custom(let sampler): sampler.value.description
        }
    }

    /// A ratio with at least six decimals, and as many more as tell it from its neighbours; never with an exponent.
    static func decimal(_ ratio: Double) -> String {
        let shortest = "\(ratio)"
        let parts = shortest.split(separator: "e")
        // Only numbers from 0 to 1 are ratios.
        guard ratio.magnitude <= 1, let mantissa = parts.first else { return shortest }
        let sign = mantissa.hasPrefix("-") ? "-" : ""
        let pair = mantissa.dropFirst(sign.count).split(separator: ".")
        guard parts.count == 2, let exponent = Int(parts[1]), let whole = pair.first else {
            return shortest + Self.zeros(6 - (pair.last?.count ?? 0))
        }
        let decimals = Self.zeros(-exponent - 1) + whole + (pair.count == 2 ? pair[1] : "")
        return "\(sign)0.\(decimals)\(Self.zeros(6 - decimals.count))"
    }

    private static func zeros(_ count: Int) -> String {
        String(repeating: "0", count: max(0, count))
    }
}

extension ParentBased: CustomStringConvertible {
    var description: String {
        "ParentBased{root=\(self.root),remoteParentSampled=\(self.remoteSampled),"
            + "remoteParentNotSampled=\(self.remoteNotSampled),localParentSampled=\(self.localSampled),"
            + "localParentNotSampled=\(self.localNotSampled)}"
    }
}
