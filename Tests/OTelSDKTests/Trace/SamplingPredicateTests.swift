import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("Predicates of sampling rules")
struct SamplingPredicateTests {
    private func matches(
        _ predicate: SpanPredicate,
        kind: OTelSpanKind = .internal,
        parent: OTelContext = .root,
        _ situation: SamplingTable.Situation = .root,
        attributes: OTelAttributes = [:]
    ) -> Bool {
        let candidate = SpanCandidate(
            parent: parent,
            traceID: OTelTraceID(high: 1, low: 1),
            name: "name",
            kind: kind,
            attributes: attributes,
            links: []
        )
        let trace = ConsistentTrace(situation, parent: parent.span, traceLow: 1)
        return predicate.matches(SamplingIntent.Request(candidate, situation, trace))
    }

    @Test(
        "an attribute's value compares by its text, an array by any element",
        arguments: [
            (value: "a", values: ["b", "a"], matches: true),
            (value: "a", values: ["A", "aa", ""], matches: false),
            (value: "a", values: [], matches: false),
            (value: 200, values: ["200"], matches: true),
            (value: -1, values: ["1"], matches: false),
            (value: 1.5, values: ["1.5"], matches: true),
            (value: true, values: ["true"], matches: true),
            (value: .bytes([1, 2]), values: ["AQI="], matches: true),
            (value: ["x", 3], values: ["3"], matches: true),
            (value: ["x", 3], values: ["x,3"], matches: false),
            (value: [], values: [""], matches: false),
            (value: nil, values: [""], matches: true),
        ] as [(value: OTelValue, values: [String], matches: Bool)]
    )
    func values(value: OTelValue, values: [String], matches: Bool) {
        #expect(self.matches(.attributeValues("k", values), attributes: ["k": value]) == matches)
        #expect(!self.matches(.attributeValues("k", values), attributes: ["other": value]))
    }

    @Test(
        "an attribute's value has to match an included pattern and none that is excluded",
        arguments: [
            (value: "/a/b", included: ["/a/*"], excluded: [], matches: true),
            (value: "/a/b", included: ["/x", "/a/?"], excluded: [], matches: true),
            (value: "/A/b", included: ["/a/*"], excluded: [], matches: false),
            (value: "/a/b", included: [], excluded: [], matches: true),
            (value: "/a/b", included: [], excluded: ["*b"], matches: false),
            (value: "/a/b", included: ["*"], excluded: ["/a/b"], matches: false),
            (value: ["/a", "/b"], included: ["/b"], excluded: ["/a"], matches: true),
            (value: ["/a", "/b"], included: ["/?"], excluded: ["/*"], matches: false),
            (value: 404, included: ["4??"], excluded: [], matches: true),
        ] as [(value: OTelValue, included: [String], excluded: [String], matches: Bool)]
    )
    func patterns(value: OTelValue, included: [String], excluded: [String], matches: Bool) {
        let predicate = SpanPredicate.attributePatterns("k", included: included, excluded: excluded)
        #expect(self.matches(predicate, attributes: ["k": value]) == matches)
        #expect(!self.matches(predicate))
    }

    @Test("span kinds and the parent's place match as listed")
    func kindsAndParents() {
        for kind in OTelSpanKind.allCases {
            #expect(self.matches(.spanKinds([.server, .client]), kind: kind) == (kind == .server || kind == .client))
        }
        for (situation, location) in [
            (.root, .none), (.remoteSampled, .remote), (.remoteNotSampled, .remote), (.localSampled, .local),
            (.localNotSampled, .local),
        ] as [(SamplingTable.Situation, SamplingIntent.ParentLocation)] {
            for listed in SamplingIntent.ParentLocation.allCases {
                #expect(self.matches(.parents([listed]), situation) == (listed == location))
            }
            #expect(!self.matches(.parents([]), situation))
        }
    }

    @Test("combinations follow logic")
    func combinations() {
        let (yes, no) = (SpanPredicate.always, SpanPredicate.not(.always))
        #expect(self.matches(yes) && !self.matches(no))
        #expect(self.matches(.all([])) && !self.matches(.any([])))
        #expect(self.matches(.all([yes, yes])) && !self.matches(.all([yes, no])))
        #expect(self.matches(.any([no, yes])) && !self.matches(.any([no, no])))
        #expect(self.matches(.custom("name") { $0.name == "name" }))
        #expect(!self.matches(.custom("name") { $0.name != "name" }))
    }

    @Test("describe themselves")
    func description() {
        let predicate = SpanPredicate.all([
            .attributeValues("a", ["1", "2"]), .not(.parents([.remote, .none])),
            .any([.attributePatterns("b", included: ["x*"], excluded: ["y"]), .custom("mine") { _ in true }]),
        ])
        #expect(
            predicate.description
                == "all [a in [1,2],not parent in [none,remote],any [b like [x*] not like [y],mine]]"
        )
    }

    @Test(
        "wildcards stand for any characters and for exactly one",
        arguments: [
            (pattern: "", text: "", matches: true),
            (pattern: "", text: "a", matches: false),
            (pattern: "*", text: "", matches: true),
            (pattern: "?", text: "", matches: false),
            (pattern: "**a**", text: "a", matches: true),
            (pattern: "a*b*c", text: "abxbxc", matches: true),
            (pattern: "a*b*c", text: "abxbxcd", matches: false),
            (pattern: "*ab", text: "aab", matches: true),
            (pattern: "a?c", text: "aéc", matches: true),
            (pattern: "a??c", text: "aéc", matches: false),
            (pattern: "*é", text: "eé", matches: true),
            (pattern: "?😀*", text: "😀😀", matches: true),
            (pattern: "[ab]", text: "a", matches: false),
            (pattern: "[ab]", text: "[ab]", matches: true),
            (pattern: "a.c", text: "abc", matches: false),
        ]
    )
    func wildcards(pattern: String, text: String, matches: Bool) {
        #expect(WildcardPattern(pattern).matches(text) == matches)
    }

    @Test("wildcards agree with a plain recursive matcher")
    func wildcardsFuzz() {
        func plain(_ pattern: Substring, _ text: Substring) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            if first == "*" {
                return plain(pattern.dropFirst(), text) || !text.isEmpty && plain(pattern, text.dropFirst())
            }
            return !text.isEmpty && (first == "?" || first == text.first)
                && plain(pattern.dropFirst(), text.dropFirst())
        }
        var random = SeededGenerator(seed: 3)
        func word(_ letters: String, _ limit: Int) -> String {
            String(
                (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in letters.randomElement(using: &random)
                }
            )
        }
        for _ in 0..<6_000 {
            let (pattern, text) = (word("ab*?é", 7), word("abé", 9))
            #expect(WildcardPattern(pattern).matches(text) == plain(pattern[...], text[...]), "\(pattern) \(text)")
        }
    }
}
