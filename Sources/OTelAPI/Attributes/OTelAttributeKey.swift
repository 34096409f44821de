import OTelWire

/// The name of an attribute.
///
/// A string literal is a prepared key: it refers to the program's constant data and costs nothing to make, copy or
/// compare by address. `OTelAttributeKey(name)` makes one from text that is known only at run time.
@frozen public struct OTelAttributeKey: @unchecked Sendable, ExpressibleByStringLiteral {
    // Safety: `start` points to constant data or into `owner`, which is immutable.
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline let count: Int
    @usableFromInline let owner: Owner?

    /// A key known at compile time.
    @inlinable @inline(__always)
    public init(stringLiteral value: StaticString) {
        if _fastPath(value.hasPointerRepresentation) {
            self.init(start: UnsafeRawPointer(value.utf8Start), count: value.utf8CodeUnitCount, owner: nil)
        } else {
            self.init(value.description)
        }
    }

    /// A key made at run time; copies the name.
    @inlinable
    public init(_ name: String) {
        let owner = Owner(name)
        self.init(start: owner.start, count: owner.count, owner: owner)
    }

    @inlinable @inline(__always)
    init(start: UnsafeRawPointer, count: Int, owner: Owner?) {
        self.start = start
        self.count = count
        self.owner = owner
    }

    /// The bytes of a key made at run time.
    @usableFromInline final class Owner: @unchecked Sendable {
        // Safety: written once, in init.
        @usableFromInline let start: UnsafeRawPointer
        @usableFromInline let count: Int

        @usableFromInline init(_ name: String) {
            (self.start, self.count) = name.withWireBytes { bytes, count in
                let copy = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 1)
                copy.copyMemory(from: bytes, byteCount: count)
                return (UnsafeRawPointer(copy), count)
            }
        }

        deinit {
            self.start.deallocate()
        }
    }

    /// The key as text.
    public var name: String {
        String(decoding: UnsafeRawBufferPointer(start: self.start, count: self.count), as: UTF8.self)
    }
}

extension OTelAttributeKey: Hashable, CustomStringConvertible {
    /// Compares the text.
    @inlinable
    public static func == (left: OTelAttributeKey, right: OTelAttributeKey) -> Bool {
        left.count == right.count
            && (left.start == right.start || left.equalsBytes(of: right))
    }

    @usableFromInline
    func equalsBytes(of other: OTelAttributeKey) -> Bool {
        UnsafeRawBufferPointer(start: self.start, count: self.count)
            .elementsEqual(UnsafeRawBufferPointer(start: other.start, count: other.count))
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(start: self.start, count: self.count))
    }

    /// The key as text.
    public var description: String { self.name }
}
