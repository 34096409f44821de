/// What a client asks for, as far as it matters.
struct ScrapeRequest: Sendable, Hashable {
    var method: String
    /// Without a query.
    var path: String
    var accept: String?
    /// How long the client waits, in seconds, as Prometheus tells it.
    var timeout: String?
}

/// What it gets.
struct ScrapeResponse: Sendable {
    var status: UInt32
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(_ status: UInt32, contentType: String, body: [UInt8]) {
        self.status = status
        self.headers = [("Content-Type", contentType)]
        self.body = body
    }

    /// A line of plain text for a human.
    init(_ status: UInt32, _ text: String) {
        self.init(status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }
}
