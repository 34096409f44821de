"""Our cases and those of the peers, measured in turn in one run."""

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from programs import run
from whole import send, sink, threads

ROUNDS = 3
THREAD_TRIES = 10
# The peers' cases of one thread that adds to a counter, and of two at once.
ON_ONE_THREAD, ON_TWO_THREADS = "counter.add.3attr", "counter.add.3attr.2threads"

# (what it is, our case, the peers' case)
ROWS = [
    ("span without an SDK", "span.no-sdk", "span.no-sdk"),
    ("span sampled out, 5 attributes", "span.sampled-out", "span.sampled-out"),
    ("span, no attribute", "span.0attr", "span.0attr"),
    ("span, 5 attributes", "span.5attr", "span.5attr"),
    ("the same, batch writer", "span.5attr.writer", "span.5attr"),
    ("the same, dictionary at the start", "span.5attr.at-start", "span.5attr"),
    ("span, 5 attributes, 1 event of 2", "span.5attr.1event", "span.5attr.1event"),
    ("span made current", "span.withSpan.sync", "span.current"),
    ("the same, async", "span.withSpan.async", ""),
    ("extract traceparent, tracestate of 3", "propagation.extract", "propagation.extract"),
    ("the same and baggage of 3", "propagation.extract.baggage", "propagation.extract.baggage"),
    ("inject traceparent, tracestate of 3", "propagation.inject", "propagation.inject"),
    ("the same and baggage of 3", "propagation.inject.baggage", "propagation.inject.baggage"),
    ("inject into a new dictionary", "propagation.inject.dictionary", "propagation.inject.dictionary"),
    ("counter without an SDK", "counter.no-sdk", "counter.no-sdk"),
    ("counter, no attribute", "counter.add.0attr", "counter.add.0attr"),
    ("counter, 3 attributes", "counter.add.3attr", "counter.add.3attr"),
    ("the same, dictionary", "counter.add.3attr.dictionary", "counter.add.3attr"),
    ("counter, bound to 2 attributes", "counter.bound", "counter.bound"),
    ("histogram, 3 attributes", "histogram.record.3attr", "histogram.record.3attr"),
    ("the same, exponential", "histogram.record.3attr.exponential", "histogram.record.3attr.exponential"),
]

PIPELINES = [
    ("as fast as possible", "flood", "none"),
    ("as fast as possible, gzip", "flood", "gzip"),
    ("20 000 spans a second for 10 s", "steady", "none"),
]

OURS = "Heliograph"


@dataclass
class Comparison:
    """What one run measured."""

    # Program -> case -> (minimum, median) in ns.
    times: dict = field(default_factory=dict)
    # Program -> case -> (instructions, allocations).
    counts: dict = field(default_factory=dict)
    # (mode, compression) -> program -> what -> values, one a round.
    pipelines: dict = field(default_factory=dict)
    # What a span costs on one thread and on each of two.
    threads: dict = field(default_factory=dict)
    # Program -> version.
    versions: dict = field(default_factory=dict)
    where: str = ""


def compare(folder, bench, peers, patterns, say):
    """Measures the rows whose case `patterns` lets through (all: the pipelines, too)."""
    result = Comparison(versions={peer.name: peer.version for peer in peers})
    started, load = time.strftime("%Y-%m-%d"), os.getloadavg()[0]
    known = bench.cases()
    rows = [row for row in ROWS if row[1] in known and patterns(row[1])]
    with sink(folder, strict=False) as (url, _):
        for number in range(ROUNDS):
            say(f"round {number + 1} of {ROUNDS}: cases")
            time_cases(result, rows, bench, peers, url)
    count_cases(result, rows, bench, peers)
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}: pipelines")
        run_pipelines(result, folder, peers, patterns, last=number == ROUNDS - 1)
    if patterns("threads"):
        result.threads = two_threads(folder)
        time_on_two_threads(result, peers)
    result.where = machine(started, load)
    return result


def time_cases(result, rows, bench, peers, url):
    """Each program once for each case, one after the other, so that all meet the same machine."""
    done = set()
    for _, ours, theirs in rows:
        merge(result.times, OURS, ours, bench.time(ours))
        for peer in peers:
            if theirs in peer.cases and (peer.name, theirs) not in done:
                done.add((peer.name, theirs))
                merge(result.times, peer.name, theirs, peer.time(theirs, url))


def merge(times, name, case, measured):
    """Keeps the lowest minimum and the lowest median: whatever disturbs only adds."""
    old = times.setdefault(name, {}).get(case, measured)
    times[name][case] = tuple(min(pair) for pair in zip(old, measured))


def count_cases(result, rows, bench, peers):
    for _, ours, theirs in rows:
        result.counts.setdefault(OURS, {})[ours] = bench.count(ours)
        for peer in peers:
            counts = result.counts.setdefault(peer.name, {})
            if theirs in peer.cases and theirs not in counts:
                counts[theirs] = peer.count(theirs)


def run_pipelines(result, folder, peers, patterns, last):
    for _, mode, compression in PIPELINES:
        # 10 s each: once.
        if not patterns(f"pipeline.{mode}") or (mode == "steady" and not last):
            continue
        programs = [(OURS, [folder / "pipeline"]), *((peer.name, peer.command) for peer in peers)]
        for name, command in programs:
            values = result.pipelines.setdefault((mode, compression), {}).setdefault(name, {})
            for what, value in send(folder, command, mode, compression).items():
                values.setdefault(what, []).append(value)


def two_threads(folder):
    """Each number from the first try in which the machine let two threads run; None where none did."""
    measured = {}
    for _ in range(THREAD_TRIES):
        for what, value in threads(folder, quiet=True).items():
            if measured.get(what) is None:
                measured[what] = value
        if None not in measured.values():
            break
    return measured


def time_on_two_threads(result, peers):
    for peer in (peer for peer in peers if ON_TWO_THREADS in peer.cases):
        for case in [ON_ONE_THREAD, ON_TWO_THREADS] * ROUNDS:
            merge(result.times, peer.name, case, peer.time(case, ""))


def machine(date, load):
    """When, where and how busy."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    facts = dict(re.findall(r"^(model name|cpu family|model)\s*:\s*(.*)$", text, re.MULTILINE))
    cpu = f"{facts.get('model name', 'unknown CPU')} (family {facts.get('cpu family')}, model {facts.get('model')})"
    swift = re.search(r"Swift version (\S+)", run("swift", "--version"))
    return (
        f"{date}, {os.cpu_count()} cores of {cpu}, Linux {os.uname().machine}, Swift {swift[1] if swift else '?'}; "
        f"load average {load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end"
    )


def best(values, what):
    """One number of several rounds: the least cost, the highest rate, the worst loss."""
    if what in ("dropped", "peak memory, MB", "memory growth, MB"):
        return max(values)
    return max(values) if what == "spans a second" else min(values)

