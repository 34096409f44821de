"""Builds and runs the programs of Benchmarks/ and reads what they print."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "Benchmarks"

# Hash tables seed themselves at random; the same seed makes the same instructions.
COUNTED = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
COLLECT = ["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=cbench_collect"]


class Failure(Exception):
    """Why there are no numbers."""


def run(*command, **options):
    """Runs a program to its end; returns what it printed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def build():
    """Builds the programs; returns the folder they are in. What the build prints goes to stderr."""
    # Without the cache: it does not notice a change of this repository's manifest.
    command = ["swift", "build", "-c", "release", "--disable-build-manifest-caching", "--package-path", str(PACKAGE)]
    if subprocess.run(command, stdout=2, check=False).returncode != 0:
        raise Failure("the build of Benchmarks/ failed")
    return Path(run(*command, "--show-bin-path").strip())


def toolchain():
    """Major and minor version of the compiler."""
    match = re.search(r"Swift version (\d+\.\d+)", run("swift", "--version"))
    return match[1] if match else "unknown"


class Bench:
    """A program such as `bench`: one case in one process."""

    def __init__(self, program):
        self.program = Path(program)
        # valgrind gives up on debug information newer than itself; names of functions are in the symbol table.
        self.counted = self.program.with_name(f"{self.program.name}-without-debug-information")
        run("objcopy", "--strip-debug", self.program, self.counted)

    def cases(self):
        return run(self.program, "list").split()

    def time(self, case):
        """Nanoseconds a call: (minimum, median)."""
        result = json.loads(run(self.program, "time", case))
        return result["ns_min"], result["ns_median"]

    def count(self, case):
        """Instructions and allocations a call."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "out")
            options = [*COLLECT, "--dump-after=cbench_collect", f"--callgrind-out-file={out}"]
            result = json.loads(run("valgrind", *options, self.counted, "count", case, env=COUNTED))
            single, double = (total(out.with_suffix(f".{part}")) for part in (1, 2))
        return (double - single) / result["calls"], result["allocations"]

    def profile(self, case):
        """Functions by the instructions a call spends in them: without and with what they call."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "out")
            options = [*COLLECT, f"--callgrind-out-file={out}"]
            result = json.loads(run("valgrind", *options, self.counted, "count", case, env=COUNTED))
            for inclusive in ("no", "yes"):
                command = ["callgrind_annotate", f"--inclusive={inclusive}", "--auto=no", "--threshold=100", out]
                text = run("swift", "demangle", "--simplified", input=run(*command))
                yield [(cost / result["calls"] / 3, name) for cost, name in functions(text)]


def total(dump):
    """The instructions of one callgrind dump."""
    match = re.search(r"^totals: (\d+)$", dump.read_text(encoding="utf-8"), re.MULTILINE) if dump.exists() else None
    if not match:
        raise Failure(f"callgrind wrote no totals into {dump.name}: was cbench_collect called twice?")
    return int(match[1])


def functions(annotation):
    """(instructions, name) of each line of callgrind_annotate's table."""
    for line in annotation.splitlines():
        match = re.match(r"\s*([\d,]+) \(\s*[\d.]+%\)\s+(?:[^\s(:]*:)?(.*?)(?: \[[^\]]*\])?$", line)
        if match:
            yield int(match[1].replace(",", "")), match[2].strip()
