"""Tests of the strict checks: every rule is broken once."""

from __future__ import annotations

import unittest
from typing import Any

from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2

from harness import START, CollectorTest, admin, logs, post, traces


class CheckTests(CollectorTest):
    def rules_of(self, path: str, request: Any) -> list[str]:
        """The rules that a request breaks, sorted."""
        admin("POST", "/reset")
        body = request if isinstance(request, bytes) else request.SerializeToString()
        self.assertEqual(post(body, path)[0].status, 200)
        return sorted(violation["rule"] for violation in admin("GET", "/state")["violations"])

    def test_spans(self) -> None:
        request = traces()
        span = request.resource_spans[0].scope_spans[0].spans[0]
        span.trace_id, span.span_id, span.parent_span_id = bytes(16), b"\1" * 7, b"\1"
        span.name, span.kind, span.flags, span.end_time_unix_nano = "", 0, 0x400, START - 1
        span.status.message = "no"
        span.events.add()
        span.links.add()
        for collection in (span.attributes, request.resource_spans[0].resource.attributes):
            collection.add(key="k")
            collection.add(key="k")
        span.attributes.add(key="m").value.kvlist_value.values.extend([span.attributes[0]] * 2)
        ids = ["parent-span-id", "span-id", "span-id", "span-kind", "status", "time", "time", "trace-id", "trace-id"]
        expected = ["duplicate-key"] * 3 + ["empty-name"] * 2 + ["flags"] + ids
        self.assertEqual(self.rules_of("/v1/traces", request), expected)
        duplicate = [v for v in admin("GET", "/state")["violations"] if v["rule"] == "duplicate-key"]
        places = {violation["path"] for violation in duplicate}
        self.assertIn("resource_spans[0].resource.attributes", places)
        self.assertIn("resource_spans[0].scope_spans[0].spans[0].attributes.m", places)

    def test_links_to_an_invalid_context_are_allowed_with_attributes(self) -> None:
        request = traces()
        link = request.resource_spans[0].scope_spans[0].spans[0].links.add(trace_id=bytes(16), span_id=bytes(8))
        link.attributes.add(key="k").value.int_value = 1
        self.assertEqual(self.rules_of("/v1/traces", request), [])

    def test_empty_envelopes(self) -> None:
        self.assertEqual(self.rules_of("/v1/traces", b""), ["empty-envelope"])
        request = traces()
        request.resource_spans[0].scope_spans.add()
        request.resource_spans.add()
        self.assertEqual(self.rules_of("/v1/traces", request), ["empty-envelope"] * 2)

    def test_unknown_fields(self) -> None:
        span = traces().resource_spans[0].scope_spans[0].spans[0].SerializeToString() + b"\xf8\x07\x01"
        scope = b"\x12" + bytes([len(span)]) + span
        group = b"\x12" + bytes([len(scope)]) + scope
        self.assertEqual(self.rules_of("/v1/traces", b"\x0a" + bytes([len(group)]) + group), ["unknown-field"])
        violation = admin("GET", "/state")["violations"][0]
        self.assertEqual(violation["path"], "resource_spans[0].scope_spans[0].spans[0]")
        self.assertIn("127", violation["message"])

    def test_metrics(self) -> None:
        request = metrics_service_pb2.ExportMetricsServiceRequest()
        found = request.resource_metrics.add().scope_metrics.add().metrics
        found.add(name="no data")
        found.add(name="no points").gauge.SetInParent()
        window = {"start_time_unix_nano": START, "time_unix_nano": START}
        point = found.add(name="no temporality").histogram.data_points
        point.add(count=2, bucket_counts=[1], explicit_bounds=[2, 1], **window)
        total = found.add(name="sum").sum
        total.is_monotonic, total.aggregation_temporality = True, 1
        total.data_points.add(as_int=-1, **window)
        total.data_points.add(as_int=1, **window)
        total.data_points.add(start_time_unix_nano=1).attributes.add(key="k")
        exponential = found.add(name="exponential").exponential_histogram
        exponential.aggregation_temporality = 2
        exponential.data_points.add(count=1, **window)
        expected = ["bounds", "buckets", "count", "count", "duplicate-point", "empty-envelope", "empty-envelope"]
        expected += ["monotonic", "no-value", "temporality", "time"]
        self.assertEqual(self.rules_of("/v1/metrics", request), expected)

    def test_logs(self) -> None:
        request = logs()
        record = request.resource_logs[0].scope_logs[0].log_records[0]
        record.observed_time_unix_nano, record.severity_number, record.flags = 0, 25, 0x100
        record.span_id = b"\1" * 8
        self.assertEqual(self.rules_of("/v1/logs", request), ["flags", "severity", "time", "trace-id"])


if __name__ == "__main__":
    unittest.main()
