/// When one transfer has to be over, for libcurl and for the loop that drives it.
///
/// libcurl keeps the time limits itself, and tells the phases apart in its messages. The loop's own deadlines are a
/// little later: they take effect only if libcurl overshoots. Before 7.87 libcurl cannot end a transfer during its name
/// lookup without waiting for the lookup; there the roles are swapped, and the loop comes first.
struct TransferDeadlines {
    /// How much later the second in line acts: far above a scheduling delay, far below what callers notice.
    private static let margin = Duration.milliseconds(100)
    /// Longer timeouts become this one: no sum of durations can overflow.
    private static let longest = Duration.seconds(24 * 60 * 60)

    let timeout: Duration
    let connectTimeout: Duration
    /// What `CURLOPT_TIMEOUT_MS` and `CURLOPT_CONNECTTIMEOUT_MS` get.
    let curlTimeout: Duration
    let curlConnectTimeout: Duration
    /// When the loop ends the transfer, and when it does so if the name lookup has not ended.
    let end: ContinuousClock.Instant
    let lookupEnd: ContinuousClock.Instant

    init(from start: ContinuousClock.Instant, timeout: Duration, connectTimeout: Duration, curlComesFirst: Bool) {
        self.timeout = min(max(timeout, .zero), Self.longest)
        self.connectTimeout = min(connectTimeout, self.timeout)
        let curlMargin = curlComesFirst ? Duration.zero : Self.margin * 10
        let loopMargin = curlComesFirst ? Self.margin : .zero
        self.curlTimeout = self.timeout + curlMargin
        self.curlConnectTimeout = self.connectTimeout + curlMargin
        self.end = start + self.timeout + loopMargin
        self.lookupEnd = start + self.connectTimeout + loopMargin
    }

    /// How long the loop may sleep at `now`: up to the next deadline, at most a second.
    func pause(at now: ContinuousClock.Instant) -> Duration {
        let next = now < self.lookupEnd ? min(self.lookupEnd, self.end) : self.end
        return min(max(now.duration(to: next), .zero), .seconds(1))
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that a wait never ends before its time; at least 1, as 0 means "for ever" or
    /// "default" to libcurl.
    ///
    /// For durations of less than a few million years.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = self.components
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
