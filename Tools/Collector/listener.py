"""Listening sockets that can refuse connections for a while and take the same port again."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable

_BACKLOG = 256


def reset_on_close(connection: socket.socket) -> None:
    """Makes closing the socket send a reset instead of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Listener:
    """Accepts connections in a thread and serves each in its own.

    `accepted(connection, number)` says whether to serve a connection, before a byte of it is read;
    `serve(connection, address, number)` serves it. The listener closes the connection afterwards.
    """

    def __init__(
        self,
        host: str,
        port: int,
        serve: Callable[[socket.socket, tuple[str, int], int], None],
        accepted: Callable[[socket.socket, int], bool] = lambda connection, number: True,
        verbose: bool = False,
    ) -> None:
        self._host = host
        self._serve = serve
        self._accepted = accepted
        self._verbose = verbose
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._socket = self._bind(port)
        self.port: int = self._socket.getsockname()[1]
        self._listening = False

    def _bind(self, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self._host, port))
        except OSError:
            bound.close()
            raise
        return bound

    def listen(self) -> None:
        """Starts to accept; does nothing when it already does."""
        with self._lock:
            if self._listening:
                return
            self._socket.listen(_BACKLOG)
            self._socket.setblocking(False)
            self._wake, waker = socket.socketpair()
            self._waker = waker
            self._thread = threading.Thread(target=self._accept_loop, args=(self._socket, self._wake), daemon=True)
            self._thread.start()
            self._listening = True

    def refuse(self) -> None:
        """Closes the listening socket and all connections. The port stays bound, so that nobody else gets it."""
        with self._lock:
            if not self._listening:
                return
            self._listening = False
            self._waker.close()
            self._thread.join()
            self._wake.close()
            self._socket.close()
            self._socket = self._bind(self.port)
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept_loop(self, listening: socket.socket, wake: socket.socket) -> None:
        poll = select.poll()
        poll.register(listening, select.POLLIN)
        poll.register(wake, select.POLLIN | select.POLLHUP)
        while True:
            if any(descriptor == wake.fileno() for descriptor, _ in poll.poll()):
                return
            with contextlib.suppress(OSError):
                connection, address = listening.accept()
                connection.setblocking(True)
                self._start(connection, address)

    def _start(self, connection: socket.socket, address: tuple[str, int]) -> None:
        number = next(self._numbers)
        if not self._accepted(connection, number):
            connection.close()
            return
        self._open.add(connection)
        threading.Thread(target=self._run, args=(connection, address, number), daemon=True).start()

    def _run(self, connection: socket.socket, address: tuple[str, int], number: int) -> None:
        try:
            self._serve(connection, address, number)
        except OSError:
            if self._verbose:
                traceback.print_exc()
        except Exception:
            # A fault of the collector itself: never silent, for a test would look for it in the SDK.
            traceback.print_exc(file=sys.stderr)
        finally:
            with self._lock:
                self._open.discard(connection)
                connection.close()
