import COTelCurl
import COTelRuntime

/// Owner of one easy handle in one multi handle: reused for every request, so that its connection is kept alive.
///
/// Used by one thread at a time. A transfer can be left at any moment (``stop()``), with one exception: before 7.87
/// libcurl waits there for a name lookup under way, which nobody can interrupt. ``isStuckInLookup`` tells, and
/// ``releaseElsewhere()`` is then the way out.
struct CurlSession: ~Copyable {
    /// How a step of a transfer ended.
    enum Progress {
        case running
        case finished(CURLcode)
        /// The multi handle itself failed: out of memory, or a bug.
        case broken(CURLMcode)
    }

    let easy: UnsafeMutableRawPointer
    let multi: UnsafeMutableRawPointer
    /// `CURL_ERROR_SIZE` bytes that libcurl describes an error in.
    let errorText: UnsafeMutablePointer<CChar>
    let collector: ResponseCollector
    let sockets: CurlSocketRegistry
    let connectTimeout: Duration
    /// Whether libcurl ends a transfer without waiting for its name lookup.
    private(set) var leavesLookups: Bool
    private var headers: CurlHeaderList
    /// Between ``start(_:deadlines:)`` and ``stop()``.
    private var isAttached: Bool
    /// Whether libcurl is through with the transfer.
    private var hasEnded: Bool

    /// Sets up the handles; connects to nothing.
    static func make(_ configuration: HTTPClient.Configuration) throws(HTTPClient.ConfigurationError) -> CurlSession {
        let initialization = CurlLibrary.initialization
        guard initialization == CURLE_OK else { throw .unavailable(CurlLibrary.text(initialization)) }
        guard var session = CurlSession(configuration) else { throw .unavailable("out of memory or file descriptors") }
        let code = session.configure(configuration)
        guard code == CURLE_OK else { throw .unavailable(CurlLibrary.text(code)) }
        if configuration.leavesLookupsToLibcurl { session.leavesLookups = session.letGoOfLookups() }
        return session
    }

    private init?(_ configuration: HTTPClient.Configuration) {
        guard let easy = curl_easy_init() else { return nil }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            return nil
        }
        self.easy = easy
        self.multi = multi
        self.errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        self.errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        self.collector = ResponseCollector(maxBodyBytes: configuration.maxResponseBytes)
        self.sockets = CurlSocketRegistry()
        self.connectTimeout = configuration.connectTimeout
        self.leavesLookups = false
        self.headers = CurlHeaderList()
        self.isAttached = false
        self.hasEnded = true
    }

    deinit {
        // The order that libcurl documents. None of the codes matters any more.
        if self.isAttached { curl_multi_remove_handle(self.multi, self.easy) }
        curl_easy_cleanup(self.easy)
        curl_multi_cleanup(self.multi)
        self.errorText.deallocate()
    }

    /// Hands a request to libcurl, which does nothing with it before ``advance()``.
    mutating func start(_ request: HTTPRequest, deadlines: TransferDeadlines) -> CURLcode {
        self.collector.reset()
        self.errorText[0] = 0
        var headers = CurlHeaderList()
        // libcurl would wait a second for "100 Continue" before a large body; servers rarely send it.
        headers.remove(name: "Expect")
        for (name, value) in request.headers { headers.add(name: name, value: value) }
        guard headers.isComplete else { return CURLE_OUT_OF_MEMORY }
        var options = CurlOptions(self.easy)
        options.check(headers.attach(to: self.easy))
        self.headers = headers
        switch request.method {
        case .get: options.set(CURLOPT_HTTPGET, 1)
        case .post:
            options.set(CURLOPT_POST, 1)
            options.check(COTelCurl_setBody(self.easy, request.body.baseAddress, Int64(request.body.count)))
        }
        options.set(CURLOPT_TIMEOUT_MS, deadlines.curlTimeout.curlMilliseconds)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, deadlines.curlConnectTimeout.curlMilliseconds)
        guard options.result == CURLE_OK else { return options.result }
        self.isAttached = curl_multi_add_handle(self.multi, self.easy) == CURLM_OK
        self.hasEnded = !self.isAttached
        return self.isAttached ? CURLE_OK : CURLE_OUT_OF_MEMORY
    }

    /// Does what can be done without waiting.
    mutating func advance() -> Progress {
        var running: Int32 = 0
        let code = curl_multi_perform(self.multi, &running)
        guard code == CURLM_OK else { return .broken(code) }
        var left: Int32 = 0
        while let message = curl_multi_info_read(self.multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            self.hasEnded = true
            return .finished(COTelCurl_result(message))
        }
        return .running
    }

    /// Waits until there is something to do, `descriptor` is readable or the time is over.
    func wait(for duration: Duration, or descriptor: Int32) -> CURLMcode {
        var extra = curl_waitfd(fd: descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        cotel_work_pause()
        defer { cotel_work_resume() }
        return curl_multi_poll(self.multi, &extra, 1, Int32(duration.curlMilliseconds), nil)
    }

    /// Ends the transfer.
    ///
    /// One that is unfinished takes its connection with it.
    mutating func stop() {
        if self.isAttached { curl_multi_remove_handle(self.multi, self.easy) }
        self.isAttached = false
        self.hasEnded = true
        // The caller's bytes are valid no longer.
        _ = COTelCurl_setBody(self.easy, nil, 0)
    }

    /// Whether ``stop()`` would wait for a name lookup.
    var isStuckInLookup: Bool {
        !self.hasEnded && !self.leavesLookups && self.isLookingUpName
    }

    /// During a transfer: whether the address is still unknown.
    var isLookingUpName: Bool {
        COTelCurl_getOffset(self.easy, CURLINFO_NAMELOOKUP_TIME_T) == 0
    }

    private func letGoOfLookups() -> Bool {
        COTelCurl_letGoOfLookupThreads(self.multi) == CURLM_OK && COTelCurl_letGoOfLookups(self.easy) == CURLE_OK
    }
}
