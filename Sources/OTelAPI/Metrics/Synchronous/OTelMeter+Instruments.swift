// Synchronous instruments: measurements are made where things happen.
extension OTelMeter {
    /// An instrument that sums increments which are never negative.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"`, `"By"` or `"{request}"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    /// - Returns: the handle, the same one for the same arguments.
    public func counter<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil
    ) -> OTelCounter<Value> {
        self.synchronous(.counter, name, type, unit, description, attributeKeys, OTelCounter.init)
    }

    /// An instrument that sums increments and decrements.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"`, `"By"` or `"{request}"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    /// - Returns: the handle, the same one for the same arguments.
    public func upDownCounter<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil
    ) -> OTelUpDownCounter<Value> {
        self.synchronous(.upDownCounter, name, type, unit, description, attributeKeys, OTelUpDownCounter.init)
    }

    /// An instrument that keeps the last value recorded.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"`, `"By"` or `"{request}"`.
    ///   - description: what the values tell.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    /// - Returns: the handle, the same one for the same arguments.
    public func gauge<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        attributeKeys: [String]? = nil
    ) -> OTelGauge<Value> {
        self.synchronous(.gauge, name, type, unit, description, attributeKeys, OTelGauge.init)
    }

    /// An instrument that counts values in ranges.
    ///
    /// - Parameters:
    ///   - name: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
    ///   - type: `Int` or `Double`.
    ///   - unit: what the values are in, such as `"s"` or `"By"`.
    ///   - description: what the values tell.
    ///   - boundaries: the inclusive upper bounds of the ranges in ascending order, as advice to the SDK; an empty list
    ///     for one range that holds all. By default 0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500,
    ///     10000.
    ///   - attributeKeys: the keys of the attributes that are worth keeping, as advice to the SDK; nil for all.
    /// - Returns: the handle, the same one for the same arguments.
    public func histogram<Value: OTelNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        boundaries: [Double]? = nil,
        attributeKeys: [String]? = nil
    ) -> OTelHistogram<Value> {
        self.synchronous(
            .histogram,
            name,
            type,
            unit,
            description,
            boundaries: boundaries,
            attributeKeys,
            OTelHistogram.init
        )
    }

    private func synchronous<Value: OTelNumber, Handle: AnyObject & Sendable>(
        _ kind: OTelInstrumentKind,
        _ name: String,
        _ type: Value.Type,
        _ unit: String,
        _ description: String,
        boundaries: [Double]? = nil,
        _ attributeKeys: [String]?,
        _ make: (InstrumentCore) -> Handle
    ) -> Handle {
        let descriptor = OTelInstrumentDescriptor(
            kind: kind,
            name: name,
            unit: unit,
            description: description,
            isInteger: type == Int.self,
            boundaries: boundaries,
            attributeKeys: attributeKeys
        )
        return self.handle(descriptor) { descriptor in
            let core = InstrumentCore(descriptor)
            return (make(core), core)
        }
    }
}
