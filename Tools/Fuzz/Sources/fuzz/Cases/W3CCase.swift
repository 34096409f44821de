import OTelAPI

/// Trace context and baggage, in every way that an application reads and writes them.
enum W3CCase {
    private static let propagator = OTelCompositePropagator([
        OTelW3CTraceContextPropagator(), OTelW3CBaggagePropagator(),
    ])

    static func run(_ headers: Headers) throws(Broken) {
        let context = try self.propagator.read(headers)
        try self.readsTheSame(headers, context)
        let sent = self.propagator.sent(context)
        try self.isValid(sent)
        try self.sendsTheSame(context, sent)
        try self.comesBack(context, sent)
        try Reference.check(headers, context)
    }

    /// The forms that know the W3C's headers, against the propagators themselves.
    private static func readsTheSame(_ headers: Headers, _ context: OTelContext) throws(Broken) {
        let pairs = try Broken.ifItAllocates(headers.size) { OTel.extract(headers.list, in: .root) }
        try Broken.unless(self.areSame(pairs, context), "pairs tell something else than a carrier")
        let dictionary = Dictionary(headers.list.map { ($0.name, $0.value) }) { first, _ in first }
        guard Set(headers.list.map { $0.name.lowercased() }).count == headers.list.count else { return }
        let keyed = try Broken.ifItAllocates(headers.size) { OTel.extract(dictionary, in: .root) }
        try Broken.unless(self.areSame(keyed, context), "a dictionary tells something else than a carrier")
    }

    private static func sendsTheSame(_ context: OTelContext, _ sent: Headers) throws(Broken) {
        var pairs: [(name: String, value: String)] = []
        OTel.inject(context, into: &pairs)
        try Broken.unless(pairs.elementsEqual(sent.list) { $0 == $1 }, "pairs are sent something else than a carrier")
        var dictionary: [String: String] = [:]
        OTel.inject(context, into: &dictionary)
        let expected = Dictionary(sent.list.map { ($0.name, $0.value) }) { _, last in last }
        try Broken.unless(dictionary == expected, "a dictionary is sent something else than a carrier")
    }

    private static func isValid(_ sent: Headers) throws(Broken) {
        for header in sent.list {
            try Broken.unless(header.value.utf8.allSatisfy { 0x20...0x7e ~= $0 || $0 == 9 }, "no header: \(header)")
            switch header.name {
            case "traceparent": try Broken.unless(header.value.utf8.count == 55, "no parent: \(header)")
            case "tracestate": try Broken.unless(1...512 ~= header.value.utf8.count, "too long: \(header)")
            case "baggage": try Broken.unless(1...8192 ~= header.value.utf8.count, "too long: \(header)")
            default: throw Broken("unknown: \(header)")
            }
        }
    }

    /// What was sent is read as what was to be sent, and sent on as it is.
    private static func comesBack(_ context: OTelContext, _ sent: Headers) throws(Broken) {
        let again = OTel.extract(sent.list, in: .root)
        let isComplete = self.areSame(again, context) || self.isLarge(context.baggage) && self.isPart(again, context)
        try Broken.unless(isComplete, "\(self.text(context)) was sent and became \(self.text(again))")
        let sentAgain = self.propagator.sent(again)
        try Broken.unless(sentAgain.list.elementsEqual(sent.list) { $0 == $1 }, "not passed on as it is: \(sent.list)")
    }

    /// Whether it may not fit a header once it is encoded: it may have come with bytes that are sent as three.
    private static func isLarge(_ baggage: OTelBaggage) -> Bool {
        let size = baggage.reduce(0) { $0 + $1.name.utf8.count + 3 * $1.value.utf8.count + 3 }
        return size + baggage.reduce(0) { $0 + ($1.metadata?.utf8.count ?? 0) } > 8192
    }

    /// Whether no more than entries of baggage are missing on the left.
    private static func isPart(_ left: OTelContext, _ right: OTelContext) -> Bool {
        left.span.context == right.span.context && left.baggage.allSatisfy { right.baggage.entry($0.name) == $0 }
    }

    private static func text(_ context: OTelContext) -> String {
        let baggage = context.baggage.map {
            "\($0.name.debugDescription)=\($0.value.debugDescription);\($0.metadata ?? "")"
        }
        return "\(context.span.context) with \(baggage)"
    }

    private static func areSame(_ left: OTelContext, _ right: OTelContext) -> Bool {
        left.span.context == right.span.context && left.baggage.elementsEqual(right.baggage)
    }
}
