import CBench

/// One row of the table: something that is called many times.
struct BenchmarkCase: Sendable {
    let name: String
    /// Sets up what the calls need.
    ///
    /// Each case has a process of its own.
    let prepare: @Sendable () throws -> Calls

    init(_ name: String, _ prepare: @escaping @Sendable () throws -> Calls) {
        self.name = name
        self.prepare = prepare
    }
}

/// The calls of a case, set up.
struct Calls {
    /// Makes so many calls, at most `burst` without `settle` in between.
    let run: (Int) -> Void
    /// Brings everything back to where a burst may begin.
    var settle: () -> Void = {}
    /// What is wrong after so many calls in all; nil when they did what they should.
    var problem: (_ calls: Int) -> String? = { _ in nil }

    /// Calls that fit every queue.
    static let burst = 2000
}

/// Keeps the optimizer from dropping a result that nobody uses.
@inline(__always)
func use<Value>(_ value: Value) {
    withUnsafePointer(to: value) { cbench_use($0) }
}
