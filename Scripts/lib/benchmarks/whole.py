"""The parts that are measured from outside: the pipeline, and a minimal consumer."""

import json
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from programs import PACKAGE, Failure, run

STARTS = 20


@contextmanager
def sink(folder):
    """A receiver in a process of its own; gives its address and, at the end, what it counted."""
    counts = {}
    process = subprocess.Popen([folder / "http-sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", counts
        counts.update(json.loads(process.communicate(timeout=10)[0]))
    finally:
        process.kill()
        process.wait()
    if counts["bad"] or not counts["requests"]:
        raise Failure(f"http-sink got something else than requests with a body: {counts}")


def pipeline(folder, mode):
    with sink(folder) as (url, counts):
        result = json.loads(run(folder / "pipeline", mode, url))
    if counts["spans"] != result["delivered"]:
        raise Failure(f"{counts['spans']} spans arrived, but {result['delivered']} were reported as delivered")
    return {
        "CPU, µs a span": result["cpu_us_per_span"],
        "spans a second": result["spans_per_second"],
        "peak memory, MB": result["peak_kb"] / 1024,
        "dropped": result["dropped"],
    }


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
    "pipeline.steady": lambda folder: pipeline(folder, "steady"),
    "consumer": consumer,
}
