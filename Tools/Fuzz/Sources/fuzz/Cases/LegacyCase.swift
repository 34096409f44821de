import OTelAPI

/// B3, Jaeger and OT trace.
enum LegacyCase {
    private static let propagators: [any OTelTextMapPropagator] = [
        OTelB3Propagator(), OTelB3Propagator(.multipleHeaders), OTelJaegerPropagator(), OTelOTTracePropagator(),
    ]

    static func run(_ headers: Headers) throws(Broken) {
        for propagator in self.propagators { try self.run(propagator, headers) }
    }

    private static func run(_ propagator: any OTelTextMapPropagator, _ headers: Headers) throws(Broken) {
        let context = try propagator.read(headers)
        let sent = propagator.sent(context)
        for header in sent.list {
            try Broken.unless(header.value.utf8.allSatisfy { 0x20...0x7e ~= $0 || $0 == 9 }, "no header: \(header)")
        }
        try Broken.unless(context.baggage.count <= 64, "\(context.baggage.count) entries of baggage")
        let size = context.baggage.reduce(0) { $0 + $1.name.utf8.count }
        try Broken.unless(size <= 8192, "\(size) bytes of baggage")
        // Only the last 64 bits are sent.
        if propagator is OTelOTTracePropagator, context.span.traceID.low == 0 { return }
        let again = try propagator.read(sent)
        let span = (context.span.context, again.span.context)
        try Broken.unless(
            span.0.spanID == span.1.spanID && span.0.traceID.low == span.1.traceID.low
                && span.0.traceFlags == span.1.traceFlags,
            "\(span.0) became \(span.1)"
        )
        let sentAgain = propagator.sent(again)
        try Broken.unless(sentAgain.list.elementsEqual(sent.list) { $0 == $1 }, "not passed on as it is: \(sent.list)")
    }
}
