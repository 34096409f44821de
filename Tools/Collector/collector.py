#!/usr/bin/env python3
"""An OTLP collector for tests: decodes with the official code, shows what it got, and misbehaves on command.

See README.md for the admin port.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from admin import Admin
from faults import FaultBoard
from grpc_receiver import GRPCReceiver
from http_receiver import HTTPReceiver
from store import Store


class Collector:
    """The three ports and what they share."""

    def __init__(self, host: str, http_port: int, grpc_port: int, admin_port: int, verbose: bool) -> None:
        store, faults = Store(), FaultBoard()
        self._http = HTTPReceiver(host, http_port, store, faults, verbose)
        self._grpc = GRPCReceiver(host, grpc_port, store, faults, verbose)
        receivers = {"http": self._http.listener, "grpc": self._grpc.listener}
        self._admin = Admin(host, admin_port, store, faults, receivers, verbose)

    def start(self) -> dict[str, int]:
        """Starts to listen; returns the ports."""
        listeners = {"http": self._http.listener, "grpc": self._grpc.listener, "admin": self._admin.listener}
        for listener in listeners.values():
            listener.listen()
        return {name: listener.port for name, listener in listeners.items()}


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="An OTLP collector for tests.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    for port in ("http", "grpc", "admin"):
        parser.add_argument(f"--{port}-port", type=int, default=0, metavar="N", help="0 picks a free one (default)")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="file that gets the ready line too")
    parser.add_argument("--exit-with-parent", action="store_true", help="exit when stdin ends")
    parser.add_argument("--verbose", action="store_true", help="log requests to stderr")
    return parser.parse_args()


def _announce(ports: dict[str, int], ready_file: Path | None) -> None:
    """Prints the ready line, and writes it to a file that is never seen half written."""
    line = json.dumps(ports, separators=(",", ":"))
    if ready_file:
        unfinished = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        unfinished.write_text(line + "\n")
        unfinished.rename(ready_file)
    print(line, flush=True)


def _exit_at_end_of_stdin(stop: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stop.set()


def main() -> int:
    """Runs until a signal, or the end of stdin."""
    arguments = _parse_arguments()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        collector = Collector(
            arguments.host, arguments.http_port, arguments.grpc_port, arguments.admin_port, arguments.verbose
        )
        ports = collector.start()
        _announce(ports, arguments.ready_file)
    except (OSError, OverflowError) as error:
        print(f"collector: {error}", file=sys.stderr)
        return 1
    if arguments.exit_with_parent:
        threading.Thread(target=_exit_at_end_of_stdin, args=(stop,), daemon=True).start()
    stop.wait()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Threads held by a stall, and grpcio's, are not worth waiting for.
    os._exit(code)
