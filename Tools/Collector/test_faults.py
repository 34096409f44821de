"""Tests of the faults: each one as a client meets it."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
import unittest
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from harness import PROTOBUF, CollectorTest, admin, connect, counts, logs, metrics, ports, post, traces


class HTTPFaultTests(CollectorTest):
    body = traces(3).SerializeToString()

    def give_up_after(self, seconds: float) -> None:
        """Sends a request that is not answered in time, and closes the connection."""
        connection = connect(seconds)
        with self.assertRaises(TimeoutError):
            post(self.body, connection=connection)
        connection.close()

    def test_status(self) -> None:
        self.fault(
            signal="traces", kind="status", code=503, headers={"Retry-After": "7"}, message="busy", times=1,
            retry_delay_ms=5500,
        )  # fmt: skip
        answer, content = post(self.body)
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "7"))
        status = status_pb2.Status.FromString(content)
        self.assertEqual((status.code, status.message), (14, "busy"))
        info = error_details_pb2.RetryInfo()
        self.assertTrue(status.details[0].Unpack(info))
        self.assertEqual(info.retry_delay.ToMilliseconds(), 5500)
        self.assertEqual(post(self.body)[0].status, 200)
        first, second = admin("GET", "/requests")
        self.assertEqual((first["fault"], first["answer"]), ("status", {"status": 503, "stored": 0}))
        self.assertEqual((second["fault"], second["answer"]["stored"]), (None, 3))
        self.assertEqual(counts(), (2, 3, 0, 0))

    def test_status_as_json_and_of_other_signals(self) -> None:
        self.fault(signal="logs", kind="status", code=429)
        answer, content = post(b'{"resourceLogs":[]}', "/v1/logs", Content_Type="application/json")
        self.assertEqual((answer.status, json.loads(content)["code"]), (429, 8))
        self.assertEqual(post(self.body)[0].status, 200)

    def test_faults_apply_in_order(self) -> None:
        orders = [{"kind": "status", "code": 500, "times": 2}, {"kind": "status", "grpc_code": 8, "times": 1}]
        admin("POST", "/faults", orders)
        self.assertEqual([post(self.body)[0].status for _ in range(4)], [500, 500, 429, 200])
        self.assertEqual([fault["hits"] for fault in admin("GET", "/faults")], [2, 1])

    def test_stall_until_cleared(self) -> None:
        self.fault(kind="stall")
        self.give_up_after(0.2)
        results: list[int] = []
        sender = threading.Thread(target=lambda: results.append(post(self.body)[0].status))
        sender.start()
        admin("GET", "/wait?requests=2&timeout=5")
        self.assertEqual(counts(), (2, 0, 0, 0))
        admin("DELETE", "/faults")
        sender.join(5)
        self.assertEqual(results, [200])
        self.assertEqual(counts(), (2, 3, 0, 0))
        self.assertEqual(admin("GET", "/requests")[0]["answer"], {"closed": "client", "stored": 0})

    def test_reset_drops_what_is_stalled(self) -> None:
        self.fault(kind="stall")
        failures: list[Exception] = []

        def send() -> None:
            try:
                post(self.body)
            except Exception as error:
                failures.append(error)

        sender = threading.Thread(target=send)
        sender.start()
        admin("GET", "/wait?requests=1&timeout=5")
        admin("POST", "/reset")
        sender.join(5)
        self.assertIsInstance(failures[0], http.client.RemoteDisconnected)
        self.assertEqual(counts(), (0, 0, 0, 0))

    def test_stall_body(self) -> None:
        self.fault(kind="stall_body", bytes=100, times=1)
        connection = connect(timeout=0.3)
        connection.request("POST", "/v1/traces", self.body, {"Content-Type": PROTOBUF})
        answer = connection.getresponse()
        self.assertEqual(answer.headers["Content-Length"], "100")
        self.assertEqual(len(answer.read(50)), 50)
        with self.assertRaises(TimeoutError):
            answer.read(1)
        self.assertEqual(counts()[1], 0)

    def test_stall_body_completed(self) -> None:
        self.fault(kind="stall_body")
        connection = connect()
        connection.request("POST", "/v1/traces", self.body, {"Content-Type": PROTOBUF})
        answer = connection.getresponse()
        admin("DELETE", "/faults")
        response = trace_service_pb2.ExportTraceServiceResponse.FromString(answer.read())
        self.assertEqual(response.partial_success.rejected_spans, 0)
        self.assertEqual(counts()[1], 3)

    def test_slow(self) -> None:
        self.fault(kind="slow", delay_ms=150)
        start = time.monotonic()
        self.assertEqual(post(self.body)[0].status, 200)
        self.assertGreaterEqual(time.monotonic() - start, 0.15)
        self.give_up_after(0.05)
        time.sleep(0.2)
        self.assertEqual(counts(), (2, 3, 0, 0))

    def test_reset(self) -> None:
        self.fault(kind="reset", times=1)
        self.assert_reset(lambda: post(self.body))
        self.assertEqual(admin("GET", "/requests")[0]["answer"], {"closed": "reset", "stored": 0})
        self.assertEqual(post(self.body)[0].status, 200)
        self.assertEqual(counts(), (2, 3, 0, 0))

    def test_reset_early_at_accept(self) -> None:
        self.fault(kind="reset_early", times=1)
        self.assert_reset(lambda: self._receive_nothing())
        self.assertIsNone(admin("GET", "/requests")[0]["signal"])
        self.assertEqual(post(self.body)[0].status, 200)
        self.assertEqual(admin("GET", "/state")["connections"], 2)

    def _receive_nothing(self) -> None:
        with socket.create_connection(("127.0.0.1", ports()["http"]), 5) as raw:
            raw.recv(1)

    def test_reset_early_on_a_kept_connection_and_by_signal(self) -> None:
        connection = connect()
        post(self.body, connection=connection)
        self.fault(kind="reset_early", signal="traces", times=1)
        self.assertEqual(post(logs().SerializeToString(), "/v1/logs", connection)[0].status, 200)
        self.assert_reset(lambda: post(self.body, connection=connection))
        self.assertEqual(counts(), (3, 3, 1, 0))

    def test_partial(self) -> None:
        self.fault(kind="partial", rejected=2, message="too many", times=2)
        answer, content = post(self.body)
        response = trace_service_pb2.ExportTraceServiceResponse.FromString(content)
        partial = response.partial_success
        self.assertEqual((answer.status, partial.rejected_spans, partial.error_message), (200, 2, "too many"))
        answer, content = post(b'{"resourceMetrics":[]}', "/v1/metrics", Content_Type="application/json")
        partial_json = {"partialSuccess": {"rejectedDataPoints": "2", "errorMessage": "too many"}}
        self.assertEqual(json.loads(content), partial_json)
        self.assertEqual(counts()[1], 1)
        self.assertEqual([span["spanId"] for span in admin("GET", "/spans")], ["0000000000000001"])

    def test_partial_of_points(self) -> None:
        self.fault(kind="partial", rejected=4)
        post(metrics().SerializeToString(), "/v1/metrics")
        self.assertEqual(counts()[3], 1)
        (metric,) = admin("GET", "/metrics")
        self.assertEqual([point["value"] for point in metric["points"]], [3])

    def test_garbage(self) -> None:
        self.fault(kind="garbage")
        answer, content = post(self.body)
        self.assertEqual(answer.status, 200)
        with self.assertRaises(DecodeError):
            trace_service_pb2.ExportTraceServiceResponse.FromString(content)

    def test_huge(self) -> None:
        self.fault(kind="huge", bytes=5_000_000, times=1)
        self.fault(kind="huge", bytes=5_000_000, gzip=True, times=1)
        self.fault(kind="huge", bytes=100, times=1)
        answer, content = post(self.body)
        self.assertEqual((answer.headers["Content-Length"], len(content)), ("5000000", 5_000_000))
        response = trace_service_pb2.ExportTraceServiceResponse.FromString(content)
        self.assertGreater(len(response.partial_success.error_message), 4_999_000)
        answer, content = post(self.body)
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertLess(len(content), 50_000)
        self.assertEqual(len(gzip.decompress(content)), 5_000_000)
        content = post(b"{}", Content_Type="application/json")[1]
        self.assertEqual(len(content), 100)
        self.assertIn("errorMessage", json.loads(content)["partialSuccess"])

    def test_redirect(self) -> None:
        self.fault(kind="redirect", location="http://127.0.0.1:1/x")
        answer, _ = post(self.body)
        self.assertEqual((answer.status, answer.headers["Location"]), (307, "http://127.0.0.1:1/x"))
        self.assertEqual(counts(), (1, 0, 0, 0))

    def test_refuse(self) -> None:
        for clear in (("DELETE", "/faults"), ("POST", "/reset")):
            connection = connect()
            self.assertEqual(post(self.body, connection=connection)[0].status, 200)
            self.fault(kind="refuse", transport="http")
            with self.assertRaises(ConnectionRefusedError):
                post(self.body)
            assert connection.sock
            self.assertEqual(connection.sock.recv(1), b"")
            admin(*clear)
            self.assertEqual(post(self.body)[0].status, 200)


class GRPCFaultTests(CollectorTest):
    def setUp(self) -> None:
        super().setUp()
        self.channel = grpc.insecure_channel(
            f"127.0.0.1:{ports()['grpc']}",
            options=[("grpc.enable_retries", 0), ("grpc.max_receive_message_length", -1)],
        )
        self.addCleanup(self.channel.close)
        self.stub = trace_service_pb2_grpc.TraceServiceStub(self.channel)

    def export(self, timeout: float = 5) -> trace_service_pb2.ExportTraceServiceResponse:
        """Sends three spans."""
        return self.stub.Export(traces(3), timeout=timeout, wait_for_ready=False)

    def failure(self, timeout: float = 5) -> grpc.RpcError:
        """Sends three spans and expects that to fail."""
        with self.assertRaises(grpc.RpcError) as caught:
            self.export(timeout)
        return caught.exception

    def test_status(self) -> None:
        self.fault(kind="status", grpc_code=14, retry_delay_ms=1500, message="busy", headers={"X-Why": "test"}, times=1)
        error: Any = self.failure()
        self.assertEqual((error.code(), error.details()), (grpc.StatusCode.UNAVAILABLE, "busy"))
        trailers = dict(error.trailing_metadata())
        self.assertEqual(trailers["x-why"], "test")
        status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
        info = error_details_pb2.RetryInfo()
        self.assertTrue(status.details[0].Unpack(info))
        self.assertEqual((status.code, info.retry_delay.ToMilliseconds()), (14, 1500))
        self.export()
        self.assertEqual(counts(), (2, 3, 0, 0))
        self.assertEqual(admin("GET", "/requests")[0]["answer"]["grpcStatus"], 14)

    def test_status_from_an_http_code(self) -> None:
        self.fault(kind="status", code=429)
        error: Any = self.failure()
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertNotIn("grpc-status-details-bin", dict(error.trailing_metadata()))

    def test_stall(self) -> None:
        self.fault(kind="stall")
        error: Any = self.failure(timeout=0.2)
        self.assertEqual(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        call = self.stub.Export.future(traces(3), timeout=5)
        admin("GET", "/wait?requests=2&timeout=5")
        self.assertEqual(counts(), (2, 0, 0, 0))
        admin("DELETE", "/faults")
        call.result()
        self.assertEqual(counts(), (2, 3, 0, 0))

    def test_slow(self) -> None:
        self.fault(kind="slow", delay_ms=100)
        start = time.monotonic()
        self.export()
        self.assertGreaterEqual(time.monotonic() - start, 0.1)

    def test_partial(self) -> None:
        self.fault(kind="partial", rejected=1, message="no")
        response = self.export()
        self.assertEqual(response.partial_success.rejected_spans, 1)
        self.assertEqual(counts()[1], 2)

    def test_garbage_and_huge(self) -> None:
        self.fault(kind="garbage", times=1)
        self.fault(kind="huge", bytes=5_000_000, times=1)
        self.fault(kind="huge", bytes=5_000_000, gzip=True, times=1)
        error: Any = self.failure()
        self.assertEqual(error.code(), grpc.StatusCode.INTERNAL)
        for _ in range(2):
            self.assertEqual(self.export().ByteSize() // 1000, 4_999)

    def test_resets(self) -> None:
        self.export()
        self.fault(kind="reset", times=1)
        error: Any = self.failure()
        self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertNotIn("by order", error.details())
        self.assertEqual(admin("GET", "/requests")[1]["answer"]["closed"], "reset")
        self.assertEqual(counts(), (2, 3, 0, 0))

    def test_reset_early(self) -> None:
        self.fault(kind="reset_early", times=1)
        error: Any = self.failure()
        self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)

    def test_refuse(self) -> None:
        self.fault(kind="refuse", transport="grpc")
        error: Any = self.failure()
        self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(post(traces().SerializeToString())[0].status, 200)
        admin("DELETE", "/faults")
        self.stub.Export(traces(), timeout=5, wait_for_ready=True)


if __name__ == "__main__":
    unittest.main()
