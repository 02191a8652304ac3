"""The dispatcher: from the bytes of a call to the bytes of its answer."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple, Protocol

from chappe import tl
from chappe.core import clean_line
from chappe.ports import EngineError
from chappe.tl import api, errors
from chappe.tl.layers.up import MOVED
from chappe.updates import House, drive, report

from .call import Call
from .client import RUNNING_CALLS_MAX, Client, Clients, DeviceInfo, Purpose, purpose_of
from .method import Method, Needs
from .rates import Limiter

DEVICE_CHARACTERS_MAX: Final = 128  # characters of each thing a device says of itself
WRAPPERS_NESTED_MAX: Final = 8  # invoke… wrappers around one call
FAILED_REMEMBERED_MAX: Final = 64  # refused calls a later invokeAfterMsg may still name
METHODS_REMEMBERED_MAX: Final = (
    20_000  # methods and layers of which it is remembered whether they fit
)
UNPACKED_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes a packed call may unpack to
STRANGER_BYTES_MAX: Final = 64 * 1024  # bytes a packed call of somebody not logged in may unpack to
OBJECTS_MAX: Final = 20_000  # objects in one call
STRANGER_OBJECTS_MAX: Final = 500  # objects in one call of somebody who is not logged in
RPC_ERROR: Final = (0x2144CA19).to_bytes(4, "little")
NOT_SERVED: Final = "METHOD_NOT_SERVED"

Answer = Callable[[bytes], None]


class Identity(NamedTuple):
    """What is known of the one who holds a key."""

    user: int | None
    layer: int
    bot: bool = False
    pending_user: int | None = None
    aside: bool = False


class Observer(Protocol):
    """Who counts calls and hears of our own bugs. Never sees content."""

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """A call of this method ended with this outcome: ok, or the name of an error."""
        ...

    def bug(self, where: str, error: BaseException) -> None:
        """Something raised what it never should."""
        ...

    def unknown_layer(self, layer: int, served: int) -> None:
        """A client speaks a layer whose shapes are not known, and gets those of another."""
        ...


class Dispatcher:
    """Finds the method, checks who asks and how often, serves it, encodes the answer."""

    def __init__(
        self,
        house: House,
        methods: Mapping[type[tl.TlRequest], Method],
        *,
        identify: Callable[[Client], Awaitable[Identity]],
        remember: Callable[[Client], Awaitable[None]],
        limiter: Limiter,
        observer: Observer,
        strict: bool = False,
    ) -> None:
        """`strict` makes an undeclared refusal a bug, for tests."""
        self.house = house
        self.methods = methods
        self.clients: Clients = house.services["clients"]
        self._identify = identify
        self._remember = remember
        self._limiter = limiter
        self._observer = observer
        self._strict = strict
        self.tasks: set[asyncio.Task[None]] = set()

    def call(self, client: Client, msg_id: int, body: bytes, answer: Answer) -> None:
        """Serve one call; `answer` gets the encoded result or error, now or later, exactly once."""
        started = self.house.clock.monotonic()
        if len(client.running) >= RUNNING_CALLS_MAX:
            answer(encode_error(errors.FloodWait(1)))
            return
        client.running[msg_id] = []
        name = "unreadable"

        def ended(outcome: str, encoded: bytes) -> None:
            self._end(client, msg_id, failed=outcome != "ok")
            answer(encoded)
            seconds = self.house.clock.monotonic() - started
            report(self._observer.called, name, outcome, seconds)

        def failed(error: BaseException) -> None:
            refusal = refusal_of(error)
            told = (
                refusal.pattern or refusal.token
            )  # without its number: names are counted for ever
            ended(told if name != "unreadable" else "refused", encode_error(refusal))
            if refusal is not error:
                report(self._observer.bug, name, error)

        def begin(_: None) -> None:
            nonlocal name
            try:
                query, wishes = unwrap(read_call(body, stranger=client.user is None))
            except errors.RpcError as error:
                failed(error)
                return
            name = query.tl_name
            serving = self._serve(client, msg_id, query, wishes)
            drive(serving, lambda encoded: ended("ok", encoded), failed, self.tasks)

        if client.identified:
            begin(None)
        else:  # how much is read of a call depends on whose it is
            drive(self.identify(client), begin, failed, self.tasks)

    async def _serve(
        self, client: Client, msg_id: int, query: tl.TlRequest, wishes: "Wishes"
    ) -> bytes:
        self._note(client, wishes)
        if client.purpose is not Purpose.MAIN:
            self.clients.note(client, purpose_of(query.tl_name))
        for earlier in wishes.after:
            await self._wait_for(client, msg_id, earlier)
        method = self.methods.get(type(query))
        if method is None:
            raise errors.RpcError(400, NOT_SERVED)
        layer = client.layer or tl.LAYER
        if not _is_known(query.tl_name, layer):
            raise errors.RpcError(400, "INPUT_METHOD_INVALID")
        self._admit(client, method)
        if client.unsaved:
            client.unsaved = False
            await self._remember(client)
        try:
            result = await method.serve(Call(self.house, client, msg_id), query)
        except errors.RpcError as error:
            if self._strict and type(error) not in (*method.raises, errors.FloodWait):
                raise UndeclaredError(f"{query.tl_name} does not declare {error.token}") from error
            raise
        return tl.encode_result(query, result, layer)

    async def identify(self, client: Client) -> None:
        """Look up, once, who is logged in on the client's key and which layer it speaks."""
        ended = -1
        while ended != self.clients.ended:  # a log-out meanwhile must not be overtaken
            ended = self.clients.ended
            identity = await self._identify(client)
        client.identified = True
        client.layer = client.layer or identity.layer
        client.bot = identity.bot
        client.aside = identity.aside
        client.pending_user = identity.pending_user
        self.clients.settle(client, identity.user)

    def _note(self, client: Client, wishes: "Wishes") -> None:
        """Take over what the wrappers said of layer, app and updates; kept once a call is admitted."""
        changed = False
        if wishes.layer and wishes.layer != client.layer:
            served = tl.schema().served_as(wishes.layer)
            if served != wishes.layer:
                report(self._observer.unknown_layer, wishes.layer, served)
            for other in self.clients.of_key(client.key_id) if client.key_id else ():
                other.layer = wishes.layer
            client.layer = wishes.layer
            changed = True
        if wishes.device is not None and wishes.device != client.device:
            client.device = wishes.device
            changed = True
        if wishes.without_updates:
            client.wants_updates = False
        if changed and client.key_id:
            client.unsaved = True

    def _admit(self, client: Client, method: Method) -> None:
        needs = method.needs
        if needs is not Needs.ANY and not client.key_id:
            raise errors.RpcError(401, "AUTH_KEY_PERM_EMPTY")
        if needs in (Needs.LOGIN, Needs.USER, Needs.BOT):
            if client.user is None:
                if client.pending_user is not None:
                    raise errors.RpcError(401, "SESSION_PASSWORD_NEEDED")
                raise errors.RpcError(401, "AUTH_KEY_UNREGISTERED")
            if needs is Needs.USER and client.bot:
                raise errors.RpcError(400, "BOT_METHOD_INVALID")
            if needs is Needs.BOT and not client.bot:
                raise errors.RpcError(400, "USER_BOT_REQUIRED")
        rate = method.rate
        per_address = rate.value.per == "address"
        key = client.key_id or client.temp_key_id  # one that is not bound yet answers for itself
        caller = client.address if per_address else (client.user or key)
        self._limiter.draw(rate, caller, self.house.clock.monotonic())

    async def _wait_for(self, client: Client, msg_id: int, earlier: int) -> None:
        """Wait until an earlier call has ended; refuse this one if that was refused."""
        waiting = client.running.get(earlier)
        if waiting is not None and earlier < msg_id:
            turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            waiting.append(lambda failed: None if turn.done() else turn.set_result(failed))
            refused = await turn
        else:
            refused = earlier in client.failed
        if refused:
            raise errors.RpcError(400, "MSG_WAIT_FAILED")

    def _end(self, client: Client, msg_id: int, *, failed: bool) -> None:
        waiting = client.running.pop(msg_id, ())
        if failed:
            client.failed.append(msg_id)
            del client.failed[:-FAILED_REMEMBERED_MAX]
        for told in waiting:
            told(failed)


