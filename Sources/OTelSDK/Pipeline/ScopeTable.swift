package import OTLPProto
package import OTelAPI
import OTelWire

/// The instrumentation scopes of one telemetry, numbered, so that a record names its scope in 24 bits.
package final class ScopeTable: Sendable {
    private struct State {
        var numbers: [OTelScope: UInt32] = [:]
        var scopes: [EncodedScope] = []
    }

    private let state = SpinLocked(State())

    package init() {}

    /// The number of a scope.
    ///
    /// Beyond 16 million scopes all further ones share the last number.
    package func number(_ scope: OTelScope) -> UInt32 {
        self.state.withLock { state in
            if let known = state.numbers[scope] { return known }
            guard state.scopes.count < Int(RecordLabel.maxScopes) else { return RecordLabel.maxScopes - 1 }
            let number = UInt32(state.scopes.count)
            state.scopes.append(EncodedScope(scope))
            state.numbers[scope] = number
            return number
        }
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
    }

    /// The scope of a number given out by `number(_:)`.
    package func scope(_ number: UInt32) -> EncodedScope {
        self.state.withLock { state in
            Int(number) < state.scopes.count ? state.scopes[Int(number)] : EncodedScope(OTelScope(""))
        }
    }
}
