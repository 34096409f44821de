import COTelCurl

/// Owner of a `curl_slist` of header lines.
struct CurlHeaderList: ~Copyable {
    private var head: UnsafeMutablePointer<curl_slist>?
    /// False once a line was lost for want of memory.
    private(set) var isComplete = true

    init() {}

    deinit {
        curl_slist_free_all(self.head)
    }

    /// Adds a field; libcurl copies it.
    mutating func add(name: String, value: String) {
        // "Name:" would remove a header of libcurl's own; "Name;" sends it with an empty value.
        let isBlank = value.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        self.append(isBlank ? name + ";" : name + ": " + value)
    }

    /// Keeps libcurl from sending a header of its own.
    mutating func remove(name: String) {
        self.append(name + ":")
    }

    /// The list must live until the handle gets another one.
    func attach(to easy: UnsafeMutableRawPointer) -> CURLcode {
        COTelCurl_setHeaders(easy, self.head)
    }

    private mutating func append(_ line: String) {
        // Null when out of memory; the list stays as it was.
        if let head = curl_slist_append(self.head, line) {
            self.head = head
        } else {
            self.isComplete = false
        }
    }
}
