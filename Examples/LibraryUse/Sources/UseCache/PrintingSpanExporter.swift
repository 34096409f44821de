import OTelSDK

/// An exporter of the application's own: prints one line for each span.
final class PrintingSpanExporter: SpanExporter {
    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        for span in batch.spans {
            let scope = span.scope
            print("span \(span.name), \(span.kind), of \(scope.name) \(scope.version ?? ""):", span.attributes)
        }
        return .success
    }
}
