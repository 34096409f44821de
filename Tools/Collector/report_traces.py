"""Traces as trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from report_text import Json, Paint, attributes_text, count_of, service_of, text_of

# What says most about a span, best first.
_KEY_ATTRIBUTES = (
    "http.request.method",
    "http.route",
    "url.path",
    "url.full",
    "http.response.status_code",
    "rpc.method",
    "db.system.name",
    "db.operation.name",
    "db.query.text",
    "messaging.system",
    "messaging.destination.name",
    "server.address",
    "error.type",
)
_MAX_ATTRIBUTES = 4
_MAX_INDENT = 300


class TraceReport:
    """Traces as trees."""

    def __init__(self, spans: list[Json], paint: Paint) -> None:
        self._paint = paint
        self._traces: dict[str, list[Json]] = defaultdict(list)
        for span in spans:
            self._traces[span["traceId"]].append(span)

    def lines(self, limit: int) -> Iterable[str]:
        """The largest traces, those unlike each other first, and how many are not shown."""
        by_size = sorted(self._traces.items(), key=lambda trace: (-len(trace[1]), _start(trace[1][0])))
        shapes: set[frozenset[tuple[str, ...]]] = set()
        unlike, alike = [], []
        for trace in by_size:
            shape = _shape(trace[1])
            (alike if shape in shapes else unlike).append(trace)
            shapes.add(shape)
        traces = unlike + alike
        for trace_id, spans in traces[:limit]:
            yield from self._trace(trace_id, spans)
            yield ""
        if len(traces) > limit:
            yield self._paint("dim", f"… and {count_of(len(traces) - limit, 'more trace')}")

    def _trace(self, trace_id: str, spans: list[Json]) -> Iterable[str]:
        start = min(map(_start, spans))
        duration = max(int(span["endTimeUnixNano"]) for span in spans) - start
        services = len({service_of(span) for span in spans})
        facts = f"{count_of(len(spans), 'span')}, {count_of(services, 'service')}, {duration / 1e6:.2f} ms"
        yield f"{self._paint('bold', f'trace {trace_id}')}  {self._paint('dim', facts)}"
        children: dict[str, list[Json]] = defaultdict(list)
        ids = {span["spanId"] for span in spans}
        for span in sorted(spans, key=_start):
            parent = span["parentSpanId"]
            span["orphan"] = bool(parent) and parent not in ids
            children["" if span["orphan"] or parent == span["spanId"] else parent].append(span)
        # Spans that are each other's parents hang from no root: they are shown as roots, once.
        shown: set[int] = set()
        yield from self._children(children, "", "", shown)
        for span in spans:
            if id(span) not in shown:
                yield from self._subtree(children, span, "", True, shown)

    def _children(self, children: dict[str, list[Json]], parent: str, indent: str, shown: set[int]) -> Iterable[str]:
        for index, span in enumerate(children[parent]):
            if id(span) not in shown:
                yield from self._subtree(children, span, indent, index == len(children[parent]) - 1, shown)

    def _subtree(
        self, children: dict[str, list[Json]], span: Json, indent: str, last: bool, shown: set[int]
    ) -> Iterable[str]:
        shown.add(id(span))
        yield f"{self._paint('dim', indent + ('└─ ' if last else '├─ '))}{self._span(span)}"
        inner = indent + ("   " if last else "│  ")
        has_children = any(id(child) not in shown for child in children[span["spanId"]])
        for line in self._details(span):
            yield f"{self._paint('dim', inner + ('│  ' if has_children else '   '))}{line}"
        if not has_children:
            return
        if len(inner) < _MAX_INDENT:
            yield from self._children(children, span["spanId"], inner, shown)
        else:
            yield f"{self._paint('dim', inner)}… deeper spans not shown"
            _mark_all(children, span, shown)

    def _span(self, span: Json) -> str:
        duration = (int(span["endTimeUnixNano"]) - _start(span)) / 1e6
        status = span["status"]["code"]
        parts = [
            self._paint("bold", text_of(span["name"])),
            self._paint("cyan", text_of(service_of(span))),
            self._paint("dim", span["kind"]),
            self._paint("yellow", f"{duration:.2f} ms"),
        ]
        if status != "unset":
            parts.append(self._paint("red" if status == "error" else "green", status.upper()))
        if span["orphan"]:
            parts.append(self._paint("dim", f"(its parent {span['parentSpanId']} was not received)"))
        known = [key for key in _KEY_ATTRIBUTES if key in span["attributes"]]
        chosen = (known + [key for key in span["attributes"] if key not in known])[:_MAX_ATTRIBUTES]
        parts.append(self._paint("dim", attributes_text({key: span["attributes"][key] for key in chosen})))
        return "  ".join(part for part in parts if part)

    def _details(self, span: Json) -> Iterable[str]:
        if span["status"]["message"]:
            yield self._paint("red", f"✗ {text_of(span['status']['message'])}")
        for event in span["events"]:
            offset = (int(event["timeUnixNano"]) - _start(span)) / 1e6
            attributes = event["attributes"]
            if event["name"] == "exception":
                told = (attributes.get("exception.type"), attributes.get("exception.message"))
                text = ": ".join(text_of(part) for part in told if part)
                yield f"{self._paint('red', f'• exception {text}')} {self._paint('dim', f'at {offset:.2f} ms')}"
            else:
                text = self._paint("dim", f"at {offset:.2f} ms  {attributes_text(attributes)}".rstrip())
                yield f"{self._paint('magenta', '• ' + text_of(event['name']))} {text}"
        for link in span["links"]:
            yield self._paint("dim", f"→ linked to span {link['spanId']} of trace {link['traceId']}")


def _mark_all(children: dict[str, list[Json]], span: Json, shown: set[int]) -> None:
    """Notes a whole subtree as shown."""
    waiting = [span]
    while waiting:
        for child in children[waiting.pop()["spanId"]]:
            if id(child) not in shown:
                shown.add(id(child))
                waiting.append(child)


def _shape(spans: list[Json]) -> frozenset[tuple[str, ...]]:
    """What traces of the same kind have in common."""
    return frozenset((service_of(span), span["name"], span["status"]["code"]) for span in spans)


def _start(span: Json) -> int:
    return int(span["startTimeUnixNano"])
