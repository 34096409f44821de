"""Decoded requests as flat lists of JSON objects: one a span, a log record or a metric."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable
from typing import Any

from otlp import points_of

Json = dict[str, Any]
Kept = Iterable[tuple[Any, int]]

_SPAN_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUS_CODES = ("unset", "ok", "error")
_TEMPORALITIES = ("unspecified", "delta", "cumulative")
_METRIC_TYPES = {"exponential_histogram": "exponentialHistogram"}


def _name(names: tuple[str, ...], number: int) -> str:
    return names[number] if 0 <= number < len(names) else str(number)


def _number(value: float) -> Any:
    """A number as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Flattener:
    """Turns messages into JSON; `typed` keeps the type of each attribute value (`{"intValue": "1"}`)."""

    def __init__(self, typed: bool = False) -> None:
        self.value: Callable[[Any], Any] = _typed_value if typed else _plain_value

    def attributes(self, attributes: Any) -> Json:
        """Key-value pairs as an object."""
        return {attribute.key: self.value(attribute.value) for attribute in attributes}

    # Envelopes

    def spans(self, kept: Kept) -> list[Json]:
        """All spans."""
        return self._items(kept, "resource_spans", "scope_spans", "spans", self._span)

    def logs(self, kept: Kept) -> list[Json]:
        """All log records."""
        return self._items(kept, "resource_logs", "scope_logs", "log_records", self._log)

    def _items(self, kept: Kept, groups: str, scopes: str, items: str, flatten: Callable[[Any], Json]) -> list[Json]:
        flat: list[Json] = []
        for request, count in kept:
            end = len(flat) + count
            for group in getattr(request, groups):
                for scope in getattr(group, scopes):
                    envelope = self._envelope(group, scope)
                    for item in getattr(scope, items):
                        flat.append(envelope | flatten(item))
            del flat[end:]
        return flat

    def metrics(self, kept: Kept) -> list[Json]:
        """All metrics; one whose points were all rejected is left out."""
        flat: list[Json] = []
        for request, count in kept:
            for group in request.resource_metrics:
                for scope in group.scope_metrics:
                    envelope = self._envelope(group, scope)
                    for metric in scope.metrics:
                        points = list(points_of(metric))[:count]
                        count -= len(points)
                        if points:
                            flat.append(envelope | self._metric(metric, points))
        return flat

    def _envelope(self, group: Any, scope: Any) -> Json:
        return {
            "resource": self.attributes(group.resource.attributes),
            "resourceSchemaUrl": group.schema_url,
            "resourceDroppedAttributesCount": group.resource.dropped_attributes_count,
            "entityRefs": [self._entity(entity) for entity in group.resource.entity_refs],
            "scope": {
                "name": scope.scope.name,
                "version": scope.scope.version,
                "schemaUrl": scope.schema_url,
                "attributes": self.attributes(scope.scope.attributes),
                "droppedAttributesCount": scope.scope.dropped_attributes_count,
            },
        }

    def _entity(self, entity: Any) -> Json:
        return {
            "schemaUrl": entity.schema_url,
            "type": entity.type,
            "idKeys": list(entity.id_keys),
            "descriptionKeys": list(entity.description_keys),
        }

    # Traces and logs

    def _span(self, span: Any) -> Json:
        return {
            "traceId": span.trace_id.hex(),
            "spanId": span.span_id.hex(),
            "parentSpanId": span.parent_span_id.hex(),
            "traceState": span.trace_state,
            "flags": span.flags,
            "name": span.name,
            "kind": _name(_SPAN_KINDS, span.kind),
            "startTimeUnixNano": str(span.start_time_unix_nano),
            "endTimeUnixNano": str(span.end_time_unix_nano),
            "attributes": self.attributes(span.attributes),
            "droppedAttributesCount": span.dropped_attributes_count,
            "events": [self._event(event) for event in span.events],
            "droppedEventsCount": span.dropped_events_count,
            "links": [self._link(link) for link in span.links],
            "droppedLinksCount": span.dropped_links_count,
            "status": {"code": _name(_STATUS_CODES, span.status.code), "message": span.status.message},
        }

    def _event(self, event: Any) -> Json:
        return {
            "timeUnixNano": str(event.time_unix_nano),
            "name": event.name,
            "attributes": self.attributes(event.attributes),
            "droppedAttributesCount": event.dropped_attributes_count,
        }

    def _link(self, link: Any) -> Json:
        return {
            "traceId": link.trace_id.hex(),
            "spanId": link.span_id.hex(),
            "traceState": link.trace_state,
            "flags": link.flags,
            "attributes": self.attributes(link.attributes),
            "droppedAttributesCount": link.dropped_attributes_count,
        }

    def _log(self, record: Any) -> Json:
        return {
            "timeUnixNano": str(record.time_unix_nano),
            "observedTimeUnixNano": str(record.observed_time_unix_nano),
            "severityNumber": record.severity_number,
            "severityText": record.severity_text,
            "body": self.value(record.body),
            "attributes": self.attributes(record.attributes),
            "droppedAttributesCount": record.dropped_attributes_count,
            "flags": record.flags,
            "traceId": record.trace_id.hex(),
            "spanId": record.span_id.hex(),
            "eventName": record.event_name,
        }

    # Metrics

    def _metric(self, metric: Any, points: list[Any]) -> Json:
        kind = metric.WhichOneof("data")
        data = getattr(metric, kind)
        has_temporality = kind in ("sum", "histogram", "exponential_histogram")
        return {
            "name": metric.name,
            "unit": metric.unit,
            "description": metric.description,
            "metadata": self.attributes(metric.metadata),
            "type": _METRIC_TYPES.get(kind, kind),
            "temporality": _name(_TEMPORALITIES, data.aggregation_temporality) if has_temporality else None,
            "monotonic": data.is_monotonic if kind == "sum" else None,
            "points": [self._point(point, kind) for point in points],
        }

    def _point(self, point: Any, kind: str) -> Json:
        common = {
            "attributes": self.attributes(point.attributes),
            "startTimeUnixNano": str(point.start_time_unix_nano),
            "timeUnixNano": str(point.time_unix_nano),
            "flags": point.flags,
        }
        if kind == "summary":
            return common | _summary(point)
        common["exemplars"] = [self._exemplar(exemplar) for exemplar in point.exemplars]
        if kind == "histogram":
            return common | _aggregate(point) | _explicit(point)
        if kind == "exponential_histogram":
            return common | _aggregate(point) | _exponential(point)
        return common | _value(point)

    def _exemplar(self, exemplar: Any) -> Json:
        return _value(exemplar) | {
            "timeUnixNano": str(exemplar.time_unix_nano),
            "traceId": exemplar.trace_id.hex(),
            "spanId": exemplar.span_id.hex(),
            "filteredAttributes": self.attributes(exemplar.filtered_attributes),
        }


