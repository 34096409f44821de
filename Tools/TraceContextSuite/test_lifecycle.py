"""How the service starts and ends, and the spans that arrive."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
import unittest
from typing import Any, Callable

import processes
from harness import PARENT, SAMPLED, TIMEOUT, TRACE, Answer, Context, Receiver, call, encode, send


class Lifecycle(unittest.TestCase):
    def start(self, *arguments: str, **environment: str) -> processes.Service:
        service = processes.Service(*arguments, **environment)
        self.addCleanup(service.close)
        return service

    def test_signals_end_it_in_good_order(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                service = self.start()
                self.assertEqual(send(service.port, b"[]").status, 200)
                self.assertEqual(service.stop(number), 0)
                self.assertEqual(service.output(), "", "expected nothing but the line that says it is ready")

    def test_the_port_comes_from_the_environment_or_the_command_line(self) -> None:
        port = free_port()
        self.assertEqual(self.start("--host", "127.0.0.1", PORT=str(port)).port, port)
        self.assertEqual(self.start("--port", "0", PORT=str(port)).port not in (0, port), True)

    def test_what_it_cannot_do_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            for arguments, status, said in (
                (["--port", "x"], 64, "usage"),
                (["--port"], 64, "usage"),
                (["--colour", "red"], 64, "usage"),
                (["--port", str(taken.getsockname()[1])], 1, "trace-context-service: "),
            ):
                with self.subTest(arguments):
                    service = self.start(*arguments)
                    self.assertEqual(service.wait(), status)
                    self.assertIn(said, service.error_output())

    def test_requests_that_are_there_are_finished(self) -> None:
        arrived, may_answer = threading.Event(), threading.Event()

        def hold() -> None:
            arrived.set()
            may_answer.wait(TIMEOUT)

        service = self.start()
        with Receiver(before_answer=hold) as receiver:
            request = Background(lambda: send(service.port, encode(call(receiver.url("/")))))
            self.assertTrue(arrived.wait(TIMEOUT))
            service.process.send_signal(signal.SIGTERM)
            self.assertTrue(refuses_soon(service.port))
            may_answer.set()
            self.assertEqual(request.result().results[0]["status"], 200)
        self.assertEqual(service.wait(), 0)

    def test_signals_may_come_at_once_and_with_connections_that_nobody_serves_yet(self) -> None:
        for _ in range(10):
            service = self.start()
            with contextlib.ExitStack() as connections:
                for _ in range(10):
                    connections.enter_context(socket.create_connection(("127.0.0.1", service.port), TIMEOUT))
                service.process.send_signal(signal.SIGTERM)
            self.assertEqual(service.wait(), 0, service.error_output())

    def test_connections_without_a_request_hold_it_up_for_seconds_only(self) -> None:
        service = self.start()
        with socket.create_connection(("127.0.0.1", service.port), TIMEOUT):
            self.assertEqual(send(service.port, b"[]").status, 200)
            self.assertEqual(service.stop(signal.SIGTERM), 0)

    def test_an_unreachable_collector_does_not_keep_it_from_ending(self) -> None:
        endpoint = f"http://127.0.0.1:{free_port()}"
        service = self.start(OTEL_TRACES_EXPORTER="otlp", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        self.assertEqual(send(service.port, b"[]").status, 200)
        self.assertEqual(service.stop(signal.SIGTERM), 0)
        self.assertIn("dropped 1", service.error_output())


class Spans(unittest.TestCase):
    def test_all_arrive_before_it_ends_and_tell_what_was_passed_on(self) -> None:
        collector = processes.Collector()
        self.addCleanup(collector.close)
        service = processes.Service(OTEL_TRACES_EXPORTER="otlp", OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint)
        self.addCleanup(service.close)
        with Receiver() as receiver:
            calls = encode(call(receiver.url("/0")), call(receiver.url("/1")))
            headers = [("traceparent", SAMPLED), ("tracestate", "foo=1"), ("tracestate", "bar=2")]
            self.assertEqual(send(service.port, calls, headers).status, 200)
            self.assertEqual(send(service.port, b"no", [("traceparent", f"00-{TRACE}-{PARENT}-00")]).status, 400)
            passed_on = {Context.of(post).span for post in receiver.posts.values()}
        self.assertEqual(service.stop(signal.SIGTERM), 0)

        # The second request's caller did not want it recorded.
        spans = collector.ask("spans")
        self.assertEqual(sorted(span["kind"] for span in spans), ["client", "client", "server"])
        self.assertEqual({(span["traceId"], span["traceState"]) for span in spans}, {(TRACE, "foo=1,bar=2")})
        server = next(span for span in spans if span["kind"] == "server")
        clients = [span for span in spans if span["kind"] == "client"]
        self.assertEqual((server["name"], server["parentSpanId"]), ("POST /test", PARENT))
        self.assertEqual(server["attributes"]["http.response.status_code"], 200)
        self.assertEqual({span["parentSpanId"] for span in clients}, {server["spanId"]})
        self.assertEqual({span["spanId"] for span in clients}, passed_on)
        self.assertEqual(collector.ask("state")["violations"], [])


class Background:
    """A call in a thread of its own."""

    def __init__(self, operation: Callable[[], Answer]) -> None:
        self.value: Any = None
        self.thread = threading.Thread(target=self.run, args=[operation], daemon=True)
        self.thread.start()

    def run(self, operation: Callable[[], Answer]) -> None:
        self.value = operation()

    def result(self) -> Answer:
        self.thread.join(TIMEOUT)
        assert self.value, "no answer"
        return self.value


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def refuses_soon(port: int) -> bool:
    """Whether new connections get refused before long."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), TIMEOUT).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.01)
    return False
