import FlyingFox

/// An error that tells the client what went wrong; every other error becomes a plain 500.
protocol HTTPError: Error {
    var status: HTTPStatusCode { get }
    var reason: String { get }
}
