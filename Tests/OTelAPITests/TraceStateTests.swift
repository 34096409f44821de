import OTelAPI
import TestSupport
import Testing

@Suite("Trace state")
struct TraceStateTests {
    static let keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/@"
    static let valueCharacters = String(decoding: (0x20...0x7e).filter { $0 != 0x2c && $0 != 0x3d }, as: UTF8.self)

    @Test(
        "is read from a valid header, without white space around members and without empty members",
        arguments: [
            (header: "", expected: ""),
            (header: "foo=1", expected: "foo=1"),
            (header: "foo=1,bar=2", expected: "foo=1,bar=2"),
            (header: "foo=1 \t , \t bar=2, \t baz=3", expected: "foo=1,bar=2,baz=3"),
            (header: "foo=1\t \t,\t \tbar=2,\t \tbaz=3", expected: "foo=1,bar=2,baz=3"),
            (header: " foo=1", expected: "foo=1"),
            (header: "\tfoo=1", expected: "foo=1"),
            (header: "foo=1 ", expected: "foo=1"),
            (header: "foo=1\t", expected: "foo=1"),
            (header: "\t foo=1 \t", expected: "foo=1"),
            (header: ",", expected: ""),
            (header: " , \t,", expected: ""),
            (header: "foo=1,", expected: "foo=1"),
            (header: ",foo=1", expected: "foo=1"),
            (header: "foo=1,,bar=2", expected: "foo=1,bar=2"),
            (header: "foo=1, \t ,bar=2", expected: "foo=1,bar=2"),
            (header: "foo= 1", expected: "foo= 1"),
            (header: "foo=1,foo=1", expected: "foo=1,foo=1"),
            (header: "foo=1,foo=2", expected: "foo=1,foo=2"),
            (header: "0a=1,1=2", expected: "0a=1,1=2"),
            (header: "foo@=1,foo@@bar=2,foo@bar@baz=3", expected: "foo@=1,foo@@bar=2,foo@bar@baz=3"),
            (header: "\(keyCharacters)=\(valueCharacters)", expected: "\(keyCharacters)=\(valueCharacters)"),
        ]
    )
    func reads(header: String, expected: String) {
        #expect(OTelTraceState(header)?.description == expected)
    }

    @Test(
        "is not read from a header that breaks the grammar",
        arguments: [
            "foo", "=", "=1", "foo=", "foo=,bar=3", "foo =1", "FOO=1", "fOo=1", "foo.bar=1", "foo=bar=baz",
            "@foo=1,bar=2",
            "_foo=1", "-foo=1", "*foo=1", "/foo=1", "foo=1;bar=2", "foo=a\tb", "foo=\u{7f}", "foo=\u{0}", "foo=ä",
            "ä=1",
            "foo=1,bar", "foo=1,=", "foo=1,b\u{301}=2", "foo=1\n", "\nfoo=1", "foo=1\r\nbar=2",
        ]
    )
    func refuses(header: String) {
        #expect(OTelTraceState(header) == nil)
    }

    @Test(
        "allows keys and values of 1 to 256 characters",
        arguments: [(length: 0, isValid: false), (1, true), (256, true), (257, false)]
    )
    func lengths(length: Int, isValid: Bool) {
        let text = String(repeating: "z", count: length)
        #expect((OTelTraceState("foo=1,\(text)=1") != nil) == isValid)
        #expect((OTelTraceState("foo=1,bar=\(text)") != nil) == isValid)
        #expect((OTelTraceState().setting(text, "1")[text] == "1") == isValid)
        #expect((OTelTraceState().setting("bar", text)["bar"] == text) == isValid)
    }

    @Test(
        "allows keys with a tenant of any length within the 256 characters",
        arguments: [(tenant: 241, system: 14), (242, 1), (1, 15), (1, 254), (254, 1)]
    )
    func tenants(tenant: Int, system: Int) {
        let key = String(repeating: "t", count: tenant) + "@" + String(repeating: "v", count: system)
        #expect(OTelTraceState("foo=1,\(key)=1")?[key] == "1")
    }

