import TestSupport
import Testing

@testable import OTelSDK

@Suite("Wildcards")
struct WildcardPatternTests {
    @Test(
        "stand for whole names",
        arguments: [
            (pattern: "", matching: [""], other: ["a", " "]),
            (pattern: "abc", matching: ["abc"], other: ["", "ab", "abcd", "xabc", "ABC", "abc "]),
            (pattern: "*", matching: ["", "a", "a.b", "日本語", "*", "?"], other: []),
            (pattern: "**", matching: ["", "a", "ab"], other: []),
            (pattern: "?", matching: ["a", "é", "日", "*", "?"], other: ["", "ab"]),
            (pattern: "??", matching: ["ab"], other: ["", "a", "abc"]),
            (pattern: "a*", matching: ["a", "ab", "a*"], other: ["", "b", "ba"]),
            (pattern: "*a", matching: ["a", "ba", "aa"], other: ["", "ab"]),
            (pattern: "a*c", matching: ["ac", "abc", "acc", "abcbc"], other: ["a", "c", "acb", "abcx"]),
            (pattern: "*a*", matching: ["a", "xa", "ax", "xax"], other: ["", "x", "A"]),
            (pattern: "a?c*", matching: ["abc", "axcd"], other: ["ac", "abbc"]),
            (pattern: "*?", matching: ["a", "ab"], other: [""]),
            (pattern: "?*?", matching: ["ab", "abc"], other: ["", "a"]),
            (pattern: "a*b*c", matching: ["abc", "aXbYc", "abbc", "abcbc"], other: ["acb", "ab", "bc", "abcd"]),
            (pattern: "*.http.*", matching: ["io.http.client", ".http."], other: ["io.https.client", "http."]),
            (pattern: "a.b", matching: ["a.b"], other: ["axb"]),
            (pattern: "[ab]", matching: ["[ab]"], other: ["a"]),
            (pattern: "\\*", matching: ["\\", "\\x"], other: ["*"]),
            (pattern: "日*語", matching: ["日語", "日本語"], other: ["日本"]),
        ]
    )
    func table(pattern: String, matching: [String], other: [String]) {
        for name in matching { #expect(WildcardPattern(pattern).matches(name), "\(pattern) \(name)") }
        for name in other { #expect(!WildcardPattern(pattern).matches(name), "\(pattern) \(name)") }
    }

    @Test("agree with the definition on random names")
    func property() {
        var random = SeededGenerator(seed: 3)
        func text(_ letters: String, _ length: Int) -> String {
            String(
                (0..<Int.random(in: 0...length, using: &random)).compactMap { _ in
                    letters.randomElement(using: &random)
                }
            )
        }
        var matches = 0
        for _ in 0..<20_000 {
            let (pattern, name) = (text("aé*?", 8), text("aé", 10))
            let expected = Self.isMatch(Substring(pattern), Substring(name))
            matches += expected ? 1 : 0
            #expect(WildcardPattern(pattern).matches(name) == expected, "\(pattern) \(name)")
        }
        #expect(matches > 2_000 && matches < 18_000)
    }

    @Test("take time of the product of both lengths at most")
    func hostile() {
        let pattern = WildcardPattern(String(repeating: "*a", count: 200) + "b")
        let clock = ContinuousClock()
        let started = clock.now
        #expect(!pattern.matches(String(repeating: "a", count: 4_000)))
        #expect(clock.now - started < .seconds(10))
    }

    /// The definition: a star is nothing, or one character and the star again.
    private static func isMatch(_ pattern: Substring, _ name: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" {
            return isMatch(pattern.dropFirst(), name) || !name.isEmpty && isMatch(pattern, name.dropFirst())
        }
        guard let letter = name.first, first == "?" || first == letter else { return false }
        return isMatch(pattern.dropFirst(), name.dropFirst())
    }
}
