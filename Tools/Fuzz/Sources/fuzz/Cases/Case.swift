/// One case: what it does depends on the seed and its number alone.
enum Case {
    static func run(_ number: UInt64, seed: UInt64) throws(Broken) {
        var dice = Dice(seed: seed, case: number)
        switch dice.below(16) {
        case 0..<4: try W3CCase.run(self.trace(&dice))
        case 4..<7: try W3CCase.run(self.baggage(&dice))
        case 7..<9: try TraceStateCase.run(&dice)
        case 9..<11: try LegacyCase.run(self.b3(&dice))
        case 11..<13: try LegacyCase.run(self.jaeger(&dice))
        case 13: try LegacyCase.run(self.otTrace(&dice))
        case 14: try EnvironmentCase.run(self.noise(&dice))
        default: try self.anything(&dice)
        }
    }

    /// Headers of all kinds at once; once in a while far too large ones.
    private static func anything(_ dice: inout Dice) throws(Broken) {
        let headers = dice.once(in: 1000) ? self.huge(&dice) : self.noise(&dice)
        try W3CCase.run(headers)
        try LegacyCase.run(headers)
    }

    private static func trace(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        headers.add("traceparent", Values.traceParent(&dice), &dice)
        if dice.once(in: 30) { headers.add("traceparent", Values.traceParent(&dice), &dice) }
        for _ in 0..<self.lines(&dice) { headers.add("tracestate", Values.traceState(&dice), &dice) }
        return headers
    }

    private static func baggage(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        for _ in 0..<self.lines(&dice) { headers.add("baggage", Values.baggage(&dice), &dice) }
        return headers
    }

    private static func b3(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        if dice.once(in: 2) { headers.add("b3", Values.b3(&dice), &dice) }
        headers.add("x-b3-traceid", Values.digits(dice.once(in: 2) ? 16 : 32, &dice), &dice)
        headers.add("x-b3-spanid", valid: Values.digits(16, &dice), &dice)
        if dice.once(in: 2) {
            headers.add("x-b3-sampled", Array(dice.pick(["0", "1", "true", "false", "x"]).utf8), &dice)
        }
        if dice.once(in: 3) { headers.add("x-b3-flags", Array(dice.pick(["0", "1"]).utf8), &dice) }
        return headers
    }

    private static func jaeger(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        headers.add("uber-trace-id", Values.jaeger(&dice), &dice)
        for _ in 0..<(dice.once(in: 50) ? 80 : dice.below(4)) {
            headers.add(
                "uberctx-\(dice.pick(["a", "b-c", "ä", "", "x y", "Z"]))",
                Values.encoded(dice.below(30), &dice),
                &dice
            )
        }
        if dice.once(in: 3) { headers.add("jaeger-baggage", Values.baggage(&dice), &dice) }
        return headers
    }

    private static func otTrace(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        headers.add("ot-tracer-traceid", Values.digits(1 + dice.below(33), &dice), &dice)
        headers.add("ot-tracer-spanid", valid: Values.digits(1 + dice.below(17), &dice), &dice)
        headers.add("ot-tracer-sampled", Array(dice.pick(["true", "false", "1", "0"]).utf8), &dice)
        for _ in 0..<dice.below(4) {
            headers.add(
                "ot-baggage-\(dice.pick(["a", "b-c", "ä", "", "x y"]))",
                Values.bytes(dice.below(30), &dice),
                &dice
            )
        }
        return headers
    }

    private static let names = [
        "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags",
        "uber-trace-id", "uberctx-a", "jaeger-baggage", "ot-tracer-traceid", "ot-tracer-spanid", "ot-baggage-a", "host",
        "", "é", "traceparent\0", "1st",
    ]

    private static func noise(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        for _ in 0...dice.below(6) { headers.add(dice.pick(self.names), Values.bytes(dice.below(70), &dice), &dice) }
        return headers
    }

    /// A megabyte and more, in one line or in many.
    private static func huge(_ dice: inout Dice) -> Headers {
        var headers = Headers()
        headers.add("traceparent", valid: Values.traceParent(&dice), &dice)
        let piece = dice.pick([",", " ", "a=1,", "a", "%", "=", "%41", ";", "a=1;", "é", "-", "0", ":"])
        let size = 1 << (10 + dice.below(11))
        let value = Array(String(repeating: piece, count: 1 + size / piece.utf8.count).utf8)
        let name = dice.pick(self.names)
        if dice.once(in: 2) {
            headers.add(name, valid: value, &dice)
        } else {
            for start in stride(from: 0, to: value.count, by: 1 + value.count / 500) {
                headers.add(name, valid: Array(value[start..<min(value.count, start + 1 + value.count / 500)]), &dice)
            }
        }
        return headers
    }

    private static func lines(_ dice: inout Dice) -> Int { dice.once(in: 4) ? dice.below(4) : 1 }
}
