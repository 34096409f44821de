extension HTTPClient {
    /// What stays the same over all requests of one client.
    package struct Configuration: Sendable {
        /// Used exactly as given: `http` or `https`, with a host.
        package var url: String
        /// Sent with every request, in this order.
        ///
        /// A header given to `post` replaces those of the same name.
        package var headers: [(name: String, value: String)] = []
        package var userAgent: String
        /// Limit on name lookup, TCP and TLS handshake together; the request's timeout bounds it as well.
        package var connectTimeout: Duration = .seconds(10)
        /// Limit on the answer's body after decompression.
        ///
        /// Reading stops there.
        package var maxResponseBytes = 4 * 1024 * 1024
        /// Whether libcurl may leave a name lookup behind when a transfer ends.
        ///
        /// Off only in tests, where it makes any libcurl behave as one before 7.87 does: see ``CurlSession``.
        var leavesLookupsToLibcurl = true

        package init(url: String, userAgent: String) {
            self.url = url
            self.userAgent = userAgent
        }
    }
}

extension HTTPClient.Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Names the headers, never their values, and shows the URL without credentials and query.
    package var description: String {
        let names = self.headers.map { HTTPHeaderRules.printable(name: $0.name) }.joined(separator: ", ")
        let url = (try? HTTPEndpoint(self.url))?.displayText ?? "<invalid>"
        return "HTTPClient.Configuration(url: \(url), headers: [\(names)], userAgent: \(self.userAgent))"
    }

    package var debugDescription: String { self.description }

    package var customMirror: Mirror { Mirror(self, children: ["description": self.description]) }
}
