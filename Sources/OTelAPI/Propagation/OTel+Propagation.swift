extension OTel {
    /// `context` with what the headers of a request tell about the caller: its span and its baggage.
    ///
    /// Make the result current to continue the caller's trace: `OTelContext.withValue(OTel.extract(headers)) { … }`.
    /// Names may be in any case. Headers that are missing or can't be read leave `context` as it is; nothing in them
    /// makes this fail. Works without an SDK. Pass `.root` to inherit nothing from the current context.
    public static func extract(_ headers: [String: String], in context: OTelContext = .current) -> OTelContext {
        self.extract(from: DictionaryGetter(headers), in: context)
    }

    /// `context` with what a carrier of the caller's own tells.
    public static func extract(
        from carrier: some OTelTextMapGetter,
        in context: OTelContext = .current
    ) -> OTelContext {
        GlobalPropagator.withCurrent { $0.extract(from: carrier, in: context) }
    }

    /// `context` with what the headers tell that `get` finds: `OTel.extract { request.headers.first(name: $0) }`.
    ///
    /// `get` is asked for names in lower case and must find them in any case. Where a header can be there several
    /// times, return them all from it: the form with an array.
    public static func extract(
        in context: OTelContext = .current,
        _ get: (_ name: String) -> String?
    ) -> OTelContext {
        self.extract(in: context) { name -> [String] in get(name).map { [$0] } ?? [] }
    }

    /// `context` with what the headers tell that `getAll` finds, each value of a name in the order of the request.
    ///
    /// `getAll` is asked for names in lower case and must find them in any case.
    public static func extract(
        in context: OTelContext = .current,
        _ getAll: (_ name: String) -> [String]
    ) -> OTelContext {
        withoutActuallyEscaping(getAll) { self.extract(from: ClosureGetter(values: $0), in: context) }
    }

    /// Tells the receiver of a request about `context`, by adding to its headers.
    ///
    /// Replaces what the headers had, in any case. Names are in lower case. Adds nothing when there is neither a span
    /// nor baggage. Works without an SDK: what was extracted is passed on.
    public static func inject(_ context: OTelContext = .current, into headers: inout [String: String]) {
        self.inject(
            context,
            remove: { name in
                if headers.isEmpty { return }
                while let key = headers.keys.first(where: { HeaderName.areSame($0, name) }) { headers[key] = nil }
            },
            add: { name, value in
                if headers.isEmpty { headers.reserveCapacity(3) }
                headers[name] = value
            }
        )
    }

    /// Tells about `context` by calling `set` for each header: `OTel.inject { request.headers.replace($0, with: $1) }`.
    ///
    /// `set` replaces what the name had, in any case.
    public static func inject(
        _ context: OTelContext = .current,
        _ set: (_ name: String, _ value: String) -> Void
    ) {
        GlobalPropagator.withCurrent { $0.inject(context, into: set) }
    }

    /// Removes what each header replaces before it is added.
    ///
    /// A new parent replaces the state of an old one as well: the headers may be a copy of a received request's.
    static func inject(
        _ context: OTelContext,
        remove: (_ name: String) -> Void,
        add: (_ name: String, _ value: String) -> Void
    ) {
        self.inject(context) { name, value in
            remove(name)
            if name == "traceparent" { remove("tracestate") }
            add(name, value)
        }
    }
}
