"""A sealed server in memory, its people, and how they speak to its dispatcher without a wire."""

import asyncio
import random
from dataclasses import replace
from typing import Any

from chappe import tl
from chappe.app import Server
from chappe.app.installation.freshness import take_up_sums
from chappe.core.configuration import Configuration
from chappe.engines.memory import MemoryEngine
from chappe.mtproto import NewAuthKey
from chappe.ports import Engine, FilmRefused, ImageRefused, PasskeyRefused
from chappe.rpc import Client
from chappe.tl import api
from chappe.trust import sealing
from tests.protocol.strictly import Strict, result_type

from .loop import Clock, Entropy

RPC_ERROR = 0x2144CA19
CALL_S_MAX = 600.0  # simulated seconds an answer may take


class NoImages:
    """See `ports.Imaging`: refuses every image, since the real one is another process."""

    async def make(self, data: bytes, form: str) -> Any:
        """See `ports.Imaging`."""
        raise ImageRefused(ImageRefused.FAILED)

    async def close(self) -> None:
        """See `ports.Imaging`."""


class NoFilms:
    """See `ports.Filming`: refuses every film, likewise."""

    async def look(self, read: Any, size: int, at_s: float, *, voice: bool, **how: Any) -> Any:
        """See `ports.Filming`."""
        raise FilmRefused

    async def close(self) -> None:
        """See `ports.Filming`."""


class NoPasskeys:
    """See `ports.Passkeys`: refuses every answer, since the real one works in a thread."""

    async def register(self, *given: Any) -> Any:
        """See `ports.Passkeys`."""
        raise PasskeyRefused

    async def verify(self, *given: Any) -> Any:
        """See `ports.Passkeys`."""
        raise PasskeyRefused


class Refused(Exception):
    """A call was refused."""

    def __init__(self, code: int, token: str) -> None:
        super().__init__(f"{code} {token}")
        self.code, self.token = code, token


async def make_server(
    seed: int,
    boxes: Engine | None = None,
    keys: Engine | None = None,
    clock: Clock | None = None,
    **settings: Any,
) -> Server:
    """Return a sealed server that is not started, in strict mode, its chance from a seed."""
    entropy = Entropy(seed)
    store = sealing.KeyStore(keys or MemoryEngine(), bytes(32), entropy)
    await store.open()
    engine = sealing.seal(boxes or MemoryEngine(), store, entropy)
    await take_up_sums(engine, entropy, None, lambda _done, _of: None)
    given = {"codes_console": False, "rate_scale": 1e6, "strict": True, **settings}
    server = Server(Configuration(**given), engine, store, clock or Clock(), entropy)
    server.imaging, server.filming = NoImages(), NoFilms()
    server.context.ports = replace(
        server.context.ports,
        imaging=server.imaging,
        filming=server.filming,
        passkeys=NoPasskeys(),
    )
    return server


async def open_server(seed: int, **settings: Any) -> Server:
    """Return a sealed server in memory whose dispatcher can be spoken to."""
    server = await make_server(seed, **settings)
    await server.delivery.relay.start()
    return server


class Device:
    """Somebody's app: a key of its own, a layer, and whatever it was pushed."""

    def __init__(self, server: Server, key_id: int, layer: int) -> None:
        self.server = server
        self.layer = layer
        self.pushed: list[bytes] = []
        self.client = Client(key_id, key_id, self.pushed.append, address="10.0.0.1")
        self.client.layer = layer
        server.dispatcher.clients.add(self.client)
        self._last_id = 0

    async def exchange(self, body: bytes) -> bytes:
        """Serve an encoded call and return the bytes of its answer."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._last_id += 4
        self.server.dispatcher.call(self.client, self._last_id, body, answer.set_result)
        return await asyncio.wait_for(answer, CALL_S_MAX)

    async def call(self, request: Any) -> Any:
        """Serve a request in the newest layer's words, whatever the layer of this device.

        Raises:
            Refused: it was.
        """
        answer = await self.exchange(tl.encode(request, tl.LAYER))
        self.read(type(request), answer)
        type_ = result_type(type(request), self.layer)
        if type_ == "Bool":
            return answer == bytes.fromhex("b5757299")
        return answer if type_.startswith("Vector<") else tl.decode(answer)

    def read(self, request: type[Any], answer: bytes) -> Any:
        """Return a call's answer, read by the device's layer alone.

        Raises:
            Refused: the call was.
            Misfit: the answer is nothing this layer could read.
        """
        if int.from_bytes(answer[:4], "little") == RPC_ERROR:
            code = int.from_bytes(answer[4:8], "little", signed=True)
            raise Refused(code, answer[9 : 9 + answer[8]].decode())
        return Strict(self.layer).whole(answer, result_type(request, self.layer))

    def read_pushes(self) -> list[Any]:
        """Return what was pushed since the last look, read by the device's layer alone."""
        pushed, self.pushed[:] = self.pushed[:], []
        return [Strict(self.layer).whole(body, "Updates") for body in pushed]


class World:
    """A server and whoever uses it."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.context = server.context
        self.chance = random.Random(seed)
        self.bugs: list[tuple[str, BaseException]] = []
        self._keys = 0
        server.metrics.bug = self._report  # type: ignore[method-assign]

    def _report(self, where: str, error: BaseException) -> None:
        self.bugs.append((where, error))

    async def device(self, phone: str, layer: int = tl.LAYER, name: str = "Somebody") -> Device:
        """Return a new device somebody logged in, or signed up, on."""
        self._keys += 1
        key = self.chance.randbytes(256)
        key_id = 1_000_000 + self._keys
        await self.server.auth_keys.keep(NewAuthKey(key, key_id, 0, None, b"", b""))
        device = Device(self.server, key_id, layer)
        sent = await device.call(
            api.AuthSendCode(phone_number=phone, api_id=1, api_hash="", settings=api.CodeSettings())
        )
        (code,) = [c["code"] for c in self.server.console.recent if c["to"] == phone][-1:]
        who = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        done = await device.call(api.AuthSignIn(**who, phone_code=code))
        if isinstance(done, api.AuthAuthorizationSignUpRequired):
            await device.call(api.AuthSignUp(**who, first_name=name, last_name=""))
        return device

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self.server.delivery.relay.settle()
        await self.context.store.settle()
        while self.server.delivery.hub.tasks or self.server.dispatcher.tasks:  # noqa: ASYNC110  simulated
            await asyncio.sleep(0.001)
