import COTelCurl

/// The process-wide state of libcurl.
enum CurlLibrary {
    /// Result of `curl_global_init`, which runs once, before the first handle: static initialisation is thread-safe.
    ///
    /// It is never undone: another user of libcurl in the process may still need it.
    static let initialization: CURLcode = COTelCurl_globalInit()

    static func text(_ code: CURLcode) -> String {
        String(cString: curl_easy_strerror(code))
    }
}
