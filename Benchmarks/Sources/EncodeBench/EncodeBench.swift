import OTLPProto
import OTelAPI
public import OTelSDK
import OTelWire

/// What an OTLP exporter does to a batch, on the export thread: group the records by scope and put them into a request.
public final class EncodeBench: SpanExporter {
    private var batches: [RecordBatch] = []
}
