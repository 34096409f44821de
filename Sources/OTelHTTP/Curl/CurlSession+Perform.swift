import COTelCurl

extension CurlSession {
    /// Carries out one request: until its answer, an error, the timeout, or the signal.
    ///
    /// The transfer may still be running afterwards: call ``stop()``, or ``releaseElsewhere()`` if it is stuck.
    mutating func perform(_ request: HTTPRequest, unless cancel: CancelSignal) -> HTTPOutcome {
        let deadlines = TransferDeadlines(
            from: .now,
            timeout: request.timeout,
            connectTimeout: self.connectTimeout,
            curlComesFirst: self.leavesLookups
        )
        let code = self.start(request, deadlines: deadlines)
        guard code == CURLE_OK else {
            return .failure(.notStarted(HTTPFailure.Kind(code), CurlLibrary.text(code)))
        }
        return self.drive(deadlines, bodyCount: request.body.count, unless: cancel)
    }

    private mutating func drive(
        _ deadlines: TransferDeadlines,
        bodyCount: Int,
        unless cancel: CancelSignal
    ) -> HTTPOutcome {
        while true {
            switch self.advance() {
            case .running: ()
            case .finished(CURLE_OK): return .response(self.response)
            case .finished(let code): return .failure(self.failure(code, bodyCount: bodyCount))
            case .broken(let code): return .failure(self.failure(code, bodyCount: bodyCount))
            }
            if cancel.isRaised {
                return .failure(self.failure(.cancelled, "the request was cancelled", bodyCount: bodyCount))
            }
            let now = ContinuousClock.now
            if now >= deadlines.end {
                return .failure(self.failure(overdue: deadlines.timeout, bodyCount: bodyCount))
            }
            if now >= deadlines.lookupEnd, self.isLookingUpName {
                return .failure(self.failure(overdue: deadlines.connectTimeout, bodyCount: bodyCount))
            }
            let code = self.wait(for: deadlines.pause(at: now), or: cancel.descriptor)
            guard code == CURLM_OK else { return .failure(self.failure(code, bodyCount: bodyCount)) }
            cancel.drain()
        }
    }
}
