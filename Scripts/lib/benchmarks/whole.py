"""The parts that are measured from outside: the pipeline, and a minimal consumer."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from programs import PACKAGE, Failure, run

STARTS = 20
ENOUGH_BURSTS = 50


@contextmanager
def sink(folder, strict=True):
    """A receiver in a process of its own; gives its address and, at the end, what it counted.

    `strict`: something has to arrive.
    """
    counts = {}
    process = subprocess.Popen([folder / "http-sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", counts
        counts.update(json.loads(process.communicate(timeout=10)[0]))
    finally:
        process.kill()
        process.wait()
    if counts["bad"] or (strict and not counts["requests"]):
        raise Failure(f"http-sink got something else than requests with a body: {counts}")


def send(folder, program, mode, compression):
    """Lets a program send spans to a receiver; returns what it used and what arrived."""
    with sink(folder) as (url, counts):
        result = last_json(run(*program, mode, url, compression))
    delivered = counts["spans"]
    # What the program believes itself, where it has statistics.
    if result.get("delivered", delivered) != delivered:
        raise Failure(f"{delivered} spans arrived, but {result['delivered']} were reported as delivered")
    return {
        "CPU, µs a span": result["cpu_us"] / max(delivered, 1),
        "spans a second": delivered / result["seconds"],
        "bytes a span": counts["bytes"] / max(delivered, 1),
        "peak memory, MB": result["peak_kb"] / 1024,
        "memory growth, MB": result["growth_kb"] / 1024,
        "dropped": result["spans"] - delivered,
    }


def last_json(text):
    """The last line of what a program printed: some libraries print, too."""
    return json.loads(text.strip().splitlines()[-1])


def pipeline(folder, mode, compression="none"):
    result = send(folder, [folder / "pipeline"], mode, compression)
    if mode == "flood":
        del result["memory growth, MB"]
    return result


def threads(folder, quiet=False):
    """Calls on one thread and on each of two at once. None where the machine does not let two run, and a line why."""
    result = json.loads(run(folder / "bench", "threads"))
    cores = os.cpu_count() or 1
    measured = {}
    titles = {"spans": "span.5attr", "counters": "counter.add.3attr", "nothing_shared": "nothing shared"}
    for part, title in titles.items():
        one, two, undisturbed = (result[part][key] for key in ("one_ns", "two_ns", "undisturbed"))
        enough = cores > 1 and undisturbed >= ENOUGH_BURSTS
        measured[f"{title}, one thread, ns"] = one if enough else None
        measured[f"{title}, each of two, ns"] = two if enough else None
        measured[f"{title}, ratio"] = two / one if enough else None
        if not enough and not quiet:
            why = "one core only" if cores == 1 else f"too busy: two threads ran at once in only {undisturbed} bursts"
            print(f"bench: threads: {title}: {why}", file=sys.stderr)
    return measured


def series(folder):
    """What 10 000 series hold and what collecting them takes; what a million sets cost where 2000 are kept."""
    result = json.loads(run(folder / "series").splitlines()[0])
    measured = {}
    for kind in ("counter", "histogram"):
        measured[f"{kind}, bytes a series beside its attributes"] = result[kind]["bytes"]
        measured[f"{kind}, collecting 10 000 series, ms"] = result[kind]["ms"]
        measured[f"{kind}, temporary memory against the encoding"] = result[kind]["ratio"]
    measured["a million sets, ns a call"] = result["beyond"]["ns"]
    measured["a million sets, bytes of growth"] = result["beyond"]["growth"]
    return measured


def consumer(folder):
    """Builds the least that a user builds, from nothing, and starts it."""
    package = PACKAGE / "Consumer"
    with tempfile.TemporaryDirectory() as scratch:
        command = ["swift", "build", "-c", "release", "--package-path", package, "--scratch-path", scratch]
        start = time.monotonic()
        run(*command)
        seconds = time.monotonic() - start
        program = Path(run(*command, "--show-bin-path").strip(), "consumer")
        stripped = Path(scratch, "stripped")
        shutil.copy(program, stripped)
        run("strip", stripped)
        size = stripped.stat().st_size
        with sink(folder) as (url, _):
            starts = [start_up(stripped, url) for _ in range(STARTS)]
    return {
        "clean release build, s": seconds,
        "start to first exported span, ms": min(starts),
        "stripped size, MB": size / 1e6,
    }


def start_up(program, url):
    """Milliseconds from before the process exists to its first span at the receiver."""
    start = time.monotonic_ns()
    return (int(run(program, url)) - start) / 1e6


PARTS = {
    "pipeline.flood": lambda folder: pipeline(folder, "flood"),
    "pipeline.flood.gzip": lambda folder: pipeline(folder, "flood", "gzip"),
    "pipeline.steady": lambda folder: pipeline(folder, "steady"),
    "threads": threads,
    "series": series,
    "consumer": consumer,
}
