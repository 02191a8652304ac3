"""The forms of calls and answers: bytes, as on the wire, or objects, for callers within the server."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from chappe import tl
from chappe.tl import errors

UNPACKED_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes a packed call may unpack to
STRANGER_BYTES_MAX: Final = 64 * 1024  # bytes a packed call of somebody not logged in may unpack to
OBJECTS_MAX: Final = 20_000  # objects in one call
STRANGER_OBJECTS_MAX: Final = 500  # objects in one call of somebody who is not logged in
RPC_ERROR: Final = (0x2144CA19).to_bytes(4, "little")


def read_call(body: bytes, stranger: bool) -> Any:  # noqa: FBT001  as `Form.read`
    """Return the call that came from outside; less is read of somebody who is not logged in.

    Raises:
        errors.RpcError: it cannot be read.
    """
    try:
        if stranger:
            opens = partial(unpack, bytes_max=STRANGER_BYTES_MAX)
            return tl.decode(body, unpack=opens, objects_max=STRANGER_OBJECTS_MAX)
        return tl.decode(body, unpack=unpack, objects_max=OBJECTS_MAX)
    except tl.TooMuchError:
        if stranger:  # perhaps their session was ended, and that is what they must hear
            raise errors.RpcError(401, "AUTH_KEY_UNREGISTERED") from None
        raise errors.RpcError(400, "INPUT_REQUEST_TOO_LONG") from None
    except tl.TlError:
        raise errors.RpcError(400, "INPUT_REQUEST_INVALID") from None


def unpack(packed: bytes, bytes_max: int = UNPACKED_BYTES_MAX) -> bytes:
    """Return what a `gzip_packed` inside a call holds, gzip or zlib.

    Raises:
        tl.TlError: it is broken, or larger than `bytes_max`.
    """
    inflate = zlib.decompressobj(wbits=47)  # 32 + 15: gzip or zlib by its header
    try:
        data = inflate.decompress(packed, bytes_max)
    except zlib.error as error:
        raise tl.TlError("broken packed data") from error
    if inflate.unconsumed_tail:
        raise tl.TooMuchError("packed data too large")
    if not inflate.eof:
        raise tl.TlError("packed data cut short")
    return data


def encode_error(error: errors.RpcError) -> bytes:
    """Return an `rpc_error` as the body of an rpc_result."""
    token = error.token.encode()
    head = bytes((len(token),)) + token
    return RPC_ERROR + error.code.to_bytes(4, "little", signed=True) + head + bytes(-len(head) % 4)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: how a call is read, and how its result or refusal is said."""

    read: Callable[[Any, bool], Any]  # what was said, whether by a stranger → the request
    result: Callable[
        [tl.TlRequest, Any, int], Any
    ]  # the request, its result, the layer → the answer
    refusal: Callable[[errors.RpcError], Any]


def _same(said: Any, _stranger: bool) -> Any:  # noqa: FBT001  as `Form.read`
    return said


def _result(_query: tl.TlRequest, result: Any, _layer: int) -> Any:
    return result.value if isinstance(result, tl.Repeated) else result


def _refusal(refusal: errors.RpcError) -> errors.RpcError:
    return refusal


def _sayable_call(said: Any, _stranger: bool) -> Any:  # noqa: FBT001  as `Form.read`
    tl.encode(said)
    return said


def _sayable_result(query: tl.TlRequest, result: Any, layer: int) -> Any:
    tl.encode_result(query, result)
    return _result(query, result, layer)


BYTES: Final = Form(read_call, tl.encode_result, encode_error)
OBJECTS: Final = Form(_same, _result, _refusal)
SAYABLE_OBJECTS: Final = Form(
    _sayable_call, _sayable_result, _refusal
)  # for tests: else it is a bug
