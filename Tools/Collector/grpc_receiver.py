"""OTLP/gRPC: the three services on grpcio, behind a relay that can break connections."""

from __future__ import annotations

import base64
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn

# Nothing on stderr when a client breaks its connection, as tests make it do.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import grpc

import answers
import otlp
from faults import Fault, FaultBoard
from listener import Listener, reset_on_close
from otlp import BadRequest, Signal
from relay import Relay
from store import Request, Store

_POLL_SECONDS = 0.02
_WORKERS = 64
_OPTIONS = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class GRPCReceiver(grpc.GenericRpcHandler):
    """The OTLP/gRPC server. grpcio sits on a private port; the public one is the relay's."""

    def __init__(self, host: str, port: int, store: Store, faults: FaultBoard, verbose: bool) -> None:
        self._store = store
        self._faults = faults
        self._lock = threading.Lock()
        self._relays: dict[int, Relay] = {}
        self._server = grpc.server(futures.ThreadPoolExecutor(_WORKERS, "grpc"), options=_OPTIONS)
        self._server.add_generic_rpc_handlers((self,))
        self._private_port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        self.listener = Listener(host, port, self._relay, self._accepted, verbose)

    def stop(self) -> None:
        """Ends all calls."""
        self._server.stop(None)

    # Connections

    def _accepted(self, connection: socket.socket, number: int) -> bool:
        self._store.saw_connection("grpc", number)
        fault = self._faults.take_at_accept("grpc")
        if fault is None:
            return True
        request = Request("grpc", number, fault=fault.kind)
        self._store.begin(request)
        self._store.finish(request, {"closed": "reset"})
        reset_on_close(connection)
        return False

    def _relay(self, connection: socket.socket, address: tuple[str, int], number: int) -> None:
        relay = Relay(connection, socket.create_connection(("127.0.0.1", self._private_port)), number)
        key = relay.key
        with self._lock:
            self._relays[key] = relay
        try:
            relay.run()
        finally:
            with self._lock:
                self._relays.pop(key, None)

    def _relay_of(self, context: grpc.ServicerContext) -> Relay | None:
        with self._lock:
            return self._relays.get(int(context.peer().rpartition(":")[2]))

    # Calls

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """The handler of a method. Bodies come and go as bytes: decoding them is ours, so that it can be judged."""
        signal = otlp.BY_METHOD.get(details.method)
        if signal is None:
            return grpc.unary_unary_rpc_method_handler(self._refuse_method)

        def export(body: bytes, context: grpc.ServicerContext) -> bytes:
            return self._export(signal, body, context)

        return grpc.unary_unary_rpc_method_handler(export)

    def _refuse_method(self, body: bytes, context: grpc.ServicerContext) -> NoReturn:
        request = self._open_request(None, context, self._relay_of(context))
        self._store.complain(request, "grpc-12", "no such method")
        self._abort(request, context, grpc.StatusCode.UNIMPLEMENTED, "no such method")

    def _export(self, signal: Signal, body: bytes, context: grpc.ServicerContext) -> bytes:
        relay = self._relay_of(context)
        request = self._open_request(signal, context, relay)
        early = self._faults.take_at_headers(signal.name, "grpc")
        if early:
            self._reset(request, early, relay, context)
        try:
            items = signal.count_items(otlp.decode(signal, body))
        except BadRequest as error:
            self._store.complain(request, "grpc-3", str(error))
            self._abort(request, context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        self._store.received(request, body, items)
        fault = self._faults.take(signal.name, "grpc")
        if fault is None:
            return self._succeed(request, body, answers.success(signal))
        request.fault = fault.kind
        return self._misbehave(request, signal, body, fault, relay, context)

    def _open_request(self, signal: Signal | None, context: grpc.ServicerContext, relay: Relay | None) -> Request:
        headers = {name: _text(value) for name, value in context.invocation_metadata()}
        path = signal.method if signal else ""
        request = Request("grpc", relay.number if relay else 0, signal, "POST", path, headers)
        message = relay.messages.next_message() if relay else None
        if message:
            request.encoding, request.wire_bytes = message
        self._store.begin(request)
        return request

    def _succeed(self, request: Request, body: bytes, response: Any, rejected: int = 0) -> bytes:
        keep = max(0, request.items - rejected)
        self._store.finish(request, {"grpcStatus": 0, "rejected": rejected}, body, keep)
        return response.SerializeToString()

    def _abort(self, request: Request, context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> NoReturn:
        self._store.finish(request, {"grpcStatus": code.value[0], "message": message})
        context.abort(code, message)
        raise AssertionError("abort raises")

    # Faults

    def _misbehave(
        self,
        request: Request,
        signal: Signal,
        body: bytes,
        fault: Fault,
        relay: Relay | None,
        context: grpc.ServicerContext,
    ) -> bytes:
        options = fault.options
        if fault.kind == "status":
            self._abort_with_status(request, fault, context)
        if fault.kind == "reset":
            self._reset(request, fault, relay, context)
        if fault.kind in ("stall", "stall_body", "slow"):
            self._hold(request, fault, context)
            return self._succeed(request, body, answers.success(signal))
        if fault.kind == "partial":
            return self._succeed(request, body, answers.partial(signal, fault), options["rejected"])
        self._store.finish(request, {"grpcStatus": 0}, body, request.items)
        if fault.kind == "garbage":
            return answers.GARBAGE
        if options.get("gzip"):
            context.set_compression(grpc.Compression.Gzip)
        return b"".join(answers.Padded(options["bytes"], as_json=False).chunks())

    def _abort_with_status(self, request: Request, fault: Fault, context: grpc.ServicerContext) -> NoReturn:
        status = answers.fault_status(fault)
        trailers = [(name.lower(), value) for name, value in fault.options.get("headers", {}).items()]
        if status.details:
            trailers.append(("grpc-status-details-bin", status.SerializeToString()))
        context.set_trailing_metadata(tuple(trailers))
        self._abort(request, context, _CODES[status.code], status.message)

    def _reset(self, request: Request, fault: Fault, relay: Relay | None, context: grpc.ServicerContext) -> NoReturn:
        request.fault = fault.kind
        self._store.finish(request, {"closed": "reset"})
        if relay:
            relay.reset()
        context.abort(grpc.StatusCode.UNAVAILABLE, "reset by order")
        raise AssertionError("abort raises")

    def _hold(self, request: Request, fault: Fault, context: grpc.ServicerContext) -> None:
        """Waits until the time is up or the fault is cleared; aborts when there is nobody left to answer."""
        ended = threading.Event()
        if not context.add_callback(ended.set):
            ended.set()
        seconds = fault.options["delay_ms"] / 1000 if fault.kind == "slow" else float("inf")
        _wait_for_any(ended.is_set, fault.cleared, seconds)
        if ended.is_set() or fault.dropped:
            self._store.finish(request, {"closed": "client"})
            context.abort(grpc.StatusCode.CANCELLED, "the call was given up")


def _wait_for_any(ended: Callable[[], bool], cleared: threading.Event, seconds: float) -> None:
    """Waits until a call ended, a fault was cleared or the time is up."""
    deadline = time.monotonic() + seconds
    while not ended() and (left := deadline - time.monotonic()) > 0:
        if cleared.wait(min(_POLL_SECONDS, left)):
            return


def _text(value: str | bytes) -> str:
    """A metadata value as text; binary ones in base64."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
