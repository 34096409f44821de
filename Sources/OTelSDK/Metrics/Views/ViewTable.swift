import OTelAPI

/// The views of a provider in the order of their registration, and what they make of an instrument.
struct ViewTable: Sendable {
    var views: [InstrumentView] = []
    var mode = ViewMatchingMode.independent

    /// What is asked for a stream; nil stands for the instrument's and reader's own.
    struct Settings {
        var name: String?
        var description: String?
        var attributes: AttributeKeyFilter?
        var aggregation: MetricAggregation?
        var exemplarReservoir: ExemplarReservoirFactory?
        var cardinalityLimit: Int?
    }

    static func check(_ views: [InstrumentView]) throws(ConfigError) {
        for (index, view) in views.enumerated() { try view.check("views[\(index)]") }
    }

    /// The streams of an instrument, at least one.
    ///
    /// `report` takes what a view asks in vain.
    func settings(
        for instrument: OTelInstrumentDescriptor,
        of scope: OTelScope,
        report: (String) -> Void
    ) -> [Settings] {
        let matching = self.views.filter { $0.selector.matches(instrument, of: scope) }
        let settings =
            switch self.mode {
            case .independent: self.independent(matching, instrument, report)
            case .composable: self.composed(matching, instrument, report)
            }
        return settings.isEmpty ? [Settings()] : settings
    }

    /// A view that asks for something impossible counts as if it did not exist.
    private func independent(
        _ views: [InstrumentView],
        _ instrument: OTelInstrumentDescriptor,
        _ report: (String) -> Void
    ) -> [Settings] {
        views.compactMap { view in
            guard self.isPossible(view, instrument, report, "the view is ignored for it") else { return nil }
            var settings = Settings()
            settings.take(view)
            return settings
        }
    }

    /// One stream for each name; of an impossible aggregation the one before stays.
    private func composed(
        _ views: [InstrumentView],
        _ instrument: OTelInstrumentDescriptor,
        _ report: (String) -> Void
    ) -> [Settings] {
        guard !views.isEmpty else { return [] }
        var names: [String?] = []
        for name in views.compactMap(\.name) where !names.contains(name) { names.append(name) }
        var possible = views
        for index in possible.indices
        where !self.isPossible(possible[index], instrument, report, "the aggregation is ignored for it") {
            possible[index].aggregation = nil
        }
        return (names.isEmpty ? [nil] : names).map { name in
            possible.filter { $0.name == nil || $0.name == name }.reduce(into: Settings()) { $0.take($1) }
        }
    }

    private func isPossible(
        _ view: InstrumentView,
        _ instrument: OTelInstrumentDescriptor,
        _ report: (String) -> Void,
        _ consequence: String
    ) -> Bool {
        guard let aggregation = view.aggregation, !aggregation.isPossible(for: instrument.kind) else { return true }
        report(
            "a view asks for the aggregation \"\(aggregation)\" of \"\(instrument.name)\", which an asynchronous "
                + "instrument can't have; \(consequence)"
        )
        return false
    }
}

extension ViewTable.Settings {
    fileprivate mutating func take(_ view: InstrumentView) {
        self.name = view.name ?? self.name
        self.description = view.description ?? self.description
        self.aggregation = view.aggregation ?? self.aggregation
        self.exemplarReservoir = view.exemplarReservoir ?? self.exemplarReservoir
        self.cardinalityLimit = view.cardinalityLimit ?? self.cardinalityLimit
        if let attributes = view.attributes {
            self.attributes = self.attributes.map { $0.and(attributes) } ?? attributes
        }
    }
}
