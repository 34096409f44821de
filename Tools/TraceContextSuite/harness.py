"""Sends requests with headers as bytes, and receives what the service posts."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import unittest
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

import processes

TIMEOUT = 10
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE}-{PARENT}-01"
TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")

Headers = list[tuple[str, str]]


@dataclass
class Answer:
    """What a request got."""

    status: int
    body: bytes

    @property
    def results(self) -> Any:
        return json.loads(self.body)


@dataclass
class Post:
    """What the receiver got."""

    headers: Headers
    body: Any

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass
class Context:
    """What the headers of a post tell."""

    trace: str
    span: str
    flags: int
    state: list[tuple[str, str]]

    @staticmethod
    def of(post: Post) -> Context:
        parents = post.values("traceparent")
        assert len(parents) == 1, f"expected one traceparent, not {parents}"
        match = TRACEPARENT.fullmatch(parents[0])
        assert match, f"not a valid traceparent: {parents[0]!r}"
        assert match["trace"].strip("0") and match["span"].strip("0"), f"an id of zeros: {parents[0]!r}"
        members = [member for value in post.values("tracestate") for member in value.split(",")]
        state = [(key, value) for key, _, value in (member.partition("=") for member in members)]
        return Context(match["trace"], match["span"], int(match["flags"], 16), state)


class Receiver:
    """A server that the service posts to."""

    def __init__(self, before_answer: Callable[[], None] = lambda: None, status: int = 200) -> None:
        self.posts: dict[str, Post] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                receiver.posts[self.path] = Post(self.headers.items(), body)
                before_answer()
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"


def send(port: int, body: bytes, headers: Headers = (), request_line: str = "POST /test HTTP/1.1") -> Answer:
    """Sends a request whose header lines are exactly these, in this order."""
    lines = [request_line, f"host: 127.0.0.1:{port}", f"content-length: {len(body)}"]
    lines += [f"{name}:{value}" for name, value in headers]
    return exchange(port, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)


def exchange(port: int, request: bytes) -> Answer:
    """Sends bytes and reads an HTTP answer."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return Answer(response.status, response.read())


def call(url: str, arguments: Any = ()) -> dict[str, Any]:
    """One element of what the service is asked for."""
    return {"url": url, "arguments": list(arguments)}


def encode(*calls: Any) -> bytes:
    return json.dumps(calls).encode()


class TraceContextTestCase(unittest.TestCase):
    """Tests of the context that comes out of the service that all tests share."""

    def relay(self, headers: Headers, count: int = 1) -> list[Context]:
        """The contexts of `count` posts that one request causes."""
        with Receiver() as receiver:
            paths = [f"/{index}" for index in range(count)]
            answer = send(processes.shared().port, encode(*(call(receiver.url(path)) for path in paths)), headers)
            self.assertEqual(answer.status, 200)
            self.assertEqual([result.get("status") for result in answer.results], [200] * count)
            return [Context.of(receiver.posts[path]) for path in paths]

    def assert_continued(self, headers: Headers) -> Context:
        """The trace goes on, with a span of the service's as the parent."""
        context = self.relay(headers)[0]
        self.assertEqual(context.trace, TRACE)
        self.assertNotEqual(context.span, PARENT)
        return context

    def assert_restarted(self, headers: Headers) -> Context:
        """A trace of the service's own; nothing of what came is passed on."""
        context = self.relay(headers)[0]
        self.assertNotIn(context.trace, "".join(value for _, value in headers))
        self.assertEqual(context.state, [])
        return context
