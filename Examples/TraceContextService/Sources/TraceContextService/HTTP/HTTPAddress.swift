import Foundation

/// Where a request goes: an `http` URL in parts.
struct HTTPAddress: Sendable {
    /// A name or an address; without the brackets that URLs have around those of IPv6.
    var host: String
    var port: Int
    /// The path with the query.
    var target: String

    /// The host with the port, as in the header `Host`.
    var authority: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }

    /// The URL, without the user name, password and fragment that it may have had.
    var url: String { "http://\(self.authority)\(self.target)" }
}

extension HTTPAddress {
    /// Nil when `text` is no URL of an HTTP server.
    init?(_ text: String) {
        guard let url = URLComponents(string: text, encodingInvalidCharacters: false),
            url.scheme?.lowercased() == "http",
            let host = url.encodedHost, !host.isEmpty,
            1...65_535 ~= url.port ?? 80
        else { return nil }
        let path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
        let query = url.percentEncodedQuery.map { "?\($0)" } ?? ""
        self.init(host: host.trimmingCharacters(in: ["[", "]"]), port: url.port ?? 80, target: path + query)
    }
}
