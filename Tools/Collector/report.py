#!/usr/bin/env python3
"""Prints what a test collector has received: traces as trees, metrics as a table, logs by severity."""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterable
from typing import Any

from report_metrics import metric_lines
from report_text import Json, Paint, count_of
from report_traces import TraceReport

_SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


def log_lines(logs: list[Json], paint: Paint) -> Iterable[str]:
    """Log records counted by severity."""
    counts = Counter(_severity(log["severityNumber"]) for log in logs)
    for severity in (*_SEVERITIES, "(none)"):
        if counts[severity]:
            style = {"WARN": "yellow", "ERROR": "red", "FATAL": "red"}.get(severity, "bold")
            yield f"{paint(style, severity.ljust(7))} {counts[severity]:>8,}"


def _severity(severity_number: int) -> str:
    return _SEVERITIES[(severity_number - 1) // 4] if 1 <= severity_number <= 24 else "(none)"


def state_lines(state: Json, paint: Paint) -> Iterable[str]:
    """The counts, and what was wrong."""
    yield (
        f"{count_of(state['requests'], 'request')} · {count_of(state['spans'], 'span')} · "
        f"{count_of(state['points'], 'metric point')} · {count_of(state['logs'], 'log record')} · "
        f"{count_of(state['bytes'], 'byte')} on the wire"
    )
    if state["violationCount"]:
        yield paint("red", f"{count_of(state['violationCount'], 'violation')} of OTLP:")
        for violation in state["violations"][:10]:
            yield paint("red", f"  {violation['rule']}: {violation['message']}") + f"  {violation['path']}"


def render(data: Json, traces: int, paint: Paint) -> Iterable[str]:
    """The whole report."""
    yield from state_lines(data["state"], paint)
    sections = (
        ("Traces", data["spans"], TraceReport(data["spans"], paint).lines(traces)),
        ("Metrics", data["metrics"], metric_lines(data["metrics"], paint)),
        ("Logs", data["logs"], log_lines(data["logs"], paint)),
    )
    for title, items, lines in sections:
        yield ""
        yield paint("blue", f"── {title} " + "─" * (70 - len(title)))
        yield from lines if items else [paint("dim", "none")]


def fetch(host: str, port: int) -> Json:
    """Everything the collector has."""

    def get(what: str) -> Any:
        address = f"[{host}]" if ":" in host else host
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{address}:{port}/{what}", timeout=120) as answer:
            return json.load(answer)

    return {what: get(what) for what in ("state", "spans", "metrics", "logs")}


def main() -> int:
    """Prints the report."""
    parser = argparse.ArgumentParser(description="Prints what a test collector has received.")
    parser.add_argument("port", type=int, help="the collector's admin port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--traces", type=int, default=3, metavar="N", help="traces to show (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the data instead")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        data = fetch(arguments.host, arguments.port)
    except OSError as error:
        print(f"report: no collector answers on port {arguments.port}: {error}", file=sys.stderr)
        return 1
    try:
        if arguments.json:
            print(json.dumps(data, indent=2, ensure_ascii=False))
            return 0
        paint = Paint(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
        for line in render(data, max(0, arguments.traces), paint):
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
