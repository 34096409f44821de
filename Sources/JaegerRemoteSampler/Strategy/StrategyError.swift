/// Why an answer is no strategy; fit for a message.
struct StrategyError: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
