"""Passes the bytes of a gRPC connection on to grpcio, and can break it; notes how large the messages were."""

from __future__ import annotations

import collections
import contextlib
import select
import socket
import threading

from listener import reset_on_close

_CHUNK = 1 << 16
_MAX_BUFFER = 1 << 20
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA_FRAME = 0
_PADDED = 0x8
_END_STREAM = 0x1


class Relay:
    """One connection: the client on one side, grpcio on the other."""

    def __init__(self, client: socket.socket, upstream: socket.socket, number: int) -> None:
        self.number = number
        self.messages = MessageSniffer()
        self._client = client
        self._upstream = upstream
        self._wake, self._waker = socket.socketpair()
        self._reset = threading.Event()

    @property
    def key(self) -> int:
        """The port by which grpcio knows this connection."""
        return self._upstream.getsockname()[1]

    def reset(self) -> None:
        """Breaks the connection to the client with a reset."""
        self._reset.set()
        with contextlib.suppress(OSError):
            self._waker.send(b"x")

    def run(self) -> None:
        """Passes bytes both ways until both sides ended, one broke, or `reset` was called."""
        to_server = _Pipe(self._client, self._upstream, self.messages)
        to_client = _Pipe(self._upstream, self._client, None)
        for side in (self._client, self._upstream):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            side.setblocking(False)
        try:
            with contextlib.suppress(OSError):
                while not (to_server.done and to_client.done) and self._step(to_server, to_client):
                    pass
        finally:
            if self._reset.is_set():
                reset_on_close(self._client)
            for side in (self._client, self._upstream, self._wake, self._waker):
                side.close()

    def _step(self, to_server: _Pipe, to_client: _Pipe) -> bool:
        """Waits for something to do and does it; false when a reset was ordered."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        for side, incoming, outgoing in (
            (self._client, to_server, to_client),
            (self._upstream, to_client, to_server),
        ):
            wanted = (select.POLLIN if incoming.wants_read else 0) | (select.POLLOUT if outgoing.wants_write else 0)
            if wanted:
                poll.register(side, wanted)
        ready = dict(poll.poll())
        if self._wake.fileno() in ready:
            return False
        for pipe in (to_server, to_client):
            if pipe.wants_read and pipe.source.fileno() in ready:
                pipe.read()
            if pipe.wants_write:
                pipe.write()
        return True


class _Pipe:
    """One direction of a relay."""

    def __init__(self, source: socket.socket, target: socket.socket, sniffer: MessageSniffer | None) -> None:
        self.source = source
        self.done = False
        self._target = target
        self._sniffer = sniffer
        self._buffer = bytearray()
        self._ended = False

    @property
    def wants_read(self) -> bool:
        return not self._ended and len(self._buffer) < _MAX_BUFFER

    @property
    def wants_write(self) -> bool:
        return not self.done and (bool(self._buffer) or self._ended)

    def read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = self.source.recv(_CHUNK)
            self._ended = not data
            self._buffer += data
            if self._sniffer:
                self._sniffer.feed(data)

    def write(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if self._buffer:
                del self._buffer[: self._target.send(self._buffer)]
        if self._ended and not self._buffer:
            self.done = True
            self._target.shutdown(socket.SHUT_WR)


class MessageSniffer:
    """Follows the HTTP/2 frames of a client and notes the first gRPC message of every stream.

    grpcio decompresses messages before anyone can see them; this is how the collector knows what was on the wire.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: collections.deque[tuple[str, int]] = collections.deque()
        self._pending = bytearray()
        self._preface_seen = False
        self._broken = False
        self._left = 0
        self._pad = 0
        self._stream = 0
        self._flags = 0
        self._heads: dict[int, bytearray] = {}

    def next_message(self) -> tuple[str, int] | None:
        """Encoding and size of the oldest message not asked for yet."""
        with self._lock:
            return self._messages.popleft() if self._messages else None

    def feed(self, data: bytes) -> None:
        """Takes the next bytes of the connection."""
        if self._broken:
            return
        self._pending += data
        if not self._preface_seen and not self._read_preface():
            return
        while self._pending:
            if self._left > 0:
                self._read_data()
            elif not self._read_frame_head():
                return

    def _read_preface(self) -> bool:
        if len(self._pending) < len(_PREFACE):
            return False
        self._preface_seen = self._pending.startswith(_PREFACE)
        self._broken = not self._preface_seen
        del self._pending[: len(_PREFACE)]
        return self._preface_seen

    def _read_frame_head(self) -> bool:
        """Reads the head of a frame; skips all frames but those with data."""
        if len(self._pending) < 9:
            return False
        length = int.from_bytes(self._pending[:3])
        kind, flags = self._pending[3], self._pending[4]
        if kind == _DATA_FRAME and flags & _PADDED and len(self._pending) < 10:
            return False
        self._pad = 0
        self._stream = int.from_bytes(self._pending[5:9]) & 0x7FFFFFFF if kind == _DATA_FRAME else 0
        self._flags = flags
        head = 9
        if kind == _DATA_FRAME and flags & _PADDED and length:
            self._pad = self._pending[9]
            head, length = 10, length - 1
        self._left = length
        del self._pending[:head]
        if length == 0:
            self._end_frame()
        return True

    def _read_data(self) -> None:
        """Takes what is there of the current frame."""
        taken = bytes(self._pending[: self._left])
        del self._pending[: self._left]
        content = taken[: max(0, self._left - self._pad)]
        self._left -= len(taken)
        if self._stream:
            head = self._heads.setdefault(self._stream, bytearray())
            if len(head) < 7:
                head += content[: 7 - len(head)]
                if len(head) == 7:
                    self._note(head)
        if self._left == 0:
            self._end_frame()

    def _end_frame(self) -> None:
        if self._stream and self._flags & _END_STREAM:
            head = self._heads.pop(self._stream, b"")
            if 5 <= len(head) < 7:
                self._note(head)

    def _note(self, head: bytes | bytearray) -> None:
        compressed, size, magic = head[0], int.from_bytes(head[1:5]), head[5:7]
        encoding = "identity"
        if compressed:
            encoding = "gzip" if magic == b"\x1f\x8b" else "deflate" if magic[:1] == b"\x78" else "unknown"
        with self._lock:
            self._messages.append((encoding, size))
