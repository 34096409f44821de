"""What the collector has received: every request with its answer, and the items it accepted."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import checks
import otlp
from otlp import Signal

MAX_VIOLATIONS = 1000
_ITEM_NAMES = {"traces": "spans", "metrics": "points", "logs": "logs"}


@dataclass
class Request:
    """One request, or one connection that was reset before it could carry one."""

    transport: str
    connection: int
    signal: Signal | None = None
    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    wire_bytes: int | None = None
    body_bytes: int | None = None
    items: int = 0
    fault: str | None = None
    answer: dict[str, Any] | None = None
    time: float = field(default_factory=time.time)
    index: int = -1
    generation: int = -1

    def describe(self) -> dict[str, Any]:
        """The request as JSON."""
        return {
            "index": self.index,
            "signal": self.signal.name if self.signal else None,
            "transport": self.transport,
            "connection": self.connection,
            "method": self.method,
            "path": self.path,
            "headers": self.headers,
            "encoding": self.encoding,
            "wireBytes": self.wire_bytes,
            "bodyBytes": self.body_bytes,
            "items": self.items,
            "time": self.time,
            "fault": self.fault,
            "answer": self.answer,
        }


class Store:
    """Thread-safe. Bodies are kept as bytes: checking and flattening happen when somebody asks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._checking = threading.Lock()
        self._generation = 0
        self._clear()

    def _clear(self) -> None:
        self._requests: list[Request] = []
        self._kept: dict[str, list[tuple[bytes, int]]] = {signal.name: [] for signal in otlp.SIGNALS}
        self._counts: Counter[str] = Counter()
        self._encodings: Counter[str] = Counter()
        self._connections: dict[str, set[int]] = {"http": set(), "grpc": set()}
        self._unchecked: list[tuple[Request, bytes]] = []
        self._violations: list[dict[str, Any]] = []
        self._violation_count = 0

    def reset(self) -> None:
        """Forgets everything; requests that are still on their way will not be stored."""
        with self._checking, self._changed:
            self._generation += 1
            self._clear()
            self._changed.notify_all()

    # Receiving

    def saw_connection(self, transport: str, connection: int) -> None:
        """Counts a connection."""
        with self._changed:
            self._connections[transport].add(connection)

    def begin(self, request: Request) -> None:
        """Logs a request whose head has been read."""
        with self._changed:
            request.index = len(self._requests)
            request.generation = self._generation
            self._requests.append(request)
            self._connections[request.transport].add(request.connection)
            self._changed.notify_all()

    def received(self, request: Request, body: bytes, items: int) -> None:
        """Counts the body of a request and keeps it for checking."""
        with self._changed:
            if request.generation != self._generation:
                return
            request.body_bytes = len(body)
            request.items = items
            self._counts["bytes"] += request.wire_bytes or 0
            self._counts["decodedBytes"] += len(body)
            self._encodings[request.encoding or "unknown"] += 1
            self._unchecked.append((request, body))

    def finish(self, request: Request, answer: dict[str, Any], body: bytes = b"", keep: int = 0) -> None:
        """Notes the answer to a request, and stores its first `keep` items."""
        with self._changed:
            request.answer = answer | {"stored": keep}
            if request.generation != self._generation:
                return
            if keep > 0 and request.signal:
                self._kept[request.signal.name].append((body, keep))
                self._counts[_ITEM_NAMES[request.signal.name]] += keep
            self._changed.notify_all()

    def complain(self, request: Request, rule: str, message: str, path: str = "") -> None:
        """Notes a violation."""
        with self._changed:
            if request.generation == self._generation:
                self._add_violation(request, {"rule": rule, "path": path, "message": message})

    def _add_violation(self, request: Request, violation: dict[str, Any]) -> None:
        self._violation_count += 1
        if len(self._violations) < MAX_VIOLATIONS:
            signal = request.signal.name if request.signal else None
            self._violations.append({"request": request.index, "signal": signal} | violation)

    # Asking

    def _check_pending(self) -> None:
        """Checks the bodies that came in since the last time, without holding up the receivers."""
        with self._checking:
            with self._changed:
                pending, self._unchecked = self._unchecked, []
            for request, body in pending:
                if request.signal is None:
                    continue
                violations = checks.check(request.signal, body)
                with self._changed:
                    for violation in violations:
                        self._add_violation(request, violation)

    def state(self) -> dict[str, Any]:
        """Counts and violations."""
        self._check_pending()
        with self._changed:
            return {
                "requests": len(self._requests),
                "spans": self._counts["spans"],
                "logs": self._counts["logs"],
                "points": self._counts["points"],
                "connections": len(self._connections["http"]),
                "grpcConnections": len(self._connections["grpc"]),
                "bytes": self._counts["bytes"],
                "decodedBytes": self._counts["decodedBytes"],
                "encodings": dict(self._encodings),
                "violations": list(self._violations),
                "violationCount": self._violation_count,
            }

    def wait(self, wanted: dict[str, int], timeout: float) -> bool:
        """Waits until each named count is reached; false when the time is up before."""

        def have(name: str) -> int:
            return len(self._requests) if name == "requests" else self._counts[name]

        def reached() -> bool:
            return all(have(name) >= count for name, count in wanted.items())

        with self._changed:
            return self._changed.wait_for(reached, timeout)

    def requests(self) -> list[dict[str, Any]]:
        """All requests as JSON."""
        with self._changed:
            return [request.describe() for request in self._requests]

    def kept(self, signal: Signal) -> Iterator[tuple[Any, int]]:
        """The stored requests of a signal, decoded, each with the number of its items that count."""
        with self._changed:
            kept = list(self._kept[signal.name])
        for body, count in kept:
            yield otlp.decode(signal, body), count
