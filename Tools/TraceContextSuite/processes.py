"""The service and the collector, as processes."""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

COLLECTOR = Path(__file__).resolve().parent.parent / "Collector" / "collector.py"
# Set by Scripts/check-trace-context.
SERVICE = os.environ["TRACE_CONTEXT_SERVICE"]
TIMEOUT = 15


class Service:
    """The running service, on a port of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        # A file, for nobody reads while the service writes.
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [SERVICE, *(arguments or ("--port", "0"))],
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **environment},
        )
        assert self.process.stdout
        self.ready_line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)/test\n", self.ready_line)
        self.port = int(match[1]) if match else 0

    def stop(self, signal: int) -> int:
        """Sends the signal; the exit status."""
        self.process.send_signal(signal)
        return self.wait()

    def wait(self) -> int:
        return self.process.wait(TIMEOUT)

    def output(self) -> str:
        """What it printed after the ready line; it must have ended."""
        assert self.process.stdout
        with self.process.stdout as output:
            return output.read().decode()

    def error_output(self) -> str:
        """What it wrote to stderr."""
        self.errors.seek(0)
        return self.errors.read().decode()

    def close(self) -> None:
        self.process.kill()
        self.wait()
        assert self.process.stdout
        self.process.stdout.close()
        self.errors.close()


@functools.cache
def shared() -> Service:
    """The service that tests share; it starts with the first that asks."""
    service = Service()
    atexit.register(service.close)
    return service


class Collector:
    """The running collector."""

    def __init__(self) -> None:
        command = [sys.executable, str(COLLECTOR), "--exit-with-parent"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout
        self.ports = json.loads(self.process.stdout.readline())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def ask(self, path: str) -> Any:
        """An answer of the admin port."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.ports['admin']}/{path}", timeout=TIMEOUT) as answer:
            return json.load(answer)

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(TIMEOUT)
