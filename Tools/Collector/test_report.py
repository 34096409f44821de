"""Tests of the report."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest

from harness import HERE, START, CollectorTest, logs, metrics, ports, post, traces


class ReportTests(CollectorTest):
    def report(self, *arguments: str) -> str:
        """Runs the report."""
        command = [sys.executable, str(HERE / "report.py"), str(ports()["admin"]), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout

    def test_empty(self) -> None:
        self.assertEqual(self.report().count("none"), 3)

    def test_everything(self) -> None:
        request = traces(3)
        root, child, other = request.resource_spans[0].scope_spans[0].spans
        root.attributes.add(key="http.route").value.string_value = "/cart\x1b[2J"
        child.parent_span_id, child.name = root.span_id, "SELECT"
        child.status.code, child.status.message = 2, "timed out"
        child.events.add(name="retry", time_unix_nano=START + 1_000_000)
        other.trace_id, other.parent_span_id = b"\7" * 16, other.span_id
        post(request.SerializeToString())
        post(metrics().SerializeToString(), "/v1/metrics")
        post(logs(4).SerializeToString(), "/v1/logs")
        text = self.report("--traces", "1")
        self.assertNotIn("\x1b", text)
        self.assertIn("└─ op  shop  server  5.00 ms  http.route=/cart\\x1b[2J", text)
        self.assertIn("   └─ SELECT  shop  server  5.00 ms  ERROR\n         ✗ timed out\n", text)
        self.assertIn("• retry at 1.00 ms", text)
        self.assertIn("… and 1 more trace", text)
        self.assertIn("n=3 sum=4.5 p50≈1.25 p95≈1.925 max=2", text)
        self.assertRegex(text, r"INFO +4\n")
        self.assertEqual(json.loads(self.report("--json"))["state"]["spans"], 3)

    def test_every_kind_of_metric(self) -> None:
        request = metrics()
        found = request.resource_metrics[0].scope_metrics[0].metrics
        summary = found.add(name="pause").summary.data_points.add(count=4, sum=1, time_unix_nano=START)
        summary.quantile_values.add(quantile=0.5, value=0.2)
        summary.quantile_values.add(quantile=0.999, value=1.5)
        found.add(name="gone").gauge.data_points.add(flags=1, time_unix_nano=START)
        post(request.SerializeToString(), "/v1/metrics")
        text = self.report()
        self.assertRegex(text, r"size +exp. histogram.* n=4 sum=9 p50≈[0-9.]+ p95≈[0-9.]+ e\.g\. 2 in \w{8}\n")
        self.assertRegex(text, r"pause +summary.* n=4 sum=1 p50=0\.2 p99\.9=1\.5\n")
        self.assertRegex(text, r"gone +gauge.* no value\n")

    def test_adds_up_delta_exponential_histograms(self) -> None:
        request = metrics()
        (size,) = (m for m in request.resource_metrics[0].scope_metrics[0].metrics if m.name == "size")
        size.exponential_histogram.aggregation_temporality = 1
        point = size.exponential_histogram.data_points[0]
        post(request.SerializeToString(), "/v1/metrics")
        point.scale, point.zero_count, point.count, point.sum = 1, 0, 1, 9.0
        del point.positive.bucket_counts[:]
        point.positive.offset = 6
        point.positive.bucket_counts.append(1)
        post(request.SerializeToString(), "/v1/metrics")
        # Buckets (2, 4], (4, 8] and (8, 16] with 1, 2 and 1 values.
        self.assertRegex(self.report(), r"size +exp\. histogram, delta.* n=5 sum=18 p50≈5 p95≈14 ")

    def test_shows_traces_unlike_each_other_first(self) -> None:
        request = traces(5)
        spans = request.resource_spans[0].scope_spans[0].spans
        for index, span in enumerate(spans):
            span.trace_id = bytes([max(index, 1)] * 16)
        spans[4].name = "rare"
        for span in spans[:2]:
            span.name = "large"
        post(request.SerializeToString())
        text = self.report("--traces", "3")
        self.assertEqual([text.count(name) for name in ("─ large", "─ op", "─ rare")], [2, 1, 1])
        self.assertIn("… and 1 more trace\n", text)


if __name__ == "__main__":
    unittest.main()
