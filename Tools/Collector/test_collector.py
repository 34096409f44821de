"""Tests of receiving, of what is shown, of the admin port and of the process.

The clients share no code with the collector but the official message types. Run in this folder: `python -m unittest`.
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib
from pathlib import Path

import grpc
from google.protobuf import json_format
from google.rpc import status_pb2
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc

from harness import (
    HERE,
    PROTOBUF,
    START,
    TRACE_ID,
    CollectorTest,
    Process,
    admin,
    connect,
    counts,
    logs,
    metrics,
    ports,
    post,
    traces,
)


class ReceivingTests(CollectorTest):
    def test_all_signals_over_one_connection(self) -> None:
        connection = connect()
        for path, body in (("traces", traces(2)), ("logs", logs(3)), ("metrics", metrics())):
            answer, content = post(body.SerializeToString(), f"/v1/{path}", connection)
            self.assertEqual((answer.status, content), (200, b""))
            self.assertEqual(answer.headers["Content-Type"], PROTOBUF)
        self.assertEqual(counts(), (3, 2, 3, 5))
        self.assertEqual(admin("GET", "/state")["connections"], 1)
        self.assert_no_violation()

    def test_encodings(self) -> None:
        body = traces(10).SerializeToString()
        raw = zlib.compressobj(wbits=-15)
        post(body)
        post(gzip.compress(body), Content_Encoding="gzip")
        post(zlib.compress(body), Content_Encoding="deflate")
        post(raw.compress(body) + raw.flush(), Content_Encoding="deflate")
        state = admin("GET", "/state")
        self.assertEqual(state["encodings"], {"identity": 1, "gzip": 1, "deflate": 2})
        self.assertEqual(state["spans"], 40)
        self.assertEqual(state["decodedBytes"], 4 * len(body))
        self.assertLess(state["bytes"], 2 * len(body))
        logged = admin("GET", "/requests")[1]
        self.assertEqual((logged["bodyBytes"], logged["wireBytes"]), (len(body), len(gzip.compress(body))))
        self.assertEqual(logged["headers"]["content-encoding"], "gzip")

    def test_chunked_body_and_expect_continue(self) -> None:
        body = traces().SerializeToString()
        with socket.create_connection(("127.0.0.1", ports()["http"]), 5) as raw:
            head = f"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: {PROTOBUF}\r\n"
            raw.sendall(f"{head}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n".encode())
            self.assertIn(b"100 Continue", raw.recv(100))
            raw.sendall(b"3\r\n%b\r\n%x;ext=1\r\n%b\r\n0\r\n\r\n" % (body[:3], len(body) - 3, body[3:]))
            self.assertIn(b"200 OK", raw.recv(1000))
        self.assertEqual(counts()[1], 1)

    def test_json(self) -> None:
        tree = json_format.MessageToDict(traces(), use_integers_for_enums=True)
        span = tree["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
        span["traceId"], span["spanId"] = TRACE_ID.hex(), "0000000000000001"
        answer, content = post(json.dumps(tree).encode(), Content_Type="application/json; charset=utf-8")
        self.assertEqual((answer.status, content), (200, b"{}"))
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(admin("GET", "/spans")[0]["traceId"], TRACE_ID.hex())
        self.assert_no_violation()
        span["kind"], span["startTimeUnixNano"], span["trace_state"], span["wrong"] = "SPAN_KIND_SERVER", START, "", 1
        post(json.dumps(tree).encode(), Content_Type="application/json")
        rules = [violation["rule"] for violation in admin("GET", "/state")["violations"]]
        self.assertEqual(rules, ["json"] * 4)

    def test_grpc(self) -> None:
        with grpc.insecure_channel(f"127.0.0.1:{ports()['grpc']}") as channel:
            trace_service_pb2_grpc.TraceServiceStub(channel).Export(traces(2), metadata=(("x-key", "v"),))
            stub = logs_service_pb2_grpc.LogsServiceStub(channel)
            stub.Export(logs(300), compression=grpc.Compression.Gzip)
            metrics_service_pb2_grpc.MetricsServiceStub(channel).Export(metrics())
        self.assertEqual(counts(), (3, 2, 300, 5))
        first, second, _ = admin("GET", "/requests")
        self.assertEqual((first["transport"], first["headers"]["x-key"]), ("grpc", "v"))
        self.assertEqual((first["encoding"], first["wireBytes"]), ("identity", first["bodyBytes"]))
        self.assertEqual(second["encoding"], "gzip")
        self.assertLess(second["wireBytes"], second["bodyBytes"] / 10)
        self.assertEqual(admin("GET", "/state")["grpcConnections"], 1)
        self.assert_no_violation()

    def test_grpc_wrong_input(self) -> None:
        with grpc.insecure_channel(f"127.0.0.1:{ports()['grpc']}") as channel:
            for path, code in (
                ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", grpc.StatusCode.INVALID_ARGUMENT),
                ("/none/Export", grpc.StatusCode.UNIMPLEMENTED),
            ):
                with self.assertRaises(grpc.RpcError) as caught:
                    channel.unary_unary(path)(b"\xff")
                self.assertEqual(caught.exception.code(), code)
        rules = [violation["rule"] for violation in admin("GET", "/state")["violations"]]
        self.assertEqual(rules, ["grpc-3", "grpc-12"])

    def test_wrong_input(self) -> None:
        body = traces().SerializeToString()
        answer, content = post(b"\xff\xff")
        self.assertEqual(answer.status, 400)
        status = status_pb2.Status.FromString(content)
        self.assertEqual(status.code, 3)
        self.assertIn("ExportTraceServiceRequest", status.message)
        answer, content = post(b"{", Content_Type="application/json")
        self.assertEqual((answer.status, json.loads(content)["code"]), (400, 3))
        self.assertEqual(post(body, Content_Encoding="gzip")[0].status, 400)
        self.assertEqual(post(gzip.compress(body)[:-9], Content_Encoding="gzip")[0].status, 400)
        self.assertEqual(post(body, Content_Encoding="br")[0].status, 415)
        self.assertEqual(post(body, Content_Type="text/plain")[0].status, 415)
        self.assertEqual(post(body, "/v1/trace")[0].status, 404)
        connection = connect()
        connection.request("GET", "/v1/traces")
        answer = connection.getresponse()
        answer.read()
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST"))
        self.assertEqual(post(body, connection=connection)[0].status, 200)
        self.assertEqual(counts(), (9, 1, 0, 0))
        rules = [violation["rule"] for violation in admin("GET", "/state")["violations"]]
        self.assertEqual(rules, ["http-400"] * 4 + ["http-415"] * 2 + ["http-404", "http-405"])

    def test_malformed_http(self) -> None:
        with socket.create_connection(("127.0.0.1", ports()["http"]), 5) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            raw.recv(1000)
        self.assertEqual(admin("GET", "/state")["violations"][0]["rule"], "http-400")


class FlatteningTests(CollectorTest):
    def test_span_with_everything(self) -> None:
        request = traces()
        span = request.resource_spans[0].scope_spans[0].spans[0]
        span.parent_span_id, span.trace_state, span.flags = b"\2" * 8, "a=b", 0x301
        span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count = 1, 2, 3
        span.status.code, span.status.message = 2, "no"
        span.attributes.add(key="s").value.string_value = "é"
        span.attributes.add(key="b").value.bool_value = False
        span.attributes.add(key="i").value.int_value = -(1 << 63)
        span.attributes.add(key="d").value.double_value = 1.0
        span.attributes.add(key="inf").value.double_value = float("-inf")
        span.attributes.add(key="y").value.bytes_value = b"\xff"
        span.attributes.add(key="n").value.SetInParent()
        span.attributes.add(key="a").value.array_value.values.add().int_value = 1
        nested = span.attributes.add(key="m").value.kvlist_value.values.add(key="x")
        nested.value.array_value.SetInParent()
        event = span.events.add(time_unix_nano=START, name="e", dropped_attributes_count=4)
        event.attributes.add(key="k").value.int_value = 0
        span.links.add(trace_id=TRACE_ID, span_id=b"\3" * 8, trace_state="c=d", flags=0x100)
        post(request.SerializeToString())
        self.assert_no_violation()
        flat = admin("GET", "/spans")[0]
        attributes = flat["attributes"]
        self.assertEqual(
            attributes,
            {
                "s": "é",
                "b": False,
                "i": -(1 << 63),
                "d": 1.0,
                "inf": "-Infinity",
                "y": {"bytes": "/w=="},
                "n": None,
                "a": [1],
                "m": {"x": []},
            },
        )
        self.assertIsInstance(attributes["d"], float)
        self.assertEqual(flat["resource"], {"service.name": "shop"})
        scope = {"name": "lib", "version": "1.2", "schemaUrl": "https://example.com/1", "attributes": {}}
        self.assertEqual(flat["scope"], scope | {"droppedAttributesCount": 0})
        self.assertEqual((flat["kind"], flat["flags"], flat["traceState"]), ("server", 0x301, "a=b"))
        self.assertEqual((flat["traceId"], flat["spanId"]), (TRACE_ID.hex(), "0000000000000001"))
        self.assertEqual((flat["parentSpanId"], flat["startTimeUnixNano"]), ("02" * 8, str(START)))
        self.assertEqual(flat["status"], {"code": "error", "message": "no"})
        self.assertEqual([flat[f"dropped{what}Count"] for what in ("Attributes", "Events", "Links")], [1, 2, 3])
        self.assertEqual(flat["events"][0]["attributes"], {"k": 0})
        self.assertEqual(flat["links"][0]["spanId"], "03" * 8)
        typed = admin("GET", "/spans?typed=1")[0]["attributes"]
        self.assertEqual((typed["d"], typed["a"]), ({"doubleValue": 1.0}, {"arrayValue": [{"intValue": "1"}]}))
        self.assertEqual((typed["n"], typed["b"]), ({}, {"boolValue": False}))

    def test_logs(self) -> None:
        request = logs()
        record = request.resource_logs[0].scope_logs[0].log_records[0]
        record.body.kvlist_value.values.add(key="k").value.int_value = 1
        record.event_name, record.trace_id, record.span_id, record.flags = "ev", TRACE_ID, b"\1" * 8, 1
        post(request.SerializeToString(), "/v1/logs")
        flat = admin("GET", "/logs")[0]
        self.assertEqual((flat["body"], flat["eventName"], flat["severityNumber"]), ({"k": 1}, "ev", 9))
        self.assertEqual((flat["traceId"], flat["flags"], flat["timeUnixNano"]), (TRACE_ID.hex(), 1, "0"))
        self.assert_no_violation()

    def test_metrics(self) -> None:
        post(metrics().SerializeToString(), "/v1/metrics")
        self.assert_no_violation()
        total, level, times, size = admin("GET", "/metrics")
        self.assertEqual((total["type"], total["temporality"], total["monotonic"]), ("sum", "cumulative", True))
        self.assertEqual([point["value"] for point in total["points"]], [3, 4])
        self.assertEqual(total["points"][1]["attributes"], {"k": 1})
        self.assertEqual((level["type"], level["points"][0]["value"]), ("gauge", "NaN"))
        self.assertEqual((level["temporality"], level["points"][0]["valueType"]), (None, "double"))
        self.assertEqual((times["type"], times["temporality"]), ("histogram", "delta"))
        self.assertEqual((times["points"][0]["bucketCounts"], times["points"][0]["max"]), ([1, 2], 2.0))
        self.assertEqual(size["type"], "exponentialHistogram")
        point = size["points"][0]
        self.assertEqual((point["positive"], point["min"]), ({"offset": 1, "bucketCounts": [1, 2]}, None))
        self.assertEqual((point["exemplars"][0]["value"], point["exemplars"][0]["spanId"]), (2, "01" * 8))

    def test_summaries(self) -> None:
        request = metrics()
        data = request.resource_metrics[0].scope_metrics[0].metrics.add(name="pause").summary
        point = data.data_points.add(count=4, sum=1, time_unix_nano=START)
        point.quantile_values.add(quantile=0.5, value=0.2)
        post(request.SerializeToString(), "/v1/metrics")
        self.assert_no_violation()
        summary = admin("GET", "/metrics")[-1]
        self.assertEqual((summary["type"], summary["temporality"], summary["points"][0]["count"]), ("summary", None, 4))
        self.assertEqual(summary["points"][0]["quantileValues"], [{"quantile": 0.5, "value": 0.2}])


class AdminTests(CollectorTest):
    def test_wrong_orders(self) -> None:
        wrong = (
            b"{",
            b"[1]",
            {"kind": "none"},
            {"kind": "stall", "signal": "spans"},
            {"kind": "stall", "transport": "udp"},
            {"kind": "stall", "times": 0},
            {"kind": "stall", "tmes": 1},
            {"kind": "status"},
            {"kind": "status", "code": True},
            {"kind": "status", "code": 99},
            {"kind": "status", "code": 503, "headers": {"a": 1}},
            {"kind": "status", "code": 503, "headers": {"a": "b\r\nc: d"}},
            {"kind": "slow"},
            {"kind": "huge", "bytes": 10, "gzip": 1},
            [{"kind": "stall"}, {"kind": "partial"}],
        )
        for order in wrong:
            with self.subTest(order=order):
                self.assertIn("error", admin("POST", "/faults", order, expect=400))
        self.assertEqual(admin("GET", "/faults"), [])

    def test_wrong_requests(self) -> None:
        admin("GET", "/nothing", expect=404)
        admin("POST", "/state", expect=405)
        for query in ("spans=x", "spans=-1", "timeout=nan", "things=1"):
            admin("GET", f"/wait?{query}", expect=400)

    def test_wait(self) -> None:
        start = time.monotonic()
        state = admin("GET", "/wait?spans=1&timeout=0.1")
        self.assertEqual((state["reached"], state["spans"]), (False, 0))
        self.assertGreaterEqual(time.monotonic() - start, 0.1)
        later = threading.Timer(0.1, lambda: post(traces(2).SerializeToString()))
        later.start()
        state = admin("GET", "/wait?spans=2&timeout=5")
        self.assertEqual((state["reached"], state["spans"]), (True, 2))
        later.join()

    def test_reset_forgets(self) -> None:
        post(traces().SerializeToString())
        post(b"\xff")
        self.fault(kind="stall")
        admin("POST", "/reset")
        state = admin("GET", "/state")
        self.assertEqual((state["violations"], state["encodings"], state["bytes"]), ([], {}, 0))
        self.assertEqual((counts(), admin("GET", "/spans"), admin("GET", "/faults")), ((0, 0, 0, 0), [], []))

    def test_many_spans_are_received_quickly(self) -> None:
        body = traces(5000).SerializeToString()
        start = time.monotonic()
        connection = connect()
        for _ in range(40):
            post(body, connection=connection)
        self.assertLess(time.monotonic() - start, 4)
        self.assertEqual(admin("GET", "/wait?spans=200000&timeout=5")["spans"], 200_000)


class ProcessTests(unittest.TestCase):
    def test_ready_file_and_end_of_stdin(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ready = Path(folder) / "ready.json"
            own = Process("--ready-file", str(ready))
            self.assertEqual(ready.read_bytes(), own.ready_line)
            self.assertEqual(list(Path(folder).iterdir()), [ready])
            self.assertEqual(own.stop(), 0)

    def test_port_in_use(self) -> None:
        command = [sys.executable, str(HERE / "collector.py"), "--http-port", str(ports()["http"])]
        run = subprocess.run(command, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("in use", run.stderr)


if __name__ == "__main__":
    unittest.main()
