"""The faults that tests order: what each one may say, and which one the next request meets."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

SIGNAL_NAMES = ("traces", "metrics", "logs", "*")
TRANSPORTS = ("http", "grpc", "*")

_COMMON = {"signal", "transport", "kind", "times"}
_ALLOWED: dict[str, set[str]] = {
    "status": {"code", "grpc_code", "headers", "message", "retry_delay_ms"},
    "stall": set(),
    "stall_body": {"bytes"},
    "slow": {"delay_ms"},
    "reset": set(),
    "reset_early": set(),
    "partial": {"rejected", "message"},
    "garbage": set(),
    "huge": {"bytes", "gzip"},
    "redirect": {"location", "code"},
    "refuse": set(),
}
_REQUIRED: dict[str, set[str]] = {
    "slow": {"delay_ms"},
    "partial": {"rejected"},
    "huge": {"bytes"},
    "redirect": {"location"},
}
# Only OTLP/HTTP has redirects.
_HTTP_ONLY = {"redirect"}


@dataclass(eq=False)
class Fault:
    """One ordered misbehaviour."""

    kind: str
    signal: str = "*"
    transport: str = "*"
    times: int | None = None
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0
    cleared: threading.Event = field(default_factory=threading.Event)
    dropped: bool = False

    def matches(self, signal: str | None, transport: str) -> bool:
        """Whether a request of `signal` (None: not known yet) over `transport` meets this fault."""
        if self.times == 0 or self.transport not in ("*", transport):
            return False
        if transport != "http" and self.kind in _HTTP_ONLY:
            return False
        return signal is None or self.signal in ("*", signal)

    def describe(self) -> dict[str, Any]:
        """The fault as JSON."""
        common = {"signal": self.signal, "transport": self.transport, "kind": self.kind, "times": self.times}
        return common | self.options | {"hits": self.hits}


class BadFault(ValueError):
    """An order that makes no sense."""


def parse(order: Any) -> list[Fault]:
    """Reads one order, or a list of them."""
    orders = order if isinstance(order, list) else [order]
    return [_parse_one(one) for one in orders]


def _parse_one(order: Any) -> Fault:
    if not isinstance(order, dict):
        raise BadFault("a fault is a JSON object")
    kind = order.get("kind")
    if kind not in _ALLOWED:
        raise BadFault(f"kind: expected one of {', '.join(_ALLOWED)}")
    options = {key: value for key, value in order.items() if key not in _COMMON}
    unknown = options.keys() - _ALLOWED[kind]
    if unknown:
        raise BadFault(f"{kind}: unknown option {', '.join(sorted(unknown))}")
    missing = _REQUIRED.get(kind, set()) - options.keys()
    if missing:
        raise BadFault(f"{kind}: {', '.join(sorted(missing))} is required")
    if kind == "status" and not options.keys() & {"code", "grpc_code"}:
        raise BadFault("status: code or grpc_code is required")
    for name, value in options.items():
        _check_option(name, value)
    return Fault(
        kind,
        _one_of("signal", order.get("signal", "*"), SIGNAL_NAMES),
        _one_of("transport", order.get("transport", "*"), TRANSPORTS),
        _times(order.get("times")),
        options,
    )


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadFault(f"{name}: expected one of {', '.join(allowed)}")
    return value


def _times(value: Any) -> int | None:
    if value is not None and not _is_int(value, 1, 1 << 62):
        raise BadFault("times: expected a number from 1, or null for ever")
    return value


def _is_int(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _check_option(name: str, value: Any) -> None:
    """Checks the type and the range of one option."""
    integers = {
        "code": (200, 599),
        "grpc_code": (1, 16),
        "retry_delay_ms": (0, 1 << 40),
        "delay_ms": (0, 1 << 31),
        "rejected": (0, (1 << 63) - 1),
        "bytes": (1, 1 << 33),
    }
    if name in integers and not _is_int(value, *integers[name]):
        low, high = integers[name]
        raise BadFault(f"{name}: expected an integer from {low} to {high}")
    if name in ("message", "location") and not isinstance(value, str):
        raise BadFault(f"{name}: expected a string")
    if name == "gzip" and not isinstance(value, bool):
        raise BadFault("gzip: expected true or false")
    if name == "headers":
        strings = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        if not strings or any(c in "\r\n" for text in (*value, *value.values()) for c in text):
            raise BadFault("headers: expected an object of strings")


class FaultBoard:
    """The faults in force, in the order they were set; the first that matches a request applies to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        """Puts faults behind the ones already in force."""
        with self._lock:
            self._faults.extend(faults)

    def take_at_accept(self, transport: str) -> Fault | None:
        """The fault that a new connection meets before a byte of it is read."""
        return self._take(None, transport, early=True)

    def take_at_headers(self, signal: str, transport: str) -> Fault | None:
        """The fault that a request meets before its body is read."""
        return self._take(signal, transport, early=True)

    def take(self, signal: str, transport: str) -> Fault | None:
        """The fault that a request meets once it was read."""
        return self._take(signal, transport, early=False)

    def _take(self, signal: str | None, transport: str, early: bool) -> Fault | None:
        with self._lock:
            first = next((f for f in self._faults if f.kind != "refuse" and f.matches(signal, transport)), None)
            if first is None or (first.kind == "reset_early") != early:
                return None
            if signal is None and first.signal != "*":
                return None
            first.hits += 1
            if first.times is not None:
                first.times -= 1
            return first

    def refused_transports(self) -> set[str]:
        """The transports whose connections are to be refused."""
        with self._lock:
            named = {fault.transport for fault in self._faults if fault.kind == "refuse"}
        return {"http", "grpc"} if "*" in named else named

    def clear(self, drop: bool) -> None:
        """Ends all faults. Requests held by one are answered, or dropped without an answer."""
        with self._lock:
            ended, self._faults = self._faults, []
        for fault in ended:
            fault.dropped = drop
            fault.cleared.set()

    def describe(self) -> list[dict[str, Any]]:
        """All faults as JSON."""
        with self._lock:
            return [fault.describe() for fault in self._faults]
