"""A device in a test world: its calls and pushes are the bytes of an app, without a socket."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any, Final

from chappe import tl
from chappe.app import Server
from chappe.mtproto import NewAuthKey
from chappe.rpc import Client
from chappe.tl import api, decoding, errors

KEYS_FROM: Final = 1_000_003  # the id of the first device's authorisation key
KEYS_STEP: Final = 7
_BOOLS: Final = (api.BoolTrue, api.BoolFalse)
RPC_ERROR: Final = (0x2144CA19).to_bytes(4, "little")
_VECTOR: Final = (0x1CB5C415).to_bytes(4, "little")


def key_ids() -> Iterator[int]:
    """Return ids for the authorisation keys of a world's devices."""
    return itertools.count(KEYS_FROM, KEYS_STEP)


class Device:
    """One authorisation key with one open session. Calling it calls a method."""

    def __init__(self, server: Server, key_id: int, layer: int = tl.LAYER) -> None:
        self.server = server
        self.key_id = key_id
        self.layer = layer
        self.client = Client(key_id, key_id, self._push, address="127.0.0.1")
        self.next_msg_id = 4

    async def connect(self) -> "Device":
        """Make the key and open the session."""
        key = NewAuthKey(bytes(256), self.key_id, 0, None, b"", b"")
        if not await self.server.auth_keys.keep(key):
            raise ValueError(f"There is a device with the key {self.key_id} already.")
        self.server.dispatcher.clients.add(self.client)
        return self

    def disconnect(self) -> None:
        """Close the session; the key stays logged in."""
        self.server.dispatcher.clients.remove(self.client)

    def reconnect(self) -> None:
        """Open the session again; who holds the key is found out anew."""
        self.client.identified = False
        self.server.dispatcher.clients.add(self.client)

    def _push(self, body: bytes) -> None:
        self.hear(tl.decode(body))

    def hear(self, pushed: Any) -> None:
        """Take what the server pushes: a container of updates, or one that stands alone."""

    async def __call__(self, request: Any) -> Any:
        """Call a method as a client of this layer does; return its answer.

        Raises:
            errors.RpcError: the server refused.
        """
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        asked = request
        if tl.schema().at(request.tl_name, tl.LAYER) is None:  # only older layers say it
            asked = tl.Raw(data=tl.encode(request, self.layer))
        wrapped = api.InvokeWithLayer(layer=self.layer, query=asked)
        msg_id, self.next_msg_id = self.next_msg_id, self.next_msg_id + 4
        self.server.dispatcher.call(self.client, msg_id, tl.encode(wrapped), answered.set_result)
        return read_answer(await answered)


def read_answer(body: bytes) -> Any:
    """Return what the body of an answer says.

    Raises:
        errors.RpcError: it is a refusal.
    """
    if body.startswith(RPC_ERROR):
        raise _refusal(body)
    return _result(body)


def _refusal(body: bytes) -> errors.RpcError:
    """Return the error an rpc_error says, as its class where it has one."""
    code = int.from_bytes(body[4:8], "little", signed=True)
    token = body[9 : 9 + body[8]].decode()
    for name, (known_code, pattern) in errors.known().items():
        if (known_code, pattern) == (code, token):
            return getattr(errors, name)()  # type: ignore[no-any-return]
        if "%d" in pattern and code == known_code:
            head, _, tail = pattern.partition("%d")
            number = token.removeprefix(head).removesuffix(tail)
            if token == head + number + tail and number.isdigit():
                return getattr(errors, name)(int(number))  # type: ignore[no-any-return]
    return errors.RpcError(code, token)


def _result(body: bytes) -> Any:
    """Return what an answer holds: an object, a vector of objects or numbers, or a yes or no."""
    if body[:4] != _VECTOR:
        return _plain(tl.decode(body))
    count, at = int.from_bytes(body[4:8], "little"), 8
    size = (len(body) - at) // count if count else 0
    if size in (4, 8) and len(body) == at + size * count and _is_number(body[at : at + size]):
        numbers = range(at, len(body), size)
        return [int.from_bytes(body[i : i + size], "little", signed=True) for i in numbers]
    listed = []
    for _ in range(count):
        value, at = decoding.read_object(body, at, decoding.Context(None))
        listed.append(_plain(value))
    return listed


def _plain(value: Any) -> Any:
    return isinstance(value, api.BoolTrue) if isinstance(value, _BOOLS) else value


def _is_number(part: bytes) -> bool:
    """Whether this is no object: its first word is the id of none."""
    try:
        tl.decode(part)
    except tl.TlError as error:
        return "left over" not in str(error)
    return False
