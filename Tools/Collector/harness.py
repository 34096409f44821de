"""What the tests of the collector share: a running collector, clients for it, and valid requests."""

from __future__ import annotations

import atexit
import functools
import http.client
import json
import struct
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

HERE = Path(__file__).parent
PROTOBUF = "application/x-protobuf"
SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
TRACE_ID = bytes(range(1, 17))


class Process:
    """A running collector."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, str(HERE / "collector.py"), "--exit-with-parent", *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout
        self.ready_line = self.process.stdout.readline()
        self.ports: dict[str, int] = json.loads(self.ready_line)

    def stop(self) -> int:
        """Ends its stdin; returns the exit code."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(5)


_opened: list[http.client.HTTPConnection] = []


@functools.cache
def ports() -> dict[str, int]:
    """The ports of the collector that all tests share; it starts with the first test that asks."""
    collector = Process()
    atexit.register(collector.stop)
    return collector.ports


def admin(method: str, path: str, body: Any = None, expect: int = 200) -> Any:
    """Asks the admin port."""
    connection = http.client.HTTPConnection("127.0.0.1", ports()["admin"], timeout=10)
    raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    connection.request(method, path, raw)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == expect, (answer.status, content)
    return json.loads(content)


def post(
    body: bytes, path: str = "/v1/traces", connection: http.client.HTTPConnection | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """Sends one request to the OTLP/HTTP port."""
    connection = connection or connect()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, {"Content-Type": PROTOBUF} | names)
    answer = connection.getresponse()
    return answer, answer.read()


def connect(timeout: float = 5) -> http.client.HTTPConnection:
    """A connection to the OTLP/HTTP port."""
    connection = http.client.HTTPConnection("127.0.0.1", ports()["http"], timeout=timeout)
    _opened.append(connection)
    return connection


def traces(count: int = 1) -> trace_service_pb2.ExportTraceServiceRequest:
    """A request with valid spans."""
    request = trace_service_pb2.ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "shop"
    scope = group.scope_spans.add(schema_url="https://example.com/1")
    scope.scope.name, scope.scope.version = "lib", "1.2"
    for index in range(count):
        scope.spans.add(
            trace_id=TRACE_ID,
            span_id=struct.pack(">Q", index + 1),
            name="op",
            kind=2,
            start_time_unix_nano=START,
            end_time_unix_nano=START + 5_000_000,
        )
    return request


def logs(count: int = 1) -> logs_service_pb2.ExportLogsServiceRequest:
    """A request with valid log records."""
    request = logs_service_pb2.ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    for _ in range(count):
        record = scope.log_records.add(observed_time_unix_nano=START, severity_number=9, severity_text="INFO")
        record.body.string_value = "hello"
    return request


def metrics() -> metrics_service_pb2.ExportMetricsServiceRequest:
    """A request with one valid metric of each type: five points."""
    request = metrics_service_pb2.ExportMetricsServiceRequest()
    scope = request.resource_metrics.add().scope_metrics.add()
    window = {"start_time_unix_nano": START, "time_unix_nano": START + SECOND}
    total = scope.metrics.add(name="requests", unit="1").sum
    total.aggregation_temporality, total.is_monotonic = 2, True
    total.data_points.add(as_int=3, **window)
    total.data_points.add(as_int=4, **window).attributes.add(key="k").value.int_value = 1
    scope.metrics.add(name="level").gauge.data_points.add(as_double=float("nan"), time_unix_nano=START)
    histogram = scope.metrics.add(name="time", unit="s").histogram
    histogram.aggregation_temporality = 1
    histogram.data_points.add(count=3, sum=4.5, bucket_counts=[1, 2], explicit_bounds=[1.0], min=0.5, max=2.0, **window)
    exponential = scope.metrics.add(name="size").exponential_histogram
    exponential.aggregation_temporality = 2
    point = exponential.data_points.add(count=4, sum=9.0, scale=0, zero_count=1, **window)
    point.positive.offset = 1
    point.positive.bucket_counts.extend([1, 2])
    point.exemplars.add(as_int=2, time_unix_nano=START, trace_id=TRACE_ID, span_id=b"\1" * 8)
    return request


def counts() -> tuple[int, int, int, int]:
    """Requests, spans, logs and points."""
    state = admin("GET", "/state")
    return state["requests"], state["spans"], state["logs"], state["points"]


class CollectorTest(unittest.TestCase):
    """Starts every test with an empty collector."""

    def setUp(self) -> None:
        admin("POST", "/reset")

    def tearDown(self) -> None:
        while _opened:
            _opened.pop().close()

    def fault(self, **order: Any) -> None:
        """Orders a fault."""
        admin("POST", "/faults", order)

    def assert_no_violation(self) -> None:
        """Nothing that was sent broke a rule."""
        self.assertEqual(admin("GET", "/state")["violations"], [])

    def assert_reset(self, send: Any) -> None:
        """Sending ends in a connection reset."""
        with self.assertRaises(ConnectionResetError):
            send()
