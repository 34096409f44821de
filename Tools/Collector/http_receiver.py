"""OTLP/HTTP: reads requests, meets the faults, answers."""

from __future__ import annotations

import select
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import answers
import otlp
from faults import Fault, FaultBoard
from listener import Listener, reset_on_close
from otlp import BadRequest, Signal
from store import Request, Store

_ENCODINGS = ("identity", "gzip", "deflate")
_GONE = select.POLLHUP | select.POLLERR | select.POLLRDHUP
_POLL_SECONDS = 0.02


class HTTPReceiver:
    """The OTLP/HTTP server."""

    def __init__(self, host: str, port: int, store: Store, faults: FaultBoard, verbose: bool) -> None:
        self.store = store
        self.faults = faults
        self.verbose = verbose
        self.listener = Listener(host, port, self._serve, self._accepted, verbose)

    def _accepted(self, connection: socket.socket, number: int) -> bool:
        self.store.saw_connection("http", number)
        fault = self.faults.take_at_accept("http")
        if fault is None:
            return True
        request = Request("http", number, fault=fault.kind)
        self.store.begin(request)
        self.store.finish(request, {"closed": "reset"})
        reset_on_close(connection)
        return False

    def _serve(self, connection: socket.socket, address: tuple[str, int], number: int) -> None:
        OTLPHandler(connection, address, self, number)


