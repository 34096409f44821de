"""The cases of Benchmarks/Sources/bench with OpenTelemetry Python; the same commands, the same output.

peer.py version | list | time CASE | flood URL none|gzip | steady URL none|gzip
"""

import json
import platform
import sys
import time

from opentelemetry import context, metrics, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON
from opentelemetry.sdk.version import __version__
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

SPANS = 200_000
BURST = 1000

# Attribute values that are known only at run time.
ID = 4711 + len(sys.argv)
ROUTE, STATUS, SIZE, RETRY = f"/api/orders/{ID}/items", 197 + ID % 10, 1000 + ID, ID < 0


class CountingExporter(SpanExporter):
    """Counts; discards what it has nobody to pass to."""

    def __init__(self, following=None):
        self.exported = 0
        self.following = following

    def export(self, spans):
        result = self.following.export(spans) if self.following else SpanExportResult.SUCCESS
        self.exported += len(spans)
        return result

    def shutdown(self):
        if self.following:
            self.following.shutdown()


class Recording:
    """Spans through the batch processor to nowhere."""

    def __init__(self, sampler, records, call):
        self.exporter = CountingExporter()
        options = {"max_queue_size": 8192, "max_export_batch_size": 8192, "schedule_delay_millis": 3_600_000}
        self.provider = TracerProvider(sampler=sampler)
        self.provider.add_span_processor(BatchSpanProcessor(self.exporter, **options))
        self.tracer = self.provider.get_tracer("bench")
        self.records = records
        self.call = call

    def run(self, count):
        call, tracer = self.call, self.tracer
        for _ in range(count):
            call(tracer)

    def settle(self):
        self.provider.force_flush()

    def check(self, calls):
        if self.exporter.exported != calls * self.records:
            sys.exit(f"{self.exporter.exported} exported")


class Repeated:
    """Calls that leave nothing behind."""

    def __init__(self, call, *arguments):
        self.call = call
        self.arguments = arguments

    def run(self, count):
        call, arguments = self.call, self.arguments
        for _ in range(count):
            call(*arguments)

    def settle(self):
        pass

    def check(self, calls):
        pass


# ---------------------------------------------------------------------------------------------------------- spans


def start_end(tracer):
    tracer.start_span("GET /orders").end()


def set_attributes(span):
    span.set_attributes(
        {
            "http.request.method": "GET",
            "url.path": ROUTE,
            "http.response.status_code": STATUS,
            "http.response.body.size": SIZE,
            "retry": RETRY,
        }
    )


def five_attributes(tracer):
    span = tracer.start_span("GET /orders")
    set_attributes(span)
    span.end()


def five_attributes_one_event(tracer):
    span = tracer.start_span("GET /orders")
    set_attributes(span)
    span.add_event("cache miss", {"tier": "memory", "size": SIZE})
    span.end()


def current(tracer):
    with tracer.start_as_current_span("GET /orders"):
        pass


# ---------------------------------------------------------------------------------------------------- propagation

PROPAGATOR = CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()])
TRACE_HEADERS = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:8;rv:6e6d1a75832a2f",
}
ALL_HEADERS = {**TRACE_HEADERS, "baggage": "userId=alice,serverNode=DF%2028,isProduction=false"}


class CountingSetter:
    """Adds up lengths."""

    def set(self, carrier, key, value):
        carrier[0] += len(key) + len(value)


COUNTING = CountingSetter()


def extract(headers):
    return PROPAGATOR.extract(headers, context=context.Context())


def inject(extracted):
    PROPAGATOR.inject([0], context=extracted, setter=COUNTING)


def inject_dictionary(extracted):
    PROPAGATOR.inject({}, context=extracted)


# -------------------------------------------------------------------------------------------------------- metrics


