import COTelCurl

/// Sets options of one easy handle and remembers the first that failed.
struct CurlOptions {
    private let easy: UnsafeMutableRawPointer
    /// `CURLE_OUT_OF_MEMORY`, or `CURLE_UNKNOWN_OPTION` and `CURLE_NOT_BUILT_IN` from a libcurl that lacks one.
    private(set) var result = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func check(_ code: CURLcode) {
        if self.result == CURLE_OK { self.result = code }
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        self.check(COTelCurl_setLong(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        self.check(COTelCurl_setString(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        self.check(COTelCurl_setPointer(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, _ callback: curl_write_callback) {
        self.check(COTelCurl_setWriteFunction(self.easy, option, callback))
    }
}