    @Test("allows 32 members, whatever stands between them")
    func memberLimit() {
        let members = Self.members(33)
        #expect(OTelTraceState(members.prefix(32).joined(separator: ","))?.members.count == 32)
        #expect(OTelTraceState(members.prefix(32).joined(separator: " , ,,"))?.members.count == 32)
        #expect(OTelTraceState(members.joined(separator: ",")) == nil)
    }

    @Test("finds values by key and lists members from left to right")
    func values() throws {
        let state = try #require(OTelTraceState("rojo=00f067aa0ba902b7, congo= t61rcWkgMzE,rojo=2"))
        #expect(state["rojo"] == "00f067aa0ba902b7")
        #expect(state["congo"] == " t61rcWkgMzE")
        #expect(state["roj"] == nil)
        #expect(state["rojo=00f067aa0ba902b7"] == nil)
        #expect(state[""] == nil)
        #expect(state.members.map(\.key) == ["rojo", "congo", "rojo"])
        #expect(state.members.map(\.value) == ["00f067aa0ba902b7", " t61rcWkgMzE", "2"])
        #expect(OTelTraceState().members.isEmpty)
        #expect(OTelTraceState().isEmpty && !state.isEmpty)
    }

    @Test(
        "puts what is set at the left and leaves the others in their order",
        arguments: [
            (before: "", key: "a", value: "1", after: "a=1"),
            (before: "b=2,c=3", key: "a", value: "1", after: "a=1,b=2,c=3"),
            (before: "a=0,b=2,c=3", key: "a", value: "1", after: "a=1,b=2,c=3"),
            (before: "b=2,a=0,c=3", key: "a", value: "1", after: "a=1,b=2,c=3"),
            (before: "b=2,a=0,c=3,a=9", key: "a", value: " 1", after: "a= 1,b=2,c=3"),
            (before: "ab=2", key: "a", value: "1", after: "a=1,ab=2"),
        ]
    )
    func sets(before: String, key: String, value: String, after: String) throws {
        let state = try #require(OTelTraceState(before))
        #expect(state.setting(key, value).description == after)
        #expect(state.description == before)
    }

    @Test(
        "is left as it is by a key or value that the grammar does not allow",
        arguments: [
            ("", "1"), ("A", "1"), ("a b", "1"), ("@a", "1"), ("a,b", "1"), ("a=b", "1"), ("ä", "1"), ("a\n", "1"),
            ("a", ""), ("a", " "), ("a", "1 "), ("a", "1,2"), ("a", "1=2"), ("a", "1\t2"), ("a", "ä"),
            ("a", "1\r\nx: y"),
        ]
    )
    func ignoresInvalid(key: String, value: String) throws {
        let state = try #require(OTelTraceState("a=0,b=2"))
        #expect(state.setting(key, value) == state)
    }

    @Test("drops its right-most member when a 33rd is set, and none when one of the 32 changes")
    func dropsRightMost() throws {
        let state = try #require(OTelTraceState(Self.members(32).joined(separator: ",")))
        #expect(state.setting("new", "1").members.map(\.key) == ["new"] + state.members.map(\.key).dropLast())
        #expect(state.setting("bar32", "new").members.count == 32)
    }

    @Test(
        "loses every member of a key that is removed",
        arguments: [
            (before: "a=1,b=2,c=3", key: "b", after: "a=1,c=3"),
            (before: "a=1,b=2,a=3", key: "a", after: "b=2"),
            (before: "a=1", key: "a", after: ""),
            (before: "a=1", key: "b", after: "a=1"),
            (before: "a=1", key: "", after: "a=1"),
            (before: "", key: "a", after: ""),
        ]
    )
    func removes(before: String, key: String, after: String) throws {
        let state = try #require(OTelTraceState(before))
        #expect(state.removing(key).description == after)
        #expect(state.description == before)
    }

    /// As many members as asked for, from `bar01=01` on.
    static func members(_ count: Int) -> [String] {
        (1...count).map { $0 < 10 ? "bar0\($0)=0\($0)" : "bar\($0)=\($0)" }
    }
}
