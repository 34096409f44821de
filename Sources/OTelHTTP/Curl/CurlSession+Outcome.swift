import COTelCurl

extension CurlSession {
    /// The answer of a transfer that ended well.
    var response: HTTPResponse {
        HTTPResponse(
            status: COTelCurl_getLong(self.easy, CURLINFO_RESPONSE_CODE),
            contentType: COTelCurl_getString(self.easy, CURLINFO_CONTENT_TYPE).map { String(cString: $0) } ?? "",
            retryAfter: self.collector.retryAfter,
            body: self.collector.body
        )
    }

    /// The failure of a transfer that libcurl ended.
    func failure(_ code: CURLcode, bodyCount: Int) -> HTTPFailure {
        switch self.collector.excess {
        case .body: self.failure(.responseTooLarge, "the response body exceeds its limit", bodyCount: bodyCount)
        case .header: self.failure(.responseTooLarge, "the response header exceeds its limit", bodyCount: bodyCount)
        case nil:
            self.failure(
                HTTPFailure.Kind(code),
                self.errorText[0] == 0 ? CurlLibrary.text(code) : String(cString: self.errorText),
                bodyCount: bodyCount
            )
        }
    }

    /// The failure of the multi interface itself.
    ///
    /// `CURLM_OUT_OF_MEMORY`, `CURLM_INTERNAL_ERROR` or `CURLM_UNRECOVERABLE_POLL`: the other codes mean wrong handles or
    /// arguments, which cannot happen here.
    func failure(_ code: CURLMcode, bodyCount: Int) -> HTTPFailure {
        self.failure(.other, String(cString: curl_multi_strerror(code)), bodyCount: bodyCount)
    }

    /// The failure of a transfer that went on past its time.
    func failure(overdue limit: Duration, bodyCount: Int) -> HTTPFailure {
        let phase = self.isLookingUpName ? "the name lookup did not end" : "the request did not end"
        return self.failure(.timeout, "\(phase) within \(limit.curlMilliseconds) ms", bodyCount: bodyCount)
    }

    func failure(_ kind: HTTPFailure.Kind, _ message: String, bodyCount: Int) -> HTTPFailure {
        HTTPFailure(
            kind: kind,
            message: HTTPFailure.sanitized(message),
            requestSent: self.hasSentRequest(bodyCount: bodyCount)
        )
    }

    /// The connection stood (the request's size also counts a CONNECT to a proxy), and header and body are out.
    private func hasSentRequest(bodyCount: Int) -> Bool {
        COTelCurl_getOffset(self.easy, CURLINFO_PRETRANSFER_TIME_T) > 0
            && COTelCurl_getLong(self.easy, CURLINFO_REQUEST_SIZE) > 0
            && COTelCurl_getOffset(self.easy, CURLINFO_SIZE_UPLOAD_T) >= Int64(bodyCount)
    }
}
