extension OTel {
    /// The current context with what the headers of a request tell about the caller: its span and its baggage.
    ///
    /// Make the result current to continue the caller's trace: `OTelContext.withValue(OTel.extract(headers)) { … }`.
    /// Names may be in any case. Headers that are missing or can't be read leave the context as it is; nothing in them
    /// makes this fail. Works without an SDK.
    public static func extract(_ headers: [String: String]) -> OTelContext {
        guard let parts = W3CParts.inUse else { return self.extract(from: DictionaryGetter(headers: headers)) }
        return W3CHeaders(headers).addedToCurrent(parts)
    }

    /// `context` with what the headers of a request tell; see `extract(_:)`.
    ///
    /// Pass `.root` to inherit nothing from the current context.
    public static func extract(_ headers: [String: String], in context: OTelContext) -> OTelContext {
        guard let parts = W3CParts.inUse else {
            return self.extract(from: DictionaryGetter(headers: headers), in: context)
        }
        return W3CHeaders(headers).added(parts, to: context)
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

    /// Tells the receiver of a request about the current context, by adding to its headers.
    ///
    /// Replaces what the headers had, in any case. Names are in lower case. Adds nothing when there is neither a span
    /// nor baggage. Works without an SDK: what was extracted is passed on.
    public static func inject(into headers: inout [String: String]) {
        guard let parts = W3CParts.inUse else { return self.inject(.current, into: &headers) }
        W3CValues(parts).store(in: &headers)
    }

    /// Tells about `context`; see `inject(into:)`.
    public static func inject(_ context: OTelContext, into headers: inout [String: String]) {
        if let parts = W3CParts.inUse { return W3CValues(context, parts).store(in: &headers) }
        self.inject(context) { name, value in
            for key in headers.keys.filter({ HeaderName.isReplaced($0, by: name) }) { headers[key] = nil }
            headers[name] = value
        }
    }

    /// Tells about the current context by calling `set` for each header:
    /// `OTel.inject { request.headers.replace($0, with: $1) }`.
    ///
    /// `set` replaces what the name had, in any case.
    public static func inject(_ set: (_ name: String, _ value: String) -> Void) {
        guard let parts = W3CParts.inUse else { return self.inject(.current, set) }
        W3CValues(parts).forEach(set)
    }

    /// Tells about `context` by calling `set` for each header; see `inject(_:)`.
    public static func inject(_ context: OTelContext, _ set: (_ name: String, _ value: String) -> Void) {
        if let parts = W3CParts.inUse { return W3CValues(context, parts).forEach(set) }
        GlobalPropagator.withCurrent { $0.inject(context, into: set) }
    }
}
