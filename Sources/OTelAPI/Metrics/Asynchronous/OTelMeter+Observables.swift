// Asynchronous instruments: values are asked for when a reader collects.
extension OTelMeter {
    /// An instrument that observes an ever-growing total, such as the processor time used.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"` or `"By"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    ///   - callback: observes the values of the moment; stays for good, so that each call with one adds it. More can be
    ///     registered later.
    /// - Returns: the handle, the same one for the same arguments.
    @discardableResult
    public func observableCounter<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Value>? = nil
    ) -> OTelObservableCounter<Value> {
        self.asynchronous(
            .observableCounter,
            name,
            unit,
            description,
            attributeKeys,
            callback,
            OTelObservableCounter.init
        )
    }

    /// The same for `Int`: an instrument that observes an ever-growing total, such as the processor time used.
    @discardableResult
    public func observableCounter(
        _ name: String,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Int>? = nil
    ) -> OTelObservableCounter<Int> {
        self.asynchronous(
            .observableCounter,
            name,
            unit,
            description,
            attributeKeys,
            callback,
            OTelObservableCounter.init
        )
    }

    /// An instrument that observes a total that may fall, such as the memory in use.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"` or `"By"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    ///   - callback: observes the values of the moment; stays for good, so that each call with one adds it. More can be
    ///     registered later.
    /// - Returns: the handle, the same one for the same arguments.
    @discardableResult
    public func observableUpDownCounter<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Value>? = nil
    ) -> OTelObservableUpDownCounter<Value> {
        self.asynchronous(
            .observableUpDownCounter,
            name,
            unit,
            description,
            attributeKeys,
            callback,
            OTelObservableUpDownCounter.init
        )
    }

    /// The same for `Int`: an instrument that observes a total that may fall, such as the memory in use.
    @discardableResult
    public func observableUpDownCounter(
        _ name: String,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Int>? = nil
    ) -> OTelObservableUpDownCounter<Int> {
        self.asynchronous(
            .observableUpDownCounter,
            name,
            unit,
            description,
            attributeKeys,
            callback,
            OTelObservableUpDownCounter.init
        )
    }

    /// An instrument that observes a value which makes no sense to add up, such as a temperature.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"` or `"By"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    ///   - callback: observes the values of the moment; stays for good, so that each call with one adds it. More can be
    ///     registered later.
    /// - Returns: the handle, the same one for the same arguments.
    @discardableResult
    public func observableGauge<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Value>? = nil
    ) -> OTelObservableGauge<Value> {
        self.asynchronous(.observableGauge, name, unit, description, attributeKeys, callback, OTelObservableGauge.init)
    }

    /// The same for `Int`: an instrument that observes a value which makes no sense to add up, such as a temperature.
    @discardableResult
    public func observableGauge(
        _ name: String,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil,
        callback: OTelObservableCallback<Int>? = nil
    ) -> OTelObservableGauge<Int> {
        self.asynchronous(.observableGauge, name, unit, description, attributeKeys, callback, OTelObservableGauge.init)
    }

    private func asynchronous<Value: OTelNumber, Handle: ObservableHandle>(
        _ kind: OTelInstrumentKind,
        _ name: String,
        _ unit: String,
        _ description: String,
        _ attributeKeys: [String]?,
        _ callback: OTelObservableCallback<Value>?,
        _ make: (ObservableCore<Value>) -> Handle
    ) -> Handle where Handle.Value == Value {
        let descriptor = OTelInstrumentDescriptor(
            kind: kind,
            name: name,
            unit: unit,
            description: description,
            isInteger: Value.self == Int.self,
            attributeKeys: attributeKeys
        )
        let handle = self.handle(descriptor) { descriptor in
            let core = ObservableCore<Value>(descriptor)
            return (make(core), core)
        }
        if let callback { _ = handle.core.register(callback) }
        return handle
    }
}
