import Foundation
import OTelAPI
import TestSupport
import Testing

@Suite("Environment variables as a carrier")
struct EnvironmentCarrierTests {
    private static let traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test(
        "has a variable for each name: upper-case letters, digits and underscores",
        .matrix(198),
        arguments: [
            (name: "traceparent", variable: "TRACEPARENT"), (name: "TraceState", variable: "TRACESTATE"),
            (name: "BAGGAGE", variable: "BAGGAGE"), (name: "x-b3-traceid", variable: "X_B3_TRACEID"),
            (name: "a.b/c d=e", variable: "A_B_C_D_E"), (name: "a__b", variable: "A__B"), (name: "", variable: "_"),
            (name: "_", variable: "_"), (name: "1", variable: "_1"), (name: "3d-key", variable: "_3D_KEY"),
            (name: "a1", variable: "A1"), (name: "-1", variable: "_1"), (name: "ä", variable: "_"),
            (name: "a\u{301}", variable: "A_"), (name: "ı", variable: "_"), (name: "ß🦊", variable: "__"),
            (name: "٣", variable: "_"), (name: "a\u{0}b\n", variable: "A_B_"), (name: "az-AZ-09", variable: "AZ_AZ_09"),
            (name: "@[`{/:", variable: "______"),
        ]
    )
    func names(name: String, variable: String) {
        #expect(OTelEnvironmentCarrier.variableName(name) == variable)
        var carrier = OTelEnvironmentCarrier()
        carrier.set(name, "value")
        #expect(carrier.variables == [variable: "value"])
        #expect(carrier.get(name) == "value")
        #expect(carrier.getAll(name) == ["value"])
        #expect(carrier.keys == [variable])
    }

    @Test("reads only the variable that a name becomes, and lists only such variables", .matrix(197, 198))
    func reads() {
        let carrier = OTelEnvironmentCarrier([
            "traceparent": "1", "TraceParent": "2", "X_Y": "3", "x-y": "4", "PATH": "/bin", "_1": "5", "1": "6",
            "": "7",
        ])
        #expect(carrier.get("traceparent") == nil)
        #expect(carrier.getAll("TRACEPARENT").isEmpty)
        #expect(carrier.get("x-y") == "3")
        #expect(carrier.get("1") == "5")
        #expect(carrier.keys.sorted() == ["PATH", "X_Y", "_1"])
    }

    @Test("leaves values as they are, whatever is in them", .matrix(198), arguments: ["", " a ", "a=b", "ä\n", "🦊"])
    func values(value: String) {
        var carrier = OTelEnvironmentCarrier(["A": "old"])
        carrier.set("a", value)
        #expect(carrier.get("a") == value)
    }

    @Test("carries a context to a child, in a copy of the environment", .matrix(198))
    func carries() {
        let received = [
            "TRACEPARENT": Self.traceParent, "TRACESTATE": "foo=1", "BAGGAGE": "a=%C3%A4;p", "PATH": "/bin",
        ]
        let context = OTel.extract(from: OTelEnvironmentCarrier(received), in: .root)
        #expect(context.span.context.traceState.description == "foo=1")
        #expect(context.baggage == OTelBaggage().setting("a", "ä", metadata: "p"))
        let parent = OTelEnvironmentCarrier(["PATH": "/bin", "TRACEPARENT": "old"])
        var child = parent
        OTel.inject(context, into: &child)
        #expect(child.variables == received)
        #expect(parent.variables == ["PATH": "/bin", "TRACEPARENT": "old"])
        OTelContext.withValue(context) {
            var other = OTelEnvironmentCarrier()
            OTel.inject(into: &other)
            #expect(other.variables == received.filter { $0.key != "PATH" })
        }
    }

    @Test("is a copy of this process's environment, and changes nothing in it", .matrix(198))
    func current() {
        var carrier = OTelEnvironmentCarrier.current
        #expect(carrier.variables == ProcessInfo.processInfo.environment)
        #expect(carrier.variables["PATH"] != nil)
        carrier.set("traceparent", Self.traceParent)
        #expect(OTelEnvironmentCarrier.current.variables["TRACEPARENT"] != Self.traceParent)
    }
}
