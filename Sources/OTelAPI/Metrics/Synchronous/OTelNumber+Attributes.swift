/// Measurements with a few attributes: an SDK finds their series by the hash, and only when it does not know it yet, or
/// wants to see the attributes, are they made into a collection.
extension OTelNumber {
    @inlinable @inline(__always)
    func record<A: OTelAttributeValue>(
        to backend: OTelInstrumentBackend,
        _ key1: OTelAttributeKey,
        _ value1: A
    ) {
        let hash = value1.attributeHash(of: key1)
        if _fastPath(self.record(to: backend, hash)) { return }
        self.record(to: backend, [key1: value1.attributeValue])
    }

    @inlinable @inline(__always)
    func record<A: OTelAttributeValue, B: OTelAttributeValue>(
        to backend: OTelInstrumentBackend,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B
    ) {
        let hash = value1.attributeHash(of: key1) + value2.attributeHash(of: key2)
        if _fastPath(self.record(to: backend, hash)) { return }
        self.record(to: backend, [key1: value1.attributeValue, key2: value2.attributeValue])
    }

    @inlinable @inline(__always)
    func record<A: OTelAttributeValue, B: OTelAttributeValue, C: OTelAttributeValue>(
        to backend: OTelInstrumentBackend,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B,
        _ key3: OTelAttributeKey,
        _ value3: C
    ) {
        let hash =
            value1.attributeHash(of: key1)
            + value2.attributeHash(of: key2)
            + value3.attributeHash(of: key3)
        if _fastPath(self.record(to: backend, hash)) { return }
        self.record(
            to: backend,
            [
                key1: value1.attributeValue,
                key2: value2.attributeValue,
                key3: value3.attributeValue,
            ]
        )
    }

    @inlinable @inline(__always)
    func record<A: OTelAttributeValue, B: OTelAttributeValue, C: OTelAttributeValue, D: OTelAttributeValue>(
        to backend: OTelInstrumentBackend,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B,
        _ key3: OTelAttributeKey,
        _ value3: C,
        _ key4: OTelAttributeKey,
        _ value4: D
    ) {
        let hash =
            value1.attributeHash(of: key1)
            + value2.attributeHash(of: key2)
            + value3.attributeHash(of: key3)
            + value4.attributeHash(of: key4)
        if _fastPath(self.record(to: backend, hash)) { return }
        self.record(
            to: backend,
            [
                key1: value1.attributeValue,
                key2: value2.attributeValue,
                key3: value3.attributeValue,
                key4: value4.attributeValue,
            ]
        )
    }
}
