"""What the collector answers, apart from the transport: success, partial success, errors, and oversized bodies."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from faults import Fault
from otlp import Signal

GARBAGE = b"\xff\xfe\xfd" * 11
_CHUNK = 1 << 16
_GRPC_OF_HTTP = {400: 3, 401: 16, 403: 7, 404: 12, 408: 4, 409: 10, 413: 8, 429: 8, 501: 12, 502: 14, 503: 14, 504: 14}
_HTTP_OF_GRPC = {1: 499, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 12: 501, 14: 503}
_HTTP_OF_GRPC |= {16: 401}


def success(signal: Signal) -> Message:
    """Everything was accepted."""
    return signal.response_type()


def partial(signal: Signal, fault: Fault) -> Message:
    """Some items were rejected."""
    response = signal.response_type()
    setattr(response.partial_success, signal.rejected_field, fault.options["rejected"])
    response.partial_success.error_message = fault.options.get("message", "")
    # Shows a partial_success in the answer also when it says nothing.
    response.partial_success.SetInParent()
    return response


def status(code: int, message: str, retry_delay_ms: int | None = None) -> status_pb2.Status:
    """A google.rpc.Status, with a RetryInfo if there is a delay."""
    made = status_pb2.Status(code=code, message=message)
    if retry_delay_ms is not None:
        info = error_details_pb2.RetryInfo()
        info.retry_delay.FromMilliseconds(retry_delay_ms)
        made.details.add().Pack(info)
    return made


def http_code(fault: Fault) -> int:
    """The HTTP status of a `status` fault, translated if it names only a gRPC code."""
    options = fault.options
    return options["code"] if "code" in options else _HTTP_OF_GRPC.get(options["grpc_code"], 500)


def grpc_code(fault: Fault) -> int:
    """The gRPC code of a `status` fault, translated if it names only an HTTP status."""
    options = fault.options
    if "grpc_code" in options:
        return options["grpc_code"]
    return _GRPC_OF_HTTP.get(options["code"], 13 if options["code"] >= 500 else 2)


def fault_status(fault: Fault) -> status_pb2.Status:
    """The google.rpc.Status of a `status` fault."""
    message = fault.options.get("message", "ordered by the test")
    return status(grpc_code(fault), message, fault.options.get("retry_delay_ms"))


def encode(message: Message, as_json: bool) -> bytes:
    """A response in the encoding of its request."""
    if not as_json:
        return message.SerializeToString()
    tree = json_format.MessageToDict(message)
    return json.dumps(tree, separators=(",", ":")).encode()


class Padded:
    """A valid answer of exactly `size` bytes: a success whose warning goes on and on. Never held in memory whole."""

    def __init__(self, size: int, as_json: bool) -> None:
        self.size = size
        head, tail = self._json_frame() if as_json else (self._protobuf_head(size), b"")
        if len(head) + len(tail) > size:
            head, tail = b"", b""
        self._head, self._tail = head, tail

    @staticmethod
    def _json_frame() -> tuple[bytes, bytes]:
        return b'{"partialSuccess":{"errorMessage":"', b'"}}'

    @staticmethod
    def _protobuf_head(size: int) -> bytes:
        """partial_success (field 1) with an error_message (field 2) that fills the rest.

        The inner length is written in five bytes, so that the head has the same length for every size.
        """
        head_length = 12
        return b"\x0a" + _varint5(size - 6) + b"\x12" + _varint5(size - head_length)

    def chunks(self) -> Iterator[bytes]:
        """The bytes."""
        yield self._head
        left = self.size - len(self._head) - len(self._tail)
        filler = b"x" * min(left, _CHUNK)
        while left > 0:
            yield filler[:left]
            left -= len(filler)
        yield self._tail

    def gzipped(self) -> bytes:
        """The bytes compressed, about a thousandth in size."""
        stream = zlib.compressobj(6, zlib.DEFLATED, 31)
        return b"".join([*map(stream.compress, self.chunks()), stream.flush()])


def _varint5(value: int) -> bytes:
    """A varint in five bytes, whatever its value."""
    return bytes((value >> 7 * i & 0x7F) | (0x80 if i < 4 else 0) for i in range(5))
