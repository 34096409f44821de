import OTelAPI

/// What is wrong with the instruments of a meter, until it can be reported.
struct MeterProblems {
    private var problems: [String] = []
    private static let capacity = 100

    mutating func note(_ problem: String) {
        if self.problems.count < Self.capacity { self.problems.append(problem) }
    }

    mutating func take() -> [String] {
        defer { self.problems = [] }
        return self.problems
    }

    /// A new instrument.
    mutating func check(_ descriptor: OTelInstrumentDescriptor) {
        if !InstrumentRules.isValid(name: descriptor.name) {
            self.note(
                "instrument name \"\(descriptor.name.prefix(300))\" is invalid; expected a letter, then up to 254 "
                    + "letters, digits, \"_\", \".\", \"-\" or \"/\"; it is exported as it is"
            )
        }
        if !InstrumentRules.isValid(unit: descriptor.unit) {
            self.note(
                "unit \"\(descriptor.unit.prefix(100))\" of \"\(descriptor.name)\" is invalid; expected at most 63 "
                    + "ASCII characters; it is exported as it is"
            )
        }
        if let boundaries = descriptor.boundaries, !InstrumentRules.isValid(boundaries: boundaries) {
            self.note("boundaries of \"\(descriptor.name)\" are ignored; expected finite numbers in ascending order")
        }
    }

    /// An instrument that is known already, perhaps in another spelling or with other advice.
    mutating func compare(_ descriptor: OTelInstrumentDescriptor, _ first: OTelInstrumentDescriptor) {
        if descriptor.name != first.name {
            self.note(
                "instrument \"\(descriptor.name)\" is the same as \"\(first.name)\", since case does not tell names "
                    + "apart; it is exported as \"\(first.name)\""
            )
        }
        if descriptor.boundaries != first.boundaries {
            self.note("instrument \"\(first.name)\" was created with other boundaries before; those are kept")
        }
        if descriptor.attributeKeys != first.attributeKeys {
            self.note("instrument \"\(first.name)\" was created with other attribute keys before; those are kept")
        }
    }

    mutating func noteForeign(_ callback: OTelMultiCallback) {
        let names = callback.instruments.map { "\"\($0.name)\"" }.joined(separator: ", ")
        self.note(
            "a callback for \(names.isEmpty ? "no instrument" : names) of the meter was also registered for "
                + "\(callback.foreignCount) of other meters, which it can't observe; register one callback for each meter"
        )
    }
}
