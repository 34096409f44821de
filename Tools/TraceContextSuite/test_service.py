"""What the service does with requests."""

from __future__ import annotations

import json
import socket
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import processes
from harness import PARENT, TIMEOUT, Context, Receiver, call, encode, exchange, send

MEBIBYTE = 1 << 20

BAD_REQUESTS = {
    "no body": b"",
    "no JSON": b"[",
    "null": b"null",
    "an object": b'{"url": "http://127.0.0.1/"}',
    "a list of text": b'["http://127.0.0.1/"]',
    "no url": b'[{"arguments": []}]',
    "a url that is no text": b'[{"url": 1}]',
    "an empty url": b'[{"url": ""}]',
    "a url without a scheme": b'[{"url": "127.0.0.1"}]',
    "a url of another scheme": b'[{"url": "file:///etc/passwd"}]',
    "a url of encrypted HTTP": b'[{"url": "https://127.0.0.1/"}]',
    "a url without a host": b'[{"url": "http:///test"}]',
    "a port that is none": b'[{"url": "http://127.0.0.1:65536/"}]',
    "a line break in the url": b'[{"url": "http://127.0.0.1/\\r\\nx: y"}]',
    "a space in the url": b'[{"url": "http://127.0.0.1/a b"}]',
    "deep nesting": b"[" * 100_000,
}

BAD_BYTES = {
    "no HTTP": b"hello\r\n\r\n",
    "a header without a colon": b"POST /test HTTP/1.1\r\nhost\r\n\r\n",
    "a space before the colon": b"POST /test HTTP/1.1\r\ntraceparent : a\r\n\r\n",
    "a length that is no number": b"POST /test HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
    "a header of 1 MiB": b"POST /test HTTP/1.1\r\nhost: a\r\ntracestate: " + b"a" * MEBIBYTE + b"\r\n\r\n",
}


class Requests(unittest.TestCase):
    def setUp(self) -> None:
        self.port = processes.shared().port

    def test_arguments_are_posted_as_they_are(self) -> None:
        arguments = [{"url": "http://example.org/ü?a=b", "arguments": [1, -2.5, True, None, "ü\n", {"a": []}]}]
        with Receiver() as receiver:
            body = json.dumps([{"url": receiver.url("/a%20b?c=d#e"), "arguments": arguments}]).encode()
            answer = send(self.port, body)
            self.assertEqual(answer.results, [{"url": receiver.url("/a%20b?c=d"), "status": 200}])
            post = receiver.posts["/a%20b?c=d"]
            self.assertEqual(post.body, arguments)
            self.assertEqual(post.values("content-type"), ["application/json"])

    def test_without_arguments_an_empty_list_is_posted(self) -> None:
        with Receiver() as receiver:
            self.assertEqual(send(self.port, encode({"url": receiver.url("/")})).status, 200)
            self.assertEqual(receiver.posts["/"].body, [])

    def test_an_empty_list_is_no_error(self) -> None:
        self.assertEqual(send(self.port, b"[]").results, [])

    def test_bodies_may_come_in_chunks(self) -> None:
        request = b"POST /test HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n"
        self.assertEqual(exchange(self.port, request).status, 200)

    def test_bad_requests_are_told_so(self) -> None:
        for name, body in BAD_REQUESTS.items():
            with self.subTest(name):
                self.assertEqual(send(self.port, body).status, 400)
        for name, request in BAD_BYTES.items():
            with self.subTest(name):
                self.assertEqual(exchange(self.port, request).status, 400)

    def test_other_paths_and_methods_are_not_served(self) -> None:
        for line, status in {"POST / HTTP/1.1": 404, "POST /tests HTTP/1.1": 404, "PUT /test HTTP/1.1": 405}.items():
            with self.subTest(line):
                self.assertEqual(send(self.port, b"[]", request_line=line).status, status)

    def test_bodies_are_bounded(self) -> None:
        fits = b"[" + b" " * (MEBIBYTE - 2) + b"]"
        self.assertEqual(send(self.port, fits).status, 200)
        self.assertEqual(send(self.port, fits + b" ").status, 413)
        self.assertEqual(send(self.port, b" " * (8 * MEBIBYTE)).status, 413)

    def test_a_receiver_that_fails_is_a_result(self) -> None:
        with Receiver(status=503) as broken, Receiver() as healthy, socket.create_server(("127.0.0.1", 0)) as silent:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                closed_port = probe.getsockname()[1]
            answer = send(
                self.port,
                encode(
                    call(broken.url("/")),
                    call(f"http://127.0.0.1:{closed_port}/"),
                    call(f"http://127.0.0.1:{silent.getsockname()[1]}/"),
                    call("http://name.invalid/"),
                    call("http://name.invalid%0d%0a/"),
                    call(healthy.url("/")),
                ),
            )
            self.assertEqual(answer.status, 200)
            self.assertEqual([result.get("status") for result in answer.results], [503, None, None, None, None, 200])
            self.assertEqual(["error" in result for result in answer.results], [False, True, True, True, True, False])

    def test_requests_are_served_at_the_same_time_each_in_its_trace(self) -> None:
        count = 32
        # Lets nobody through before all are there.
        barrier = threading.Barrier(count)
        with Receiver(before_answer=lambda: barrier.wait(TIMEOUT) and None) as receiver:

            def request(number: int) -> int:
                headers = [("traceparent", f"00-{number:032x}-{PARENT}-01")]
                return send(self.port, encode(call(receiver.url(f"/{number}"))), headers).results[0].get("status")

            with ThreadPoolExecutor(count) as pool:
                self.assertEqual(list(pool.map(request, range(1, count + 1))), [200] * count)
            for number in range(1, count + 1):
                self.assertEqual(int(Context.of(receiver.posts[f"/{number}"]).trace, 16), number)

    def test_clients_that_go_away_do_no_harm(self) -> None:
        for part in (b"", b"POST /test", b"POST /test HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n["):
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as connection:
                    connection.sendall(part)
        self.assertEqual(send(self.port, b"[]").status, 200)
