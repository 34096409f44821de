#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Sends requests to one URL over one kept-alive connection.
///
/// `post` and `get` belong to one thread at a time; `cancel` and `resume` may be called from any thread.
// Safety: the variables are touched only by `post`, `get`, `discardConnections` and `deinit`, which the owner
// calls from one thread at a time; everything else is immutable or, as `CancelSignal`, thread-safe.
package final class HTTPClient: @unchecked Sendable {
    /// Where the requests go.
    package let endpoint: HTTPEndpoint
    private let configuration: Configuration
    private let cancelSignal: CancelSignal
    /// Nil while a request is in flight, after connections were discarded, and after a name lookup got stuck.
    private var session: CurlSession?
    /// The sockets of the latest session, in flight or not.
    private var sockets: CurlSocketRegistry?
    private var ownerProcess = getpid()

    /// Checks the configuration; connects to nothing.
    package init(_ configuration: Configuration) throws(ConfigurationError) {
        self.endpoint = try configuration.validate()
        guard let cancelSignal = CancelSignal() else { throw .unavailable("out of file descriptors") }
        self.configuration = configuration
        self.cancelSignal = cancelSignal
        self.session = try CurlSession.make(configuration)
        self.sockets = self.session?.sockets
    }

    deinit {
        self.discardConnections()
    }

    /// Sends one POST request and waits for its answer; the bytes are not copied.
    ///
    /// Returns within `timeout` and a fraction of a second whatever the server or the name service does. After
    /// ``cancel()`` it fails at once, until ``resume()``. An extra header replaces a configured one of its name.
    package func post(
        _ body: UnsafeRawBufferPointer,
        contentType: String,
        contentEncoding: String?,
        extraHeaders: [(String, String)],
        timeout: Duration
    ) -> HTTPOutcome {
        self.send(timeout: timeout) { () throws(ConfigurationError) in
            let content = try HTTPRequest.contentHeaders(type: contentType, encoding: contentEncoding)
            let headers = try HTTPRequest.headers(self.configuration.headers, extra: extraHeaders)
            return HTTPRequest(method: .post, body: body, headers: content + headers, timeout: timeout)
        }
    }

    /// Sends one GET request and waits for its answer, on the same terms as `post`.
    package func get(timeout: Duration) -> HTTPOutcome {
        self.send(timeout: timeout) {
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            return HTTPRequest(method: .get, body: nothing, headers: self.configuration.headers, timeout: timeout)
        }
    }

    /// Ends the request in flight, if any, and makes later ones fail at once.
    package func cancel() {
        self.cancelSignal.raise()
    }

    /// Takes ``cancel()`` back.
    package func resume() {
        self.cancelSignal.clear()
    }

    /// Makes the next request use a new connection.
    ///
    /// In a forked child the parent's connection stays untouched: nothing is sent on it. Requests see to that by
    /// themselves.
    package func discardConnections() {
        guard getpid() == self.ownerProcess else { return self.letGoAfterFork() }
        let brokenPipe = BrokenPipeGuard()
        defer { brokenPipe.end() }
        self.session = nil
    }

    /// Nothing of the parent's session is used or freed: a thread that the child does not have may have been at work
    /// on it when the fork came.
    private func letGoAfterFork() {
        self.sockets?.closeInherited()
        if let session = self.session.take() { session.leak() }
        self.cancelSignal.renewAfterFork()
        self.ownerProcess = getpid()
    }

    private func send(
        timeout: Duration,
        _ request: () throws(ConfigurationError) -> HTTPRequest
    ) -> HTTPOutcome {
        guard !self.cancelSignal.isRaised else {
            return .failure(.notStarted(.cancelled, "the request was cancelled"))
        }
        guard timeout > .zero else { return .failure(.notStarted(.timeout, "no time left for the request")) }
        do throws(ConfigurationError) {
            return try self.perform(request())
        } catch {
            return .failure(.notStarted(.other, error.description))
        }
    }

    private func perform(_ request: HTTPRequest) throws(ConfigurationError) -> HTTPOutcome {
        if getpid() != self.ownerProcess { self.letGoAfterFork() }
        let brokenPipe = BrokenPipeGuard()
        defer { brokenPipe.end() }
        var session = if let session = self.session.take() { session } else { try CurlSession.make(self.configuration) }
        self.sockets = session.sockets
        let outcome = session.perform(request, unless: self.cancelSignal)
        if session.isStuckInLookup {
            session.releaseElsewhere()
        } else {
            session.stop()
            self.session = consume session
        }
        return outcome
    }
}

extension HTTPClient.Configuration {
    /// Everything that can be checked without libcurl's handles.
    ///
    /// Returns the URL in parts.
    @discardableResult
    package func validate() throws(HTTPClient.ConfigurationError) -> HTTPEndpoint {
        let endpoint = try HTTPEndpoint(self.url)
        for (name, value) in self.headers { try HTTPHeaderRules.validate(name: name, value: value) }
        guard !self.userAgent.isEmpty, HTTPHeaderRules.isFieldValue(self.userAgent) else { throw .invalidUserAgent }
        guard self.connectTimeout > .zero else { throw .notPositive(setting: "connectTimeout") }
        guard self.maxResponseBytes > 0 else { throw .notPositive(setting: "maxResponseBytes") }
        return endpoint
    }
}
