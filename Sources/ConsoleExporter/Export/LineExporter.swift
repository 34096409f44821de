import OTLPProto
import OTelSDK

/// Renders items as lines and writes them: the exporter behind every console sink.
final class LineExporter: @unchecked Sendable {
    // Safety: `session` is used by the pipeline's thread alone, one export at a time, and replaced by the only thread
    // of a forked child.
    private let settings: ConsoleSettings
    private let cancelled = CancelFlag()
    private var session: Session

    /// What the export thread works with.
    private final class Session {
        var formatter: any ItemFormatter
        let writer: any LineWriter
        var text: ConsoleText

        init(_ settings: ConsoleSettings) {
            self.formatter = settings.makeFormatter()
            self.writer = settings.makeWriter()
            self.text = ConsoleText(isColored: settings.isColored)
        }
    }

    init(_ settings: ConsoleSettings) {
        self.settings = settings
        self.session = Session(settings)
    }

    /// Renders the items, each with `append`, and writes them in one go.
    func show<Item>(
        _ items: [Item],
        by deadline: Deadline,
        _ append: (Item, inout any ItemFormatter, inout ConsoleText) -> Void
    ) throws(ExportError) -> ExportResult {
        let session = self.session
        session.text.clear()
        for (index, item) in items.enumerated() {
            if index % 64 == 0, self.cancelled.isRaised || deadline.isOver { throw Self.late }
            append(item, &session.formatter, &session.text)
        }
        try self.write(session, by: deadline)
        return .success
    }

    private static let late = ExportError(.cancelled, "the time was over before the lines were ready")

    private func write(_ session: Session, by deadline: Deadline) throws(ExportError) {
        // Not thrown out of the closure: the error would lose its type.
        let outcome = session.text.bytes.withUnsafeBytes { lines -> Result<Void, ExportError> in
            do throws(ExportError) {
                return .success(try session.writer.write(lines, by: deadline, unless: self.cancelled))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }
}

extension LineExporter: Exporter {
    func cancel() {
        self.cancelled.raise()
    }

    func shutdown(by deadline: Deadline) {
        self.session = Session(self.settings)
    }

    /// The parent's thread may have been anywhere inside the session: it is left alone, not even freed.
    func resetAfterFork() {
        _ = Unmanaged.passRetained(self.session)
        self.session = Session(self.settings)
        self.cancelled.clear()
    }
}

extension LineExporter: StreamExporter {
    func export(_ batch: StreamBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.show(batch.items, by: deadline) { item, formatter, text in formatter.append(item, to: &text) }
    }
}

extension LineExporter: SpanExporter {
    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        let spans = batch.spans.map { (time: $0.endTime ?? $0.startTime, span: $0) }.sorted { $0.time < $1.time }
        return try self.show(spans, by: deadline) { item, formatter, text in
            formatter.append(.spanEnd(item.span), to: &text)
        }
    }
}

extension LineExporter: LogRecordExporter {
    func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        let records = batch.logRecords.map { (time: $0.timestamp ?? $0.observedTimestamp, record: $0) }
        return try self.show(records.sorted { $0.time < $1.time }, by: deadline) { item, formatter, text in
            formatter.append(.logRecord(item.record), to: &text)
        }
    }
}
