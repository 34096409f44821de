"""The cases of Benchmarks/Sources/bench with pytracingx, a Python binding of OpenTelemetry Rust.

pytracingx_peer.py version | list | time CASE | flood URL none|gzip | steady URL none|gzip

It has no exporter that discards: the cases send to the receiver that $PEER_SINK names, between the bursts.
"""

import importlib.metadata
import json
import os
import platform
import sys
import time

import pytracingx

SPANS = 200_000
BURST = 1000

# Attribute values that are known only at run time.
ID = 4711 + len(sys.argv)
ROUTE, STATUS, SIZE, RETRY = f"/api/orders/{ID}/items", 197 + ID % 10, 1000 + ID, ID < 0


def start_end():
    pytracingx.start_span("GET /orders").end()


def set_attributes(span):
    span.set_attribute("http.request.method", "GET")
    span.set_attribute("url.path", ROUTE)
    span.set_attribute("http.response.status_code", STATUS)
    span.set_attribute("http.response.body.size", SIZE)
    span.set_attribute("retry", RETRY)


def five_attributes():
    span = pytracingx.start_span("GET /orders")
    set_attributes(span)
    span.end()


def five_attributes_one_event():
    span = pytracingx.start_span("GET /orders")
    set_attributes(span)
    span.add_event("cache miss", {"tier": "memory", "size": SIZE})
    span.end()


def current():
    with pytracingx.start_span("GET /orders"):
        pass


def start(url, **settings):
    init(pytracingx.TraceSink(endpoint=f"{url}/v1/traces", protocol="http", **settings))


def init(sink):
    pytracingx.init(pytracingx.Config(service_name="bench", console_output=False, sinks=[sink]))


def recording(call, sampler):
    size = {"batch_max_queue": 8192, "batch_max_export": 8192, "batch_schedule_delay_ms": 3_600_000}
    start(os.environ["PEER_SINK"], sampler=sampler, **size)
    return call


def measuring(make):
    url = os.environ["PEER_SINK"]
    init(pytracingx.MetricSink(endpoint=f"{url}/v1/metrics", protocol="http", export_interval_ms=3_600_000))
    return make(pytracingx.get_meter("bench"))


def adding(meter):
    counter = meter.counter("orders")
    return lambda: counter.add(1)


def adding_three(meter):
    counter = meter.counter("orders")
    return lambda: counter.add(1, {"method": "GET", "route": ROUTE, "status": 200})


def recording_three(meter):
    histogram = meter.histogram("duration", unit="s")
    return lambda: histogram.record(0.021, {"method": "GET", "route": ROUTE, "status": 200})


CASES = {
    "span.sampled-out": lambda: recording(five_attributes, "always_off"),
    "span.0attr": lambda: recording(start_end, "always_on"),
    "span.5attr": lambda: recording(five_attributes, "always_on"),
    "span.5attr.1event": lambda: recording(five_attributes_one_event, "always_on"),
    "span.current": lambda: recording(current, "always_on"),
    "counter.add.0attr": lambda: measuring(adding),
    "counter.add.3attr": lambda: measuring(adding_three),
    "histogram.record.3attr": lambda: measuring(recording_three),
}


def measure_time(name):
    call = CASES[name]()

    def burst():
        begin = time.perf_counter_ns()
        for _ in range(BURST):
            call()
        taken = time.perf_counter_ns() - begin
        pytracingx.force_flush()
        return taken

    for _ in range(4):
        burst()
    bursts = []
    deadline = time.monotonic() + 2
    while len(bursts) < 1000 and (time.monotonic() < deadline or len(bursts) < 20):
        bursts.append(burst())
    bursts.sort()
    result = {"case": name, "ns_min": bursts[0] / BURST, "ns_median": bursts[len(bursts) // 2] / BURST}
    print(json.dumps(result))


# ------------------------------------------------------------------------------------------------------- pipeline


def flood():
    # Nothing tells how much is queued: bursts that fit the queue of 2048, each flushed.
    for number in range(SPANS):
        five_attributes()
        if number % 2000 == 1999:
            pytracingx.force_flush()


def steady():
    """Returns the memory in use when a quarter was done, in kilobytes."""
    memory = 0
    following = time.monotonic()
    for millisecond in range(SPANS // 20):
        if millisecond == SPANS // 80:
            memory = kilobytes("VmRSS:")
        for _ in range(20):
            five_attributes()
        following += 1e-3
        time.sleep(max(0, following - time.monotonic()))
    return memory


def kilobytes(name):
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))


def pipeline(mode, url, compression):
    start(url, raw_otlp=pytracingx.RawOtlp(compression="gzip") if compression == "gzip" else None)
    growth = 0
    begin = time.monotonic()
    if mode == "steady":
        before = steady()
        growth = kilobytes("VmRSS:") - before
    else:
        flood()
    pytracingx.shutdown()
    result = {
        "spans": SPANS,
        "seconds": time.monotonic() - begin,
        "cpu_us": time.process_time() * 1e6,
        "peak_kb": kilobytes("VmHWM:"),
        "growth_kb": growth,
    }
    print(json.dumps(result))


def main(words):
    match words:
        case ["version"]:
            print(importlib.metadata.version("pytracingx"), f"CPython {platform.python_version()}")
        case ["list"]:
            print("\n".join(CASES))
        case ["time", name] if name in CASES:
            measure_time(name)
        case ["flood" | "steady" as mode, url, compression]:
            pipeline(mode, url, compression)
        case _:
            sys.exit("expected version, list, time CASE, flood URL none|gzip or steady URL none|gzip")


main(sys.argv[1:])
