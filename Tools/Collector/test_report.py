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
