import OTLPProto
import OTelHTTP
import OTelSDK

/// What an answer over HTTP means for the batch (OTLP specification, "OTLP/HTTP Response").
enum OTLPAnswer {
    static func judge(_ outcome: HTTPOutcome) throws(ExportError) -> ExportResult {
        switch outcome {
        case .response(let response):
            return try self.judge(response)
        case .failure(let failure):
            throw self.error(failure)
        }
    }

    private static func judge(_ response: HTTPResponse) throws(ExportError) -> ExportResult {
        switch response.status {
        case 200..<300:
            return self.result(response)
        case 429, 502, 503, 504:
            throw ExportError(.unavailable, self.text(response))
        default:
            throw ExportError(.rejected, self.text(response))
        }
    }

    /// An answer that cannot be read still says that the request arrived: the batch counts as exported.
    private static func result(_ response: HTTPResponse) -> ExportResult {
        guard let answer = response.body.withUnsafeBytes({ OTLPResponse(protobuf: $0) }) else {
            return ExportResult(message: "the receiver's answer could not be read; what it accepted is unconfirmed")
        }
        return ExportResult(rejected: answer.rejected, message: self.line(answer.message))
    }

    private static func error(_ failure: HTTPFailure) -> ExportError {
        switch failure.kind {
        case .cancelled:
            ExportError(.cancelled, failure.message)
        // Not to be tried again, by the specification, although the receiver may have taken the batch.
        case .responseTooLarge:
            ExportError(.rejected, failure.message)
        case .connection, .timeout, .tls, .invalidURL, .other:
            ExportError(.unavailable, failure.message)
        }
    }

    /// The status, and what the receiver says about it.
    private static func text(_ response: HTTPResponse) -> String {
        let status = response.body.withUnsafeBytes { RPCStatus(protobuf: $0) }
        let message = self.line(status?.message ?? "")
        let redirect = (300..<400).contains(response.status) ? " (redirects are not followed)" : ""
        return "HTTP \(response.status)\(redirect)\(message.isEmpty ? "" : ": \(message)")"
    }

    /// A receiver's words on one line of at most 500 characters.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(500).map { $0.value < 0x20 ? " " : $0 }))
    }
}
