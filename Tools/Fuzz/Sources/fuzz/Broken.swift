import CFuzz

/// A rule that did not hold.
struct Broken: Error {
    let rule: String

    init(_ rule: String) {
        // Headers of a megabyte are no help.
        self.rule = rule.utf8.count > 2000 ? rule.prefix(2000) + " …" : rule
    }

    static func unless(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Broken) {
        if !holds { throw Broken(rule()) }
    }

    /// What reading may allocate for each byte of the headers.
    private static let bytesForEach = 8
    /// What it may allocate whatever they are.
    ///
    /// 180 entries of baggage take 48 bytes each, in an array that grows. What was freed meanwhile counts as well.
    private static let bytesWhatever: UInt64 = 48 * 1024

    static func ifItAllocates<Result>(_ size: Int, _ read: () -> Result) throws(Broken) -> Result {
        let before = cfuzz_allocated_bytes()
        let result = read()
        let allocated = cfuzz_allocated_bytes() - before
        try self.unless(
            allocated <= self.bytesWhatever + UInt64(self.bytesForEach * size),
            "reading \(size) bytes allocated \(allocated)"
        )
        return result
    }
}
