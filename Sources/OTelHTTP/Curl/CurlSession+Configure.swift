import COTelCurl

extension CurlSession {
    /// Sets what stays the same over all requests.
    ///
    /// TLS verification is on by libcurl's default and nothing here touches it; so are the proxies of the environment
    /// and the refusal of HTTP/0.9.
    func configure(_ configuration: HTTPClient.Configuration) -> CURLcode {
        var options = CurlOptions(self.easy)
        options.check(COTelCurl_allowOnlyHTTP(self.easy))
        options.set(CURLOPT_URL, configuration.url)
        options.set(CURLOPT_USERAGENT, configuration.userAgent)
        options.set(CURLOPT_HTTP_VERSION, Int(COTelCurl_http11))
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        // No signals: their handlers belong to the application.
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        // The answer to CONNECT is not the server's.
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // libcurl inflates piece by piece before it calls back, so the collector counts what comes out.
        options.set(CURLOPT_ACCEPT_ENCODING, "gzip")
        options.set(CURLOPT_ERRORBUFFER, self.errorText)
        options.set(CURLOPT_WRITEFUNCTION, receiveBody)
        options.set(CURLOPT_WRITEDATA, Unmanaged.passUnretained(self.collector).toOpaque())
        options.set(CURLOPT_HEADERFUNCTION, receiveHeader)
        options.set(CURLOPT_HEADERDATA, Unmanaged.passUnretained(self.collector).toOpaque())
        options.check(self.sockets.attach(to: self.easy))
        return options.result
    }
}

private let receiveBody: curl_write_callback = { bytes, size, count, context in
    receive(bytes, size * count, context) { $0.receive(body: $1) }
}

private let receiveHeader: curl_write_callback = { bytes, size, count, context in
    receive(bytes, size * count, context) { $0.receive(header: $1) }
}

/// Any result but `count` makes libcurl end the transfer with `CURLE_WRITE_ERROR`.
private func receive(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?,
    _ take: (ResponseCollector, UnsafeRawBufferPointer) -> Bool
) -> Int {
    // An empty piece must be answered with 0, which is its count.
    guard count > 0, let context else { return 0 }
    let collector = Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
    return take(collector, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
}
