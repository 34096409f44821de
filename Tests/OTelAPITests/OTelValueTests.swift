import OTelAPI
import Testing

@Suite("Values")
struct OTelValueTests {
    @Test("literals of every shape make the value of that shape")
    func literals() {
        let number = 1
        #expect(("a" as OTelValue) == .string("a"))
        #expect(("a\(number)" as OTelValue) == .string("a1"))
        #expect((true as OTelValue) == .bool(true))
        #expect((1 as OTelValue) == .int(number))
        #expect((-1 as OTelValue) == .int(-number))
        #expect((1.5 as OTelValue) == .double(1.5))
        #expect((nil as OTelValue) == .empty)
        #expect(([] as OTelValue) == .array([]))
        #expect(([:] as OTelValue) == .map(OTelAttributes()))
        #expect(([1, "a", [nil]] as OTelValue) == .array([.int(number), .string("a"), .array([.empty])]))
        let map: OTelValue = ["k": 1, "l": ["m": false]]
        let inner = OTelAttributes([(key: "m", value: .bool(false))])
        #expect(map == .map(OTelAttributes([(key: "k", value: .int(number)), (key: "l", value: .map(inner))])))
    }

    @Test("an integer of any width keeps its value, and becomes text when it does not fit")
    func integers() {
        #expect(OTelValue.int(UInt8.max) == .int(255))
        #expect(OTelValue.int(Int.min) == .int(Int64.min))
        #expect(OTelValue.int(UInt64(Int64.max)) == .int(Int64.max))
        #expect(OTelValue.int(UInt64.max) == .string("18446744073709551615"))
        #expect(OTelValue.int(UInt64(Int64.max) + 1) == .string("9223372036854775808"))
    }

    @Test(
        "the text form follows the rules for protocols without types",
        arguments: [
            (value: "raw \"text\"\n", text: "raw \"text\"\n"),
            (value: "", text: ""),
            (value: true, text: "true"),
            (value: false, text: "false"),
            (value: 0, text: "0"),
            (value: .int(Int64.min), text: "-9223372036854775808"),
            (value: 1.5, text: "1.5"),
            (value: -0.25, text: "-0.25"),
            (value: 3.0, text: "3"),
            (value: .double(.nan), text: "NaN"),
            (value: .double(.infinity), text: "Infinity"),
            (value: .double(-.infinity), text: "-Infinity"),
            (value: .bytes([]), text: ""),
            (value: .bytes([0x66]), text: "Zg=="),
            (value: .bytes([0x66, 0x6f]), text: "Zm8="),
            (value: .bytes([0x66, 0x6f, 0x6f]), text: "Zm9v"),
            (value: .bytes([0xfb, 0xff, 0xbf]), text: "+/+/"),
            (value: .empty, text: ""),
            (value: [], text: "[]"),
            (value: [:], text: "{}"),
            (value: [1, -2.5, "a", true, nil], text: "[1,-2.5,\"a\",true,null]"),
            (value: [.bytes([1, 2]), .double(.nan), .double(-.infinity)], text: "[\"AQI=\",\"NaN\",\"-Infinity\"]"),
            (value: ["b": 1, "a": [["c": nil]]], text: "{\"b\":1,\"a\":[{\"c\":null}]}"),
            (
                value: ["q\"\\": "\n\r\t\u{1}\u{7f}\u{2028}é😀/"],
                text: "{\"q\\\"\\\\\":\"\\n\\r\\t\\u0001\\u007f\\u2028é😀/\"}"
            ),
        ] as [(value: OTelValue, text: String)]
    )
    func description(value: OTelValue, text: String) {
        #expect(value.description == text)
    }

    @Test(
        "values of different types are never equal",
        arguments: [
            (left: 1, right: 1.0), (left: 1, right: "1"), (left: 0, right: false), (left: "", right: .empty),
            (left: .bytes([]), right: ""), (left: [], right: [:]), (left: [1, 2], right: [2, 1]),
            (left: [], right: .empty),
        ] as [(left: OTelValue, right: OTelValue)]
    )
    func different(left: OTelValue, right: OTelValue) {
        #expect(left != right)
    }

    @Test("maps are equal whatever the order of their keys, at any depth")
    func mapEquality() {
        let left: OTelValue = ["a": ["x": 1, "y": [2, ["p": 1, "q": 2]]], "b": 2]
        let right: OTelValue = ["b": 2, "a": ["y": [2, ["q": 2, "p": 1]], "x": 1]]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }
}