def _value(point: Any) -> Json:
    kind = point.WhichOneof("value")
    value = _number(getattr(point, kind)) if kind else None
    return {"value": value, "valueType": kind.removeprefix("as_") if kind else None}


def _aggregate(point: Any) -> Json:
    optional = {name: _number(getattr(point, name)) if point.HasField(name) else None for name in ("sum", "min", "max")}
    return {"count": point.count} | optional


def _explicit(point: Any) -> Json:
    return {
        "bucketCounts": list(point.bucket_counts),
        "explicitBounds": [_number(bound) for bound in point.explicit_bounds],
    }


def _exponential(point: Any) -> Json:
    return {
        "scale": point.scale,
        "zeroCount": point.zero_count,
        "zeroThreshold": _number(point.zero_threshold),
        "positive": _buckets(point.positive),
        "negative": _buckets(point.negative),
    }


def _buckets(buckets: Any) -> Json:
    return {"offset": buckets.offset, "bucketCounts": list(buckets.bucket_counts)}


def _summary(point: Any) -> Json:
    quantiles = [{"quantile": _number(q.quantile), "value": _number(q.value)} for q in point.quantile_values]
    return {"count": point.count, "sum": _number(point.sum), "quantileValues": quantiles}


# Attribute values


def _plain_value(value: Any) -> Any:
    """A value as plain JSON; bytes as `{"bytes": base64}`, an empty value as null."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    content = getattr(value, kind)
    if kind == "array_value":
        return [_plain_value(element) for element in content.values]
    if kind == "kvlist_value":
        return {pair.key: _plain_value(pair.value) for pair in content.values}
    if kind == "bytes_value":
        return {"bytes": base64.b64encode(content).decode()}
    return _number(content)


def _typed_value(value: Any) -> Any:
    """A value with its type, as OTLP/JSON writes it; pairs of a map stay a list, in their order."""
    kind = value.WhichOneof("value")
    if kind is None:
        return {}
    content = getattr(value, kind)
    if kind == "array_value":
        return {"arrayValue": [_typed_value(element) for element in content.values]}
    if kind == "kvlist_value":
        return {"kvlistValue": [{"key": pair.key, "value": _typed_value(pair.value)} for pair in content.values]}
    if kind == "bytes_value":
        return {"bytesValue": base64.b64encode(content).decode()}
    if kind == "int_value":
        return {"intValue": str(content)}
    return {f"{kind.split('_')[0]}Value": _number(content)}
