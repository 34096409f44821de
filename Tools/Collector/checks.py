"""Strict checks of a decoded request: what OTLP and the specification forbid although it parses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.common.v1 import common_pb2 as common

import otlp
from otlp import LOGS, TRACES, Signal

# One bad batch must not fill the list with the same complaint.
MAX_VIOLATIONS_PER_REQUEST = 100

_NO_TRACE = bytes(16)
_NO_SPAN = bytes(8)
_SPAN_FLAGS = 0x3FF
_LOG_FLAGS = 0xFF
_NO_RECORDED_VALUE = 1
_DELTA_OR_CUMULATIVE = (1, 2)
_WITH_TEMPORALITY = ("sum", "histogram", "exponential_histogram")


class Report:
    """The violations found in one request."""

    def __init__(self) -> None:
        self.violations: list[dict[str, str]] = []

    def add(self, rule: str, path: str, message: str) -> None:
        """Notes one violation, up to the limit."""
        if len(self.violations) < MAX_VIOLATIONS_PER_REQUEST:
            self.violations.append({"rule": rule, "path": path, "message": message})


def check(signal: Signal, body: bytes) -> list[dict[str, str]]:
    """Checks the protobuf bytes of a request that is known to parse."""
    report = Report()
    request = otlp.decode(signal, body)
    size = request.ByteSize()
    request.DiscardUnknownFields()
    if request.ByteSize() != size:
        _report_unknown_fields(report, "", otlp.decode(signal, body))
    if signal is TRACES:
        _check_groups(report, request.resource_spans, "resource_spans", "scope_spans", "spans", _check_span)
    elif signal is LOGS:
        _check_groups(report, request.resource_logs, "resource_logs", "scope_logs", "log_records", _check_log)
    else:
        _check_groups(report, request.resource_metrics, "resource_metrics", "scope_metrics", "metrics", _check_metric)
    return report.violations


def _report_unknown_fields(report: Report, path: str, message: Message) -> None:
    """Finds the unknown fields; slow, so only for a message known to have some."""
    for unknown in UnknownFieldSet(message):
        report.add("unknown-field", path, f"{message.DESCRIPTOR.name} has no field {unknown.field_number}")
    for descriptor, value in message.ListFields():
        place = f"{path}.{descriptor.name}" if path else descriptor.name
        if isinstance(value, Message):
            _report_unknown_fields(report, place, value)
        elif descriptor.message_type is not None:
            for index, child in enumerate(value):
                _report_unknown_fields(report, f"{place}[{index}]", child)


def _check_groups(report: Report, groups: Any, name: str, scopes_name: str, items_name: str, check_item: Any) -> None:
    """Checks resources, scopes and their items."""
    if not groups:
        report.add("empty-envelope", name, "the request carries nothing")
    for g, group in enumerate(groups):
        place = f"{name}[{g}]"
        scopes = getattr(group, scopes_name)
        _check_attributes(report, group.resource.attributes, f"{place}.resource.attributes")
        if not scopes:
            report.add("empty-envelope", place, "a resource without scopes")
        for s, scope in enumerate(scopes):
            inner = f"{place}.{scopes_name}[{s}]"
            items = getattr(scope, items_name)
            _check_attributes(report, scope.scope.attributes, f"{inner}.scope.attributes")
            if not items:
                report.add("empty-envelope", inner, "a scope without items")
            for i, item in enumerate(items):
                check_item(report, item, f"{inner}.{items_name}[{i}]")


# Attributes


def _check_attributes(report: Report, attributes: Any, path: str) -> None:
    """Checks keys for being unique, and values for what they nest."""
    keys = [attribute.key for attribute in attributes]
    if len(set(keys)) != len(keys):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            report.add("duplicate-key", path, f"{key!r} occurs {keys.count(key)} times")
    for attribute in attributes:
        if not attribute.key:
            report.add("empty-key", path, "an attribute without a key")
        if attribute.key_strindex:
            report.add("profiles-only", path, "key_strindex is for profiles")
        kind = attribute.value.WhichOneof("value")
        if kind in _COMPOSITE:
            _check_value(report, attribute.value, f"{path}.{attribute.key}")


_COMPOSITE = ("kvlist_value", "array_value", "string_value_strindex")


def _check_value(report: Report, value: common.AnyValue, path: str) -> None:
    kind = value.WhichOneof("value")
    if kind == "kvlist_value":
        _check_attributes(report, value.kvlist_value.values, path)
    elif kind == "array_value":
        for index, element in enumerate(value.array_value.values):
            _check_value(report, element, f"{path}[{index}]")
    elif kind == "string_value_strindex":
        report.add("profiles-only", path, "string_value_strindex is for profiles")


# Ids


def _check_id(report: Report, rule: str, value: bytes, zero: bytes, path: str) -> None:
    if len(value) != len(zero):
        report.add(rule, path, f"{len(value)} bytes, not {len(zero)}")
    elif value == zero:
        report.add(rule, path, "all zero")


def _check_optional_context(report: Report, item: Any, path: str) -> None:
    """Ids that may be absent, but only both together."""
    if item.trace_id:
        _check_id(report, "trace-id", item.trace_id, _NO_TRACE, path)
    if item.span_id:
        _check_id(report, "span-id", item.span_id, _NO_SPAN, path)
        if not item.trace_id:
            report.add("trace-id", path, "a span id without a trace id")


# Traces


def _check_span(report: Report, span: Any, path: str) -> None:
    _check_id(report, "trace-id", span.trace_id, _NO_TRACE, path)
    _check_id(report, "span-id", span.span_id, _NO_SPAN, path)
    if span.parent_span_id:
        _check_id(report, "parent-span-id", span.parent_span_id, _NO_SPAN, path)
    if not span.name:
        report.add("empty-name", path, "a span without a name")
    if not 1 <= span.kind <= 5:
        report.add("span-kind", path, f"kind {span.kind}")
    _check_span_times(report, span, path)
    if span.flags & ~_SPAN_FLAGS:
        report.add("flags", path, f"reserved bits are set: {span.flags:#x}")
    _check_attributes(report, span.attributes, f"{path}.attributes")
    if span.HasField("status"):
        _check_status(report, span.status, path)
    for index, event in enumerate(span.events):
        _check_event(report, event, f"{path}.events[{index}]")
    for index, link in enumerate(span.links):
        _check_link(report, link, f"{path}.links[{index}]")


def _check_span_times(report: Report, span: Any, path: str) -> None:
    start, end = span.start_time_unix_nano, span.end_time_unix_nano
    if not start or not end:
        report.add("time", path, f"start {start}, end {end}")
    elif end < start:
        report.add("time", path, f"ends {start - end} ns before its start")


def _check_status(report: Report, status: Any, path: str) -> None:
    if not 0 <= status.code <= 2:
        report.add("status", path, f"code {status.code}")
    elif status.message and status.code != 2:
        report.add("status", path, f"a message with code {status.code}")


def _check_event(report: Report, event: Any, path: str) -> None:
    if not event.name:
        report.add("empty-name", path, "an event without a name")
    if not event.time_unix_nano:
        report.add("time", path, "an event without a time")
    _check_attributes(report, event.attributes, f"{path}.attributes")


def _check_link(report: Report, link: Any, path: str) -> None:
    """A link to an invalid context is allowed if it says something else."""
    if link.flags & ~_SPAN_FLAGS:
        report.add("flags", path, f"reserved bits are set: {link.flags:#x}")
    _check_attributes(report, link.attributes, f"{path}.attributes")
    if (link.attributes or link.trace_state) and not (link.trace_id.strip(b"\0") and link.span_id.strip(b"\0")):
        if len(link.trace_id) not in (0, 16) or len(link.span_id) not in (0, 8):
            report.add("trace-id", path, "ids of wrong length")
        return
    _check_id(report, "trace-id", link.trace_id, _NO_TRACE, path)
    _check_id(report, "span-id", link.span_id, _NO_SPAN, path)


# Logs


def _check_log(report: Report, record: Any, path: str) -> None:
    if not record.observed_time_unix_nano:
        report.add("time", path, "a log record without an observed time")
    if not 0 <= record.severity_number <= 24:
        report.add("severity", path, f"severity number {record.severity_number}")
    if record.flags & ~_LOG_FLAGS:
        report.add("flags", path, f"reserved bits are set: {record.flags:#x}")
    _check_optional_context(report, record, path)
    _check_attributes(report, record.attributes, f"{path}.attributes")
    _check_value(report, record.body, f"{path}.body")


# Metrics


def _check_metric(report: Report, metric: Any, path: str) -> None:
    if not metric.name:
        report.add("empty-name", path, "a metric without a name")
    _check_attributes(report, metric.metadata, f"{path}.metadata")
    kind = metric.WhichOneof("data")
    if kind is None:
        report.add("empty-envelope", path, "a metric without data")
        return
    data = getattr(metric, kind)
    if not data.data_points:
        report.add("empty-envelope", path, "a metric without points")
    if kind in _WITH_TEMPORALITY and data.aggregation_temporality not in _DELTA_OR_CUMULATIVE:
        report.add("temporality", path, f"temporality {data.aggregation_temporality}")
    monotonic = kind == "sum" and data.is_monotonic
    identities = set()
    for index, point in enumerate(data.data_points):
        inner = f"{path}.{kind}.data_points[{index}]"
        _check_point(report, point, kind, inner)
        if monotonic and (point.as_int < 0 or point.as_double < 0):
            report.add("monotonic", inner, "a negative value in a monotonic sum")
        identities.add(_identity(point.attributes))
    if len(identities) != len(data.data_points):
        report.add("duplicate-point", path, "several points with the same attributes")


def _identity(attributes: Any) -> tuple[bytes, ...]:
    return tuple(sorted(attribute.SerializeToString(deterministic=True) for attribute in attributes))


def _check_point(report: Report, point: Any, kind: str, path: str) -> None:
    _check_point_times(report, point, kind, path)
    _check_attributes(report, point.attributes, f"{path}.attributes")
    if point.flags & ~_NO_RECORDED_VALUE:
        report.add("flags", path, f"reserved bits are set: {point.flags:#x}")
    if kind in ("gauge", "sum"):
        if point.WhichOneof("value") is None and not point.flags & _NO_RECORDED_VALUE:
            report.add("no-value", path, "a point without a value")
    elif kind == "histogram":
        _check_histogram(report, point, path)
    elif kind == "exponential_histogram":
        _check_exponential(report, point, path)
    if kind != "summary":
        _check_exemplars(report, point.exemplars, path)


def _check_point_times(report: Report, point: Any, kind: str, path: str) -> None:
    start, end = point.start_time_unix_nano, point.time_unix_nano
    if not end:
        report.add("time", path, "a point without a time")
    if not start and kind in _WITH_TEMPORALITY:
        report.add("time", path, "a point without a start time")
    if end and start > end:
        report.add("time", path, f"ends {start - end} ns before its start")


def _check_histogram(report: Report, point: Any, path: str) -> None:
    counts, bounds = point.bucket_counts, point.explicit_bounds
    if (counts or bounds) and len(counts) != len(bounds) + 1:
        report.add("buckets", path, f"{len(counts)} counts for {len(bounds)} bounds")
    if counts and sum(counts) != point.count:
        report.add("count", path, f"count {point.count}, buckets hold {sum(counts)}")
    if any(not low < high for low, high in zip(bounds, bounds[1:])):
        report.add("bounds", path, "the bounds do not rise")
    _check_min_max(report, point, path)


def _check_exponential(report: Report, point: Any, path: str) -> None:
    total = point.zero_count + sum(point.positive.bucket_counts) + sum(point.negative.bucket_counts)
    if total != point.count:
        report.add("count", path, f"count {point.count}, buckets hold {total}")
    if not -10 <= point.scale <= 20:
        report.add("scale", path, f"scale {point.scale}")
    _check_min_max(report, point, path)


def _check_min_max(report: Report, point: Any, path: str) -> None:
    if point.HasField("min") and point.HasField("max") and point.min > point.max:
        report.add("min-max", path, f"min {point.min} is over max {point.max}")
    if not point.count and point.HasField("sum") and point.sum != 0:
        report.add("sum", path, f"sum {point.sum} of no measurements")


def _check_exemplars(report: Report, exemplars: Iterable[Any], path: str) -> None:
    for index, exemplar in enumerate(exemplars):
        inner = f"{path}.exemplars[{index}]"
        if not exemplar.time_unix_nano:
            report.add("time", inner, "an exemplar without a time")
        if exemplar.WhichOneof("value") is None:
            report.add("no-value", inner, "an exemplar without a value")
        _check_optional_context(report, exemplar, inner)
        _check_attributes(report, exemplar.filtered_attributes, f"{inner}.filtered_attributes")
