import Foundation
import NIOCore

/// One thing that a request asks for: to post something somewhere.
struct Call: Sendable {
    let address: HTTPAddress
    /// JSON.
    let body: ByteBuffer

    /// The calls in the body of a request, a list of `{"url": …, "arguments": …}`.
    static func list(_ json: ByteBuffer) throws(HTTPError) -> [Call] {
        guard let elements = try? JSONSerialization.jsonObject(with: Data(json.readableBytesView)) as? [Any] else {
            throw HTTPError(.badRequest, "expected a JSON list")
        }
        return try elements.map { element throws(HTTPError) in try Call(element) }
    }

    private init(_ element: Any) throws(HTTPError) {
        guard let fields = element as? [String: Any], let url = fields["url"] as? String else {
            throw HTTPError(.badRequest, "expected an object with a url in each place of the list")
        }
        guard let address = HTTPAddress(url) else {
            throw HTTPError(.badRequest, "expected the url of an http server, not \(url)")
        }
        let arguments = fields["arguments"] ?? [Any]()
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes]
        guard let body = try? JSONSerialization.data(withJSONObject: arguments, options: options) else {
            throw HTTPError(.badRequest, "expected arguments that can be sent as JSON")
        }
        self.address = address
        self.body = ByteBuffer(bytes: body)
    }
}

/// What came of a call.
struct CallResult: Encodable, Sendable {
    var url: String
    /// Of the answer, if there was one.
    var status: UInt?
    /// Why there was none.
    var error: String?
}
