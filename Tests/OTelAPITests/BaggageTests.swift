import OTelAPI
import TestSupport
import Testing

@Suite("Baggage")
struct BaggageTests {
    @Test("finds what was set, by names that differ in case and may be any text", .matrix(65))
    func values() {
        let baggage = OTelBaggage()
            .setting("user", "alice")
            .setting("User", "bob")
            .setting("größe 🦊", "ä, \"b\"; c=d %41")
            .setting("empty", "")
        #expect(baggage["user"] == "alice")
        #expect(baggage["User"] == "bob")
        #expect(baggage["größe 🦊"] == "ä, \"b\"; c=d %41")
        #expect(baggage["empty"] == "")
        #expect(baggage["USER"] == nil)
        #expect(baggage[""] == nil)
        #expect(baggage.count == 4)
    }

    @Test("is empty until something is set")
    func empty() {
        #expect(OTelBaggage().isEmpty)
        #expect(OTelBaggage().count == 0)
        #expect(OTelBaggage()["a"] == nil)
        #expect(!OTelBaggage().setting("a", "1").isEmpty)
        #expect(OTelBaggage().setting("", "1").isEmpty)
    }

    @Test("never changes: setting and removing make new values", .matrix(65))
    func immutable() {
        let one: OTelBaggage = ["a": "1"]
        let two = one.setting("b", "2")
        let none = one.removing("a")
        #expect(one == ["a": "1"])
        #expect(two == ["a": "1", "b": "2"])
        #expect(none == [:])
    }

    @Test("lets the last value of a name win, with its metadata and without the old one's", .matrix(65))
    func lastWins() {
        let first = OTelBaggage().setting("a", "1", metadata: "x=y").setting("b", "2")
        #expect(first.entry("a")?.value == "1")
        #expect(first.entry("a")?.metadata == "x=y")
        let second = first.setting("a", "3")
        #expect(second.entry("a")?.value == "3")
        #expect(second.entry("a")?.metadata == nil)
        #expect(second.map(\.name) == ["a", "b"])
        let literal: OTelBaggage = ["a": "1", "b": "2", "a": "3"]
        #expect(literal.map(\.value) == ["3", "2"])
    }

    @Test("lists all entries in the order in which their names were first set", .matrix(65))
    func order() {
        let baggage = (0..<300).reduce(OTelBaggage()) { $0.setting("k\($1)", "\($1)") }.setting("k7", "new")
        #expect(baggage.map(\.name) == (0..<300).map { "k\($0)" })
        #expect(baggage.map(\.value) == (0..<300).map { $0 == 7 ? "new" : "\($0)" })
        #expect(baggage.first?.name == "k0")
        #expect(baggage[299].name == "k299")
    }

    @Test("forgets what is removed, and nothing else", .matrix(65))
    func removes() {
        let baggage: OTelBaggage = ["a": "1", "b": "2", "c": "3"]
        #expect(baggage.removing("b") == ["a": "1", "c": "3"])
        #expect(baggage.removing("B") == baggage)
        #expect(baggage.removing("a").removing("b").removing("c").isEmpty)
    }

    @Test("equals what holds the same entries in any order")
    func equality() {
        let baggage: OTelBaggage = ["a": "1", "b": "2"]
        #expect(baggage == ["b": "2", "a": "1"])
        #expect(baggage.hashValue == (["b": "2", "a": "1"] as OTelBaggage).hashValue)
        #expect(baggage != ["a": "1", "b": "3"])
        #expect(baggage != ["a": "1"])
        #expect(baggage != baggage.setting("a", "1", metadata: "m"))
    }

    @Test("is put into a context, current with it, and cleared from it, without an SDK", .matrix(65))
    func contexts() async {
        let context = OTelContext.root.with(["a": "1"] as OTelBaggage)
        #expect(context.baggage == ["a": "1"])
        #expect(OTelContext.root.baggage.isEmpty)
        #expect(OTelBaggage.current.isEmpty)
        OTelContext.withValue(context) { #expect(OTelBaggage.current == ["a": "1"]) }
        await OTelContext.withValue(context) {
            await Task.yield()
            #expect(OTelBaggage.current == ["a": "1"])
        }
        #expect(context.with(OTelBaggage()).baggage.isEmpty)
        #expect(OTelW3CBaggagePropagator().injected(context.with(OTelBaggage())).isEmpty)
    }
}