class UndeclaredError(Exception):
    """A handler refused with an error its method does not declare: our mistake."""


@lru_cache(maxsize=METHODS_REMEMBERED_MAX)
def _is_known(name: str, layer: int) -> bool:
    """Whether a layer has a method, or had it once: to who speaks an older one it cannot be answered."""
    names = (name, *(old for old, new in MOVED.items() if new == name))
    shapes = [shape for one in names for shape in tl.schema().shapes(one)]
    served = tl.schema().served_as(layer)
    return any(shape.first <= served for shape in shapes)


class Wishes(NamedTuple):
    """What the wrappers around a call asked for."""

    layer: int = 0
    device: DeviceInfo | None = None
    after: tuple[int, ...] = ()
    without_updates: bool = False


def unwrap(request: Any) -> tuple[tl.TlRequest, Wishes]:
    """Take the invoke… wrappers off a call.

    Raises:
        errors.RpcError: there is no method inside, or too many wrappers.
    """
    wishes = Wishes()
    for _ in range(WRAPPERS_NESTED_MAX):
        match request:
            case api.InvokeWithLayer():
                wishes = wishes._replace(layer=request.layer)
            case api.InitConnection():
                device = DeviceInfo(
                    api_id=request.api_id,
                    device_model=clean_line(request.device_model, DEVICE_CHARACTERS_MAX),
                    system_version=clean_line(request.system_version, DEVICE_CHARACTERS_MAX),
                    app_version=clean_line(request.app_version, DEVICE_CHARACTERS_MAX),
                    system_lang_code=request.system_lang_code[:64],
                    lang_pack=request.lang_pack[:64],
                    lang_code=request.lang_code[:64],
                )
                wishes = wishes._replace(device=device)
            case api.InvokeAfterMsg():
                wishes = wishes._replace(after=(*wishes.after, request.msg_id))
            case api.InvokeAfterMsgs():
                wishes = wishes._replace(after=(*wishes.after, *request.msg_ids))
            case api.InvokeWithoutUpdates():
                wishes = wishes._replace(without_updates=True)
            case api.InvokeWithMessagesRange() | api.InvokeWithTakeout():
                pass
            case (
                api.InvokeWithApnsSecret()
                | api.InvokeWithGooglePlayIntegrity()
                | api.InvokeWithReCaptcha()
            ):
                pass  # proofs that a phone's maker or a puzzle vouches for: none is asked for here
            case api.InvokeWithBusinessConnection():
                raise errors.RpcError(400, "CONNECTION_ID_INVALID")
            case tl.TlRequest():
                return request, wishes
            case _:
                raise errors.RpcError(400, "INPUT_METHOD_INVALID")
        request = request.query
    raise errors.RpcError(400, "INPUT_REQUEST_TOO_LONG")


def read_call(body: bytes, *, stranger: bool) -> Any:
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


def refusal_of(error: BaseException) -> errors.RpcError:
    """Return what is answered where a call ended in this: the refusal itself, or that it was our fault."""
    if isinstance(error, errors.RpcError):
        return error
    if isinstance(error, EngineError):
        return errors.RpcError(500, "STORE_UNAVAILABLE")
    return errors.RpcError(500, "INTERNAL_SERVER_ERROR")


def encode_error(error: errors.RpcError) -> bytes:
    """Return an `rpc_error` as the body of an rpc_result."""
    token = error.token.encode()
    head = bytes((len(token),)) + token
    return RPC_ERROR + error.code.to_bytes(4, "little", signed=True) + head + bytes(-len(head) % 4)