class Refused(Exception):
    """A request that the collector itself turns down."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ClientGone(Exception):
    """The client closed its connection before the answer, or the fault was dropped by a reset."""


class OTLPHandler(BaseHTTPRequestHandler):
    """One connection to the OTLP/HTTP port."""

    protocol_version = "HTTP/1.1"
    server_version = "heliograph-test-collector"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def __init__(self, connection: socket.socket, address: tuple[str, int], server: HTTPReceiver, number: int) -> None:
        self._receiver = server
        self._store = server.store
        self._number = number
        self._as_json = False
        super().__init__(connection, address, server)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        """Serves one request, of any method."""
        request = self._open_request()
        try:
            self._exchange(request)
        except Refused as refusal:
            self._refuse(request, refusal)
        except (ClientGone, OSError) as error:
            if request.answer is None:
                self._store.finish(request, {"closed": "client"})
            if self._receiver.verbose:
                self.log_message("%r", error)
            self.close_connection = True

    do_GET = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = do_POST

    # Reading

    def _open_request(self) -> Request:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        request = Request(
            "http",
            self._number,
            otlp.BY_PATH.get(self.path.split("?")[0]),
            self.command,
            self.path,
            headers,
        )
        self._store.begin(request)
        return request

    def _exchange(self, request: Request) -> None:
        signal = request.signal
        if signal and (fault := self._receiver.faults.take_at_headers(signal.name, "http")):
            self._reset(request, fault)
            return
        wire = self._read_body()
        request.wire_bytes = len(wire)
        self._check_head(request)
        assert signal is not None
        try:
            body, items = self._decode(request, signal, wire)
        except BadRequest as error:
            raise Refused(400, str(error)) from error
        self._store.received(request, body, items)
        fault = self._receiver.faults.take(signal.name, "http")
        if fault is None:
            self._succeed(request, signal, body, answers.success(signal))
        else:
            request.fault = fault.kind
            self._misbehave(request, signal, body, fault)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise Refused(400, "Content-Length is not a number")
        return self._read_exactly(int(length))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        try:
            while size := int(self.rfile.readline(100).split(b";")[0], 16):
                body += self._read_exactly(size)
                self._read_exactly(2)
        except ValueError as error:
            self.close_connection = True
            raise Refused(400, "a chunk without a size") from error
        while self.rfile.readline(65536).strip():
            pass
        return bytes(body)

    def _read_exactly(self, count: int) -> bytes:
        data = self.rfile.read(count)
        if len(data) < count:
            raise ClientGone("the body is cut short")
        return data

    def _check_head(self, request: Request) -> None:
        """Refuses what is not an OTLP/HTTP request."""
        headers = request.headers
        content_type = headers.get("content-type", "").split(";")[0].strip().lower()
        self._as_json = content_type == otlp.JSON
        request.encoding = headers.get("content-encoding", "identity").strip().lower()
        if request.signal is None:
            raise Refused(404, f"no such path: {self.path}")
        if self.command != "POST":
            raise Refused(405, "only POST is allowed")
        if content_type not in (otlp.PROTOBUF, otlp.JSON):
            raise Refused(415, f"content type {content_type!r}")
        if request.encoding not in _ENCODINGS:
            raise Refused(415, f"content encoding {request.encoding!r}")

    def _decode(self, request: Request, signal: Signal, wire: bytes) -> tuple[bytes, int]:
        """The body as protobuf bytes, and the number of its items."""
        body = otlp.decompress(wire, request.encoding or "identity")
        if not self._as_json:
            return body, signal.count_items(otlp.decode(signal, body))
        message, complaints = otlp.decode_json(signal, body)
        for complaint in complaints[:100]:
            self._store.complain(request, "json", complaint)
        return message.SerializeToString(), signal.count_items(message)

    # Answering

    def _answer(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(code, len(body), headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, code: int, length: int, headers: dict[str, str] | None = None) -> None:
        """Writes the status line and the headers. They leave with the body: the base class flushes afterwards."""
        own = {"Content-Type": otlp.JSON if self._as_json else otlp.PROTOBUF, "Content-Length": str(length)}
        for name in headers or {}:
            own = {key: value for key, value in own.items() if key.lower() != name.lower()}
        self.send_response(code)
        for name, value in (own | (headers or {})).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _succeed(self, request: Request, signal: Signal, body: bytes, response: Any, rejected: int = 0) -> None:
        keep = max(0, request.items - rejected)
        self._store.finish(request, {"status": 200, "rejected": rejected}, body, keep)
        self._answer(200, answers.encode(response, self._as_json))

    def _refuse(self, request: Request, refusal: Refused) -> None:
        self._store.complain(request, f"http-{refusal.code}", refusal.message)
        self._store.finish(request, {"status": refusal.code, "message": refusal.message})
        if refusal.code == 400:
            self._answer(400, answers.encode(answers.status(3, refusal.message), self._as_json))
            return
        headers = {"Content-Type": "text/plain"} | ({"Allow": "POST"} if refusal.code == 405 else {})
        self._answer(refusal.code, f"{refusal.message}\n".encode(), headers)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class calls when it cannot read the head of a request."""
        request = Request("http", self._number)
        self._store.begin(request)
        self._store.complain(request, f"http-{code}", message or "malformed request")
        self._store.finish(request, {"status": code})
        super().send_error(code, message, explain)

    # Faults

    def _misbehave(self, request: Request, signal: Signal, body: bytes, fault: Fault) -> None:
        options = fault.options
        if fault.kind == "status":
            self._answer_status(request, body, fault)
        elif fault.kind == "redirect":
            code = options.get("code", 307)
            self._store.finish(request, {"status": code})
            self._answer(code, b"", {"Location": options["location"]})
        elif fault.kind == "reset":
            self._reset(request, fault)
        elif fault.kind == "stall":
            self._hold(fault, None)
            self._succeed(request, signal, body, answers.success(signal))
        elif fault.kind == "slow":
            self._hold(fault, options["delay_ms"] / 1000)
            self._succeed(request, signal, body, answers.success(signal))
        elif fault.kind == "partial":
            self._succeed(request, signal, body, answers.partial(signal, fault), options["rejected"])
        elif fault.kind == "garbage":
            self._store.finish(request, {"status": 200}, body, request.items)
            self._answer(200, answers.GARBAGE)
        elif fault.kind == "huge":
            self._answer_huge(request, body, fault)
        elif fault.kind == "stall_body":
            self._stall_body(request, body, fault)

    def _answer_status(self, request: Request, body: bytes, fault: Fault) -> None:
        code = answers.http_code(fault)
        succeeded = 200 <= code < 300
        answer = b"" if succeeded or code == 304 else answers.encode(answers.fault_status(fault), self._as_json)
        self._store.finish(request, {"status": code}, body, request.items if succeeded else 0)
        self._answer(code, answer, fault.options.get("headers"))

    def _reset(self, request: Request, fault: Fault) -> None:
        request.fault = fault.kind
        self._store.finish(request, {"closed": "reset"})
        reset_on_close(self.connection)
        self.close_connection = True

    def _answer_huge(self, request: Request, body: bytes, fault: Fault) -> None:
        padded = answers.Padded(fault.options["bytes"], self._as_json)
        self._store.finish(request, {"status": 200}, body, request.items)
        if fault.options.get("gzip"):
            self._answer(200, padded.gzipped(), {"Content-Encoding": "gzip"})
            return
        self._head(200, padded.size)
        for chunk in padded.chunks():
            self.wfile.write(chunk)

    def _stall_body(self, request: Request, body: bytes, fault: Fault) -> None:
        answer = b"".join(answers.Padded(fault.options.get("bytes", 1024), self._as_json).chunks())
        half = len(answer) // 2
        self._head(200, len(answer))
        self.wfile.write(answer[:half])
        self.wfile.flush()
        self._hold(fault, None)
        self._store.finish(request, {"status": 200, "rejected": 0}, body, request.items)
        self.wfile.write(answer[half:])

    def _hold(self, fault: Fault, seconds: float | None) -> None:
        """Waits until the time is up or the fault is cleared; raises when there is nobody left to answer."""
        deadline = None if seconds is None else time.monotonic() + seconds
        poll = select.poll()
        poll.register(self.connection, _GONE)
        while not fault.cleared.is_set():
            left = _POLL_SECONDS if deadline is None else min(_POLL_SECONDS, deadline - time.monotonic())
            if left <= 0:
                return
            if poll.poll(left * 1000):
                raise ClientGone("while held by a fault")
        if fault.dropped:
            raise ClientGone("the fault was reset")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent unless verbose."""
        if self._receiver.verbose:
            super().log_message(format, *args)

    def handle_expect_100(self) -> bool:
        """Sends `100 Continue` at once: the client waits for it."""
        super().handle_expect_100()
        self.wfile.flush()
        return True
