import OTelAPI
import TestSupport
import Testing

@Suite("Attributes")
struct OTelAttributesTests {
    @Test("keep the order of insertion")
    func order() {
        var attributes: OTelAttributes = ["z": 1, "a": 2, "m": 3]
        attributes["b"] = 4
        attributes["a"] = 5
        #expect(attributes.map(\.key) == ["z", "a", "m", "b"])
        #expect(attributes.map(\.value) == [1, 5, 3, 4])
        #expect(attributes.count == 4)
        #expect(attributes[1].key == "a")
    }

    @Test("a repeated key in a literal is no error: its last value wins, in the place of the first")
    func repeatedLiteral() {
        let attributes: OTelAttributes = ["a": 1, "b": 2, "a": 3, "": 1, "": 2]
        #expect(attributes.map(\.key) == ["a", "b", ""])
        #expect(attributes["a"] == 3)
    }

    @Test("the subscript reads, replaces, adds, and removes; empty is a value")
    func subscripts() {
        var attributes = OTelAttributes()
        #expect(attributes["a"] == nil)
        attributes["a"] = 1
        attributes[named: "run" + "time"] = "x"
        attributes["nothing"] = .some(.empty)
        #expect(attributes["runtime"] == "x")
        #expect(attributes[named: "a"] == 1)
        #expect(attributes["nothing"] == .some(.empty))
        #expect(attributes.count == 3)
        attributes["a"] = nil
        attributes["missing"] = nil
        #expect(attributes.map(\.key) == ["runtime", "nothing"])
    }

    @Test("merging lets the other's values win")
    func merge() {
        let left: OTelAttributes = ["a": 1, "b": 2]
        let right: OTelAttributes = ["c": 4, "b": 3]
        #expect(left.merging(right) == ["a": 1, "b": 3, "c": 4])
        #expect(left == ["a": 1, "b": 2])
        var changed = left
        changed.merge(right)
        #expect(changed.map(\.key) == ["a", "b", "c"])
        #expect(left.merging([:]) == left)
    }

    @Test("equality and hash ignore order, not values", arguments: [1, 3, 8, 9, 100])
    func equality(count: Int) {
        let pairs = (0..<count).map { (key: "key.\($0)", value: OTelValue.int($0)) }
        let forward = OTelAttributes(pairs)
        let backward = OTelAttributes(pairs.reversed())
        #expect(forward == backward)
        #expect(forward.hashValue == backward.hashValue)
        #expect(Set([forward, backward]).count == 1)
        var other = backward
        other[named: "key.0"] = .some(.int(-1))
        #expect(forward != other)
        other[named: "key.0"] = nil
        #expect(forward != other)
        other["another"] = 0
        #expect(forward != other)
    }

    @Test("a value that is not a number equals itself: it must not make a new identity each time")
    func notANumber() {
        let attributes: OTelAttributes = ["a": .double(.nan)]
        #expect(attributes == attributes)
        #expect(Set([attributes, attributes]).count == 1)
    }

    @Test("keys compare by their text, whatever they were made from")
    func keys() {
        let literal: OTelAttributeKey = "the.key"
        let made = OTelAttributeKey("the." + "key")
        #expect(literal == made)
        #expect(literal.hashValue == made.hashValue)
        #expect(made.name == "the.key" && made.description == "the.key")
        #expect(literal != "the.kez")
        #expect(literal != "the.key2")
        #expect(OTelAttributeKey("") == "")
        #expect(OTelAttributeKey("ключ 👩‍👩‍👧").name == "ключ 👩‍👩‍👧")
    }

    @Test("10 000 keys are kept, in order, unique, and found")
    func many() {
        let pairs = (0..<10_000).map { (key: "key.\($0)", value: OTelValue.int($0)) }
        let attributes = OTelAttributes(pairs + pairs.map { (key: $0.key, value: OTelValue.bool(true)) })
        #expect(attributes.count == 10_000)
        #expect(attributes.map(\.key) == pairs.map(\.key))
        #expect(attributes.allSatisfy { $0.value == true })
        #expect(attributes == OTelAttributes(attributes.reversed()))
    }

    @Test("random literals agree with a dictionary")
    func model() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let pairs = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                (
                    key: String(repeating: "k", count: Int.random(in: 0...3, using: &random))
                        + "\(Int.random(in: 0...5, using: &random))",
                    value: OTelValue.int(Int.random(in: 0...9, using: &random))
                )
            }
            let expected = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            let attributes = OTelAttributes(pairs)
            #expect(Dictionary(attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) == expected)
            #expect(attributes.count == expected.count)
        }
    }

    @Test("read as compact JSON")
    func description() {
        let attributes: OTelAttributes = ["b": [1, 2], "a": "x"]
        #expect(attributes.description == "{\"b\":[1,2],\"a\":\"x\"}")
    }
}
