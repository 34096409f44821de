/// The value of a header that is a list: its repetitions joined by commas, in their order.
///
/// Of a list that is too long to be read nothing is kept, however many lines it comes in.
struct JoinedHeader {
    private(set) var value: String?
    private(set) var isTooLong = false

    /// Whether the request has no such header.
    var isAbsent: Bool { self.value == nil && !self.isTooLong }

    @inline(__always)
    mutating func append(_ line: String) {
        if self.isAbsent, line.utf8.count <= HeaderList.maximumBytes {
            self.value = line
        } else {
            // By value: a header whose address is taken would be kept in memory by all who have one. Taken from here
            // first: text that two refer to is copied for each line.
            let header = self
            self = JoinedHeader()
            self = Self.joined(consume header, line)
        }
    }

    @inline(never)
    private static func joined(_ header: consuming JoinedHeader, _ line: String) -> JoinedHeader {
        let size = (header.value?.utf8.count ?? HeaderList.maximumBytes) + 1 + line.utf8.count
        if size > HeaderList.maximumBytes {
            header.value = nil
            header.isTooLong = true
        } else {
            header.value?.append(",")
            header.value?.append(line)
        }
        return header
    }
}

extension OTelTextMapGetter {
    /// The value of a header that is a list.
    func list(_ name: String) -> JoinedHeader {
        var list = JoinedHeader()
        self.forEachValue(of: name) { list.append($0) }
        return list
    }
}
