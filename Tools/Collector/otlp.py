"""The three OTLP signals: their message types, and how to read a request that carries one."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


class BadRequest(Exception):
    """A request body that cannot be read."""


@dataclass(frozen=True)
class Signal:
    """One OTLP signal."""

    name: str
    path: str
    method: str
    request_type: type[Message]
    response_type: type[Message]
    rejected_field: str
    count_items: Callable[[Any], int]


def points_of(metric: Any) -> Any:
    """The data points of a metric, of whatever type it is; empty when it has no data."""
    data = metric.WhichOneof("data")
    return getattr(metric, data).data_points if data else ()


def _count_spans(request: Any) -> int:
    return sum(len(scope.spans) for group in request.resource_spans for scope in group.scope_spans)


def _count_logs(request: Any) -> int:
    return sum(len(scope.log_records) for group in request.resource_logs for scope in group.scope_logs)


def _count_points(request: Any) -> int:
    return sum(
        len(points_of(metric))
        for group in request.resource_metrics
        for scope in group.scope_metrics
        for metric in scope.metrics
    )


TRACES = Signal(
    "traces",
    "/v1/traces",
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    trace_service.ExportTraceServiceRequest,
    trace_service.ExportTraceServiceResponse,
    "rejected_spans",
    _count_spans,
)
METRICS = Signal(
    "metrics",
    "/v1/metrics",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    metrics_service.ExportMetricsServiceRequest,
    metrics_service.ExportMetricsServiceResponse,
    "rejected_data_points",
    _count_points,
)
LOGS = Signal(
    "logs",
    "/v1/logs",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    logs_service.ExportLogsServiceRequest,
    logs_service.ExportLogsServiceResponse,
    "rejected_log_records",
    _count_logs,
)
SIGNALS = (TRACES, METRICS, LOGS)
BY_NAME = {signal.name: signal for signal in SIGNALS}
BY_PATH = {signal.path: signal for signal in SIGNALS}
BY_METHOD = {signal.method: signal for signal in SIGNALS}


def decompress(body: bytes, encoding: str) -> bytes:
    """Undoes a content encoding; `deflate` is read with and without its zlib header."""
    try:
        if encoding == "identity":
            return body
        if encoding == "gzip":
            return _inflate(body, 31)
        if encoding == "deflate":
            raw = len(body) < 2 or (body[0] << 8 | body[1]) % 31 != 0
            return _inflate(body, -15 if raw else 15)
    except zlib.error as error:
        raise BadRequest(f"the body is not {encoding}: {error}") from error
    raise ValueError(f"unknown encoding {encoding}")


def _inflate(body: bytes, window: int) -> bytes:
    """Inflates one member and insists that nothing is missing and nothing follows."""
    stream = zlib.decompressobj(window)
    data = stream.decompress(body) + stream.flush()
    if not stream.eof:
        raise BadRequest("the compressed body is cut short")
    if stream.unused_data:
        raise BadRequest(f"{len(stream.unused_data)} bytes follow the compressed body")
    return data


def decode(signal: Signal, body: bytes) -> Any:
    """Reads a protobuf request with Google's parser."""
    try:
        return signal.request_type.FromString(body)
    except DecodeError as error:
        raise BadRequest(f"not a {signal.request_type.DESCRIPTOR.name}: {error}") from error


def decode_json(signal: Signal, body: bytes) -> tuple[Any, list[str]]:
    """Reads an OTLP/JSON request; also returns what in it breaks the rules of that encoding."""
    complaints: list[str] = []
    request = signal.request_type()
    try:
        tree = json.loads(body)
        if not isinstance(tree, dict):
            raise BadRequest("not a JSON object")
        tree = _to_proto_json(tree, "", complaints)
        json_format.ParseDict(tree, request, ignore_unknown_fields=True)
    except (json_format.ParseError, ValueError, RecursionError) as error:
        raise BadRequest(f"not a {signal.request_type.DESCRIPTOR.name}: {error}") from error
    try:
        json_format.ParseDict(tree, signal.request_type())
    except json_format.ParseError as error:
        complaints.append(str(error))
    return request, complaints


_IDS = {"traceId", "spanId", "parentSpanId"}
_ENUMS = {"kind", "code", "severityNumber", "aggregationTemporality"}
_INTEGERS = {
    "startTimeUnixNano",
    "endTimeUnixNano",
    "timeUnixNano",
    "observedTimeUnixNano",
    "intValue",
    "asInt",
    "count",
    "zeroCount",
    "bucketCounts",
}


def _to_proto_json(node: Any, path: str, complaints: list[str]) -> Any:
    """Rewrites OTLP/JSON as proto3 JSON (hex ids become base64), noting what OTLP/JSON forbids."""
    if isinstance(node, list):
        return [_to_proto_json(child, f"{path}[{index}]", complaints) for index, child in enumerate(node)]
    if not isinstance(node, dict):
        return node
    rewritten = {}
    for key, child in node.items():
        place = f"{path}.{key}" if path else key
        if "_" in key:
            complaints.append(f"{place}: field names are lowerCamelCase")
        if key in _ENUMS and isinstance(child, str):
            complaints.append(f"{place}: enums are numbers")
        if key in _INTEGERS and any(isinstance(n, int | float) for n in _as_list(child)):
            complaints.append(f"{place}: 64-bit integers are decimal strings")
        if key in _IDS:
            rewritten[key] = _base64_of_hex(child, place)
        else:
            rewritten[key] = _to_proto_json(child, place, complaints)
    return rewritten


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _base64_of_hex(value: Any, place: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(value)).decode()
    except (TypeError, ValueError) as error:
        raise BadRequest(f"{place}: not hexadecimal") from error