class MeasurementCounter(MetricExporter):
    """Discards, and counts the measurements that the points of the last collection stand for."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def export(self, metrics_data, timeout_millis=10_000, **_):
        scopes = (scope for resource in metrics_data.resource_metrics for scope in resource.scope_metrics)
        points = [point for scope in scopes for metric in scope.metrics for point in metric.data.data_points]
        self.count = sum(point.value if hasattr(point, "value") else point.count for point in points)
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis=10_000):
        return True

    def shutdown(self, timeout_millis=30_000, **_):
        pass


class Measuring:
    """Measurements of one instrument, which `make` creates."""

    def __init__(self, make, call, *views):
        self.exporter = MeasurementCounter()
        reader = PeriodicExportingMetricReader(self.exporter, export_interval_millis=3_600_000)
        self.provider = MeterProvider([reader], exemplar_filter=AlwaysOffExemplarFilter(), views=views)
        self.instrument = make(self.provider.get_meter("bench"))
        self.call = call

    def run(self, count):
        call, instrument = self.call, self.instrument
        for _ in range(count):
            call(instrument)

    def settle(self):
        self.provider.force_flush()

    def check(self, calls):
        if self.exporter.count != calls:
            sys.exit(f"{self.exporter.count} measured")


def orders(meter):
    return meter.create_counter("orders")


def durations(meter):
    return meter.create_histogram("duration", unit="s")


def add(counter):
    counter.add(1)


def add_three(counter):
    counter.add(1, {"method": "GET", "route": ROUTE, "status": 200})


def record_three(histogram):
    histogram.record(0.021, {"method": "GET", "route": ROUTE, "status": 200})


EXPONENTIAL = View(instrument_name="duration", aggregation=ExponentialBucketHistogramAggregation())

CASES = {
    "span.no-sdk": lambda: Repeated(start_end, trace.get_tracer("bench")),
    "span.sampled-out": lambda: Recording(ALWAYS_OFF, 0, five_attributes),
    "span.0attr": lambda: Recording(DEFAULT_ON, 1, start_end),
    "span.5attr": lambda: Recording(DEFAULT_ON, 1, five_attributes),
    "span.5attr.1event": lambda: Recording(DEFAULT_ON, 1, five_attributes_one_event),
    "span.current": lambda: Recording(DEFAULT_ON, 1, current),
    "propagation.extract": lambda: Repeated(extract, TRACE_HEADERS),
    "propagation.extract.baggage": lambda: Repeated(extract, ALL_HEADERS),
    "propagation.inject": lambda: Repeated(inject, extract(TRACE_HEADERS)),
    "propagation.inject.baggage": lambda: Repeated(inject, extract(ALL_HEADERS)),
    "propagation.inject.dictionary": lambda: Repeated(inject_dictionary, extract(TRACE_HEADERS)),
    "counter.no-sdk": lambda: Repeated(add, orders(metrics.get_meter("bench"))),
    "counter.add.0attr": lambda: Measuring(orders, add),
    "counter.add.3attr": lambda: Measuring(orders, add_three),
    "histogram.record.3attr": lambda: Measuring(durations, record_three),
    "histogram.record.3attr.exponential": lambda: Measuring(durations, record_three, EXPONENTIAL),
}


def measure_time(name):
    calls = CASES[name]()
    made = 0
    for _ in range(4):
        calls.run(BURST)
        calls.settle()
        made += BURST
    bursts = []
    deadline = time.monotonic() + 2
    while len(bursts) < 1000 and (time.monotonic() < deadline or len(bursts) < 20):
        start = time.perf_counter_ns()
        calls.run(BURST)
        bursts.append(time.perf_counter_ns() - start)
        calls.settle()
        made += BURST
    calls.check(made)
    bursts.sort()
    result = {"case": name, "ns_min": bursts[0] / BURST, "ns_median": bursts[len(bursts) // 2] / BURST}
    print(json.dumps(result))


# ------------------------------------------------------------------------------------------------------- pipeline


def flood(tracer, exporter):
    # The defaults of the batch processor: a queue of 2048, batches of 512.
    for number in range(SPANS):
        while number - exporter.exported >= 2048 - 512:
            time.sleep(50e-6)
        five_attributes(tracer)


def steady(tracer):
    """Returns the memory in use when a quarter was done, in kilobytes."""
    memory = 0
    following = time.monotonic()
    for millisecond in range(SPANS // 20):
        if millisecond == SPANS // 80:
            memory = kilobytes("VmRSS:")
        for _ in range(20):
            five_attributes(tracer)
        following += 1e-3
        time.sleep(max(0, following - time.monotonic()))
    return memory


def kilobytes(name):
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))


def pipeline(mode, url, compression):
    kind = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    exporter = CountingExporter(OTLPSpanExporter(endpoint=f"{url}/v1/traces", compression=kind))
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("pipeline")
    growth = 0
    start = time.monotonic()
    if mode == "steady":
        before = steady(tracer)
        growth = kilobytes("VmRSS:") - before
    else:
        flood(tracer, exporter)
    provider.shutdown()
    result = {
        "spans": SPANS,
        "seconds": time.monotonic() - start,
        "cpu_us": time.process_time() * 1e6,
        "peak_kb": kilobytes("VmHWM:"),
        "growth_kb": growth,
    }
    print(json.dumps(result))


def main(words):
    match words:
        case ["version"]:
            print(__version__, f"CPython {platform.python_version()}")
        case ["list"]:
            print("\n".join(CASES))
        case ["time", name] if name in CASES:
            measure_time(name)
        case ["flood" | "steady" as mode, url, compression]:
            pipeline(mode, url, compression)
        case _:
            sys.exit("expected version, list, time CASE, flood URL none|gzip or steady URL none|gzip")


main(sys.argv[1:])
