"""The admin port: shows what was received and orders faults. Always healthy, whatever the faults."""

from __future__ import annotations

import json
import math
import socket
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import faults as fault_orders
import otlp
from faults import BadFault, FaultBoard
from flatten import Flattener
from listener import Listener
from store import Store

_WAITABLE = ("spans", "logs", "points", "requests")
_DEFAULT_WAIT = 10.0
_MAX_WAIT = 600.0

Query = dict[str, str]


class BadQuery(ValueError):
    """A request to the admin port that makes no sense."""


class Admin:
    """The routes of the admin port."""

    def __init__(
        self, host: str, port: int, store: Store, faults: FaultBoard, receivers: dict[str, Listener], verbose: bool
    ) -> None:
        self._store = store
        self._faults = faults
        self._receivers = receivers
        self._lock = threading.Lock()
        self.verbose = verbose
        self.listener = Listener(host, port, self._serve, verbose=verbose)
        self.routes: dict[str, dict[str, Callable[[Query, bytes], Any]]] = {
            "/state": {"GET": lambda query, body: store.state()},
            "/requests": {"GET": lambda query, body: store.requests()},
            "/spans": {"GET": lambda query, body: _flattener(query).spans(store.kept(otlp.TRACES))},
            "/logs": {"GET": lambda query, body: _flattener(query).logs(store.kept(otlp.LOGS))},
            "/metrics": {"GET": lambda query, body: _flattener(query).metrics(store.kept(otlp.METRICS))},
            "/wait": {"GET": self._wait},
            "/reset": {"POST": self._reset},
            "/faults": {"GET": self._list_faults, "POST": self._add_faults, "DELETE": self._clear_faults},
        }

    def _serve(self, connection: socket.socket, address: tuple[str, int], number: int) -> None:
        AdminHandler(connection, address, self)

    def _wait(self, query: Query, body: bytes) -> Any:
        unknown = query.keys() - {*_WAITABLE, "timeout"}
        if unknown:
            raise BadQuery(f"cannot wait for {', '.join(sorted(unknown))}")
        timeout = min(_number(query, "timeout", _DEFAULT_WAIT), _MAX_WAIT)
        wanted = {name: math.ceil(_number(query, name, 0)) for name in _WAITABLE if name in query}
        reached = self._store.wait(wanted, timeout)
        return self._store.state() | {"reached": reached}

    def _reset(self, query: Query, body: bytes) -> Any:
        self._faults.clear(drop=True)
        self._apply_refusals()
        self._store.reset()
        return {}

    def _list_faults(self, query: Query, body: bytes) -> Any:
        return self._faults.describe()

    def _add_faults(self, query: Query, body: bytes) -> Any:
        try:
            order = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadQuery(f"not JSON: {error}") from error
        self._faults.add(fault_orders.parse(order))
        self._apply_refusals()
        return self._faults.describe()

    def _clear_faults(self, query: Query, body: bytes) -> Any:
        self._faults.clear(drop=False)
        self._apply_refusals()
        return []

    def _apply_refusals(self) -> None:
        with self._lock:
            refused = self._faults.refused_transports()
            for transport, listener in self._receivers.items():
                if transport in refused:
                    listener.refuse()
                else:
                    listener.listen()


def _flattener(query: Query) -> Flattener:
    return Flattener(typed=query.get("typed", "0") not in ("", "0", "false"))


def _number(query: Query, name: str, default: float) -> float:
    try:
        value = float(query.get(name, default))
    except ValueError as error:
        raise BadQuery(f"{name}: not a number") from error
    if not math.isfinite(value) or value < 0:
        raise BadQuery(f"{name}: expected a number from 0")
    return value


class AdminHandler(BaseHTTPRequestHandler):
    """One connection to the admin port."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def __init__(self, connection: socket.socket, address: tuple[str, int], admin: Admin) -> None:
        self._admin = admin
        super().__init__(connection, address, admin)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Serves one request, of any method."""
        url = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        methods = self._admin.routes.get(url.path)
        if methods is None:
            self._answer(404, {"error": f"no such path: {url.path}"})
        elif self.command not in methods:
            self._answer(405, {"error": f"allowed: {', '.join(methods)}"})
        else:
            try:
                self._answer(200, methods[self.command](dict(urllib.parse.parse_qsl(url.query)), body))
            except (BadQuery, BadFault) as error:
                self._answer(400, {"error": str(error)})

    do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

    def _answer(self, code: int, content: Any) -> None:
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent unless verbose."""
        if self._admin.verbose:
            super().log_message(format, *args)
