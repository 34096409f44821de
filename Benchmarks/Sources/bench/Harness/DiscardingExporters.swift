import OTelSDK

/// Takes everything and does nothing with it.
final class DiscardingExporter: SpanExporter, MetricExporter, LogRecordExporter {
    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult { .success }
    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult { .success }
    func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult { .success }
}

extension RecordProcessor {
    /// Holds a burst without waking the export thread, which works when a burst is over.
    static var bursts: RecordProcessor {
        .batch(maxQueueSize: 8192, maxExportBatchSize: 8192, scheduledDelay: .seconds(3600))
    }
}

extension Calls {
    /// Calls that record into `telemetry`, `records` items each for every sink.
    static func recording(_ telemetry: Telemetry, records: Int = 1, _ run: @escaping (Int) -> Void) -> Calls {
        Calls(
            run: run,
            settle: { telemetry.flushBlocking() },
            problem: { calls in
                let incomplete = telemetry.statistics.sinks.first { sink in
                    sink.accepted != calls * records || sink.exported != sink.accepted
                }
                return incomplete?.description
            }
        )
    }
}
