"""Tests of what Scripts/demo takes for success."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import support  # noqa: F401  puts Scripts/lib on the path

import demo_accounting

ORDERS = {"service.name": "order-service"}
SPANS = [
    {"traceId": "1", "spanId": "1", "kind": "server", "resource": ORDERS},
    {"traceId": "1", "spanId": "2", "kind": "client", "resource": ORDERS},
    {"traceId": "1", "spanId": "3", "kind": "server", "resource": {"service.name": "payment-service"}},
]
METRICS = [
    {"name": "orders", "resource": ORDERS, "points": [{"attributes": {}, "value": 1}]},
    {"name": "orders", "resource": ORDERS, "points": [{"attributes": {}, "value": 2}]},
    {"name": "orders", "resource": ORDERS, "points": [{"attributes": {"sku": "a"}, "value": 3}]},
    {"name": "http.server.request.duration", "resource": ORDERS, "points": [{"attributes": {}, "count": 1}]},
]
STATE = {"spans": 3, "points": 4, "logs": 5, "violationCount": 0}


def sink(signal, count, **changes):
    counts = {"accepted": count, "exported": count, "rejected": 0, "dropped": 0, "pending": 0}
    return {"name": f"otlp {signal}"} | ({"signal": signal} if signal else {}) | counts | changes


class DemoAccountingTests(unittest.TestCase):
    def run_main(self, state=STATE, traces=(), requests=1):
        """Exit status and output for one service; `traces` changes the counts of its sink of spans."""
        sinks = [sink("traces", 3, **dict(traces)), sink("metrics", 4), sink("logs", 5), sink(None, 8)]
        answers = {"state": state, "spans": SPANS, "metrics": METRICS}
        with tempfile.TemporaryDirectory() as folder:
            output, traffic = Path(folder, "out"), Path(folder, "traffic")
            output.write_text("listening\n" + json.dumps({"service": "order-service", "sinks": sinks}) + "\n")
            traffic.write_text(json.dumps({"requests": requests, "orders": 5}))
            printed = io.StringIO()
            with mock.patch.object(demo_accounting, "ask", lambda port, path: answers[path]):
                with contextlib.redirect_stdout(printed):
                    status = demo_accounting.main(["1", str(traffic), str(output)])
        return status, printed.getvalue()

    def test_everything_arrived(self):
        status, printed = self.run_main()
        self.assertEqual((status, "FAILED" in printed, "DIFFERENT" in printed), (0, False, False), printed)

    def test_what_is_missing_fails(self):
        for change, complaint in (
            ({"state": STATE | {"spans": 2}}, "spans: exported by the SDKs, stored by the collector: 3 and 2"),
            ({"state": STATE | {"violationCount": 1}}, "the collector saw 1 violations of OTLP"),
            ({"traces": {"accepted": 4, "dropped": 1}}, "order-service: otlp traces did not deliver everything"),
            ({"requests": 2}, "requests: sent by customers, server spans stored: 2 and 1"),
        ):
            with self.subTest(complaint):
                status, printed = self.run_main(**change)
                self.assertEqual(status, 1)
                self.assertIn(f"FAILED: {complaint}\n", printed)


if __name__ == "__main__":
    unittest.main()
