"""The dispatcher: serves a call, from bytes to bytes or from a request object to its result."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache, partial
from itertools import count
from typing import Any, Final, NamedTuple, Protocol

from chappe import tl
from chappe.core import clean_line
from chappe.ports import EngineError
from chappe.tl import api, errors
from chappe.tl.layers.up import MOVED
from chappe.updates import Context, drive, report

from .call import Call
from .client import CLIENTS, RUNNING_CALLS_MAX, Client, DeviceInfo, Frozen, Purpose, purpose_of
from .forms import BYTES, OBJECTS, SAYABLE_OBJECTS, Form
from .method import Method, Needs
from .nobody import leave_out_nobody
from .rates import PER_ADDRESS, Limiter, Rate

DEVICE_CHARACTERS_MAX: Final = 128  # characters of each thing a device says of itself
WRAPPERS_NESTED_MAX: Final = 8  # invoke… wrappers around one call
FAILED_REMEMBERED_MAX: Final = 64  # refused calls a later invokeAfterMsg may still name
METHODS_REMEMBERED_MAX: Final = (
    20_000  # methods and layers of which it is remembered whether they fit
)
NOT_SERVED: Final = "METHOD_NOT_SERVED"

Answer = Callable[[Any], None]


class Identity(NamedTuple):
    """What is known of the one who holds a key."""

    user: int | None
    layer: int
    bot: bool = False
    pending_user: int | None = None
    aside: bool = False
    frozen: Frozen | None = None


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
    """Finds the method, checks who asks and how often, serves it, answers.

    `call` takes bytes and `invoke` a request object. They differ in their `Form` only, so that nothing is
    admitted one way that is refused the other.
    """

    def __init__(
        self,
        context: Context,
        methods: Mapping[type[tl.TlRequest], Method],
        *,
        identify: Callable[[Client], Awaitable[Identity]],
        remember: Callable[[Client], Awaitable[None]],
        may_while_frozen: Callable[[Method, tl.TlRequest, Frozen], bool],
        is_takeout: Callable[[Context, Client, int, tl.TlRequest], Awaitable[bool]],
        limiter: Limiter,
        observer: Observer,
        strict: bool = False,
    ) -> None:
        """`strict` makes an undeclared refusal a bug, for tests."""
        self.context = context
        self.methods = methods
        self.clients = context.own(CLIENTS)
        self._identify = identify
        self._remember = remember
        self._may_while_frozen = may_while_frozen
        self._is_takeout = is_takeout
        self._limiter = limiter
        self._observer = observer
        self._strict = strict
        self._objects = SAYABLE_OBJECTS if strict else OBJECTS
        self.tasks: set[asyncio.Task[None]] = set()
        self._numbers = count(-1, -1)  # stand for the msg_id where a call has none

    def call(
        self, client: Client, msg_id: int, said: Any, answer: Answer, form: Form = BYTES
    ) -> None:
        """Serve a call that comes in a form, bytes by default; `answer` gets the result or error in the same.

        It gets it now or later, exactly once.
        """
        started = self.context.clock.monotonic()
        if len(client.running) >= RUNNING_CALLS_MAX:
            answer(form.refusal(errors.FloodWait(1)))
            return
        client.running[msg_id] = []
        name = "unreadable"

        def ended(outcome: str, answered: Any) -> None:
            self._end(client, msg_id, failed=outcome != "ok")
            answer(answered)
            seconds = self.context.clock.monotonic() - started
            report(self._observer.called, name, outcome, seconds)

        def failed(error: BaseException) -> None:
            refusal = refusal_of(error)
            told = (
                refusal.pattern or refusal.token
            )  # without its number: names are counted for ever
            ended(told if name != "unreadable" else "refused", form.refusal(refusal))
            if refusal is not error:
                report(self._observer.bug, name, error)

        def begin(_: None) -> None:
            nonlocal name
            try:
                query, wishes = unwrap(form.read(said, client.user is None))
            except (errors.RpcError, tl.EncodeError) as error:
                failed(error)
                return
            name = query.tl_name
            serving = self._serve(client, msg_id, leave_out_nobody(query), wishes, form)
            drive(serving, partial(ended, "ok"), failed, self.tasks)

        if client.identified:
            begin(None)
        else:  # how much is read of a call depends on whose it is
            drive(self.identify(client), begin, failed, self.tasks)

    async def invoke(self, client: Client, request: tl.TlRequest) -> Any:
        """Serve a request object; return the result as an object of the newest layer.

        Admission, rates and wrappers are those of a call in bytes. If the caller is cancelled the call is
        still served to its end. The request and the result belong to the server too: neither may be changed.

        Raises:
            errors.RpcError: the call was refused, or failed (code 500).
        """
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answer(outcome: Any) -> None:
            if not answered.done():  # else the caller has gone
                answered.set_result(outcome)

        self.call(client, next(self._numbers), request, answer, self._objects)
        outcome = await answered
        if isinstance(outcome, errors.RpcError):
            raise outcome
        return outcome

    async def _serve(
        self, client: Client, msg_id: int, query: tl.TlRequest, wishes: "CallOptions", form: Form
    ) -> Any:
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
        self._admit(client, method, query)
        if client.unsaved:
            client.unsaved = False
            await self._remember(client)
        if wishes.takeout and not await self._is_takeout(
            self.context, client, wishes.takeout, query
        ):
            raise errors.TakeoutInvalid
        call = Call(self.context, client, msg_id, takeout=wishes.takeout)
        try:
            result = await method.serve(call, query)
        except errors.RpcError as error:
            if self._strict and type(error) not in (*method.raises, errors.FloodWait):
                raise UndeclaredError(f"{query.tl_name} does not declare {error.token}") from error
            raise
        return form.result(query, result, layer)

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
        client.frozen = identity.frozen
        client.pending_user = identity.pending_user
        self.clients.settle(client, identity.user)

    def _note(self, client: Client, wishes: "CallOptions") -> None:
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

    def _admit(self, client: Client, method: Method, query: tl.TlRequest) -> None:
        needs = method.needs
        if not client.key_id and needs is not Needs.ANY and not _is_vouched(client, needs):
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
        if client.frozen is not None and not self._may_while_frozen(method, query, client.frozen):
            raise errors.FrozenMethodInvalid
        rate = method.rate
        per_address = rate in PER_ADDRESS
        key = client.key_id or client.temp_key_id  # one that is not bound yet answers for itself
        caller = client.address if per_address else (client.user or key)
        now = self.context.clock.monotonic()
        self._limiter.draw(rate, caller, now)
        if rate is Rate.LOOKUP:
            self._limiter.draw(Rate.LOOKUP_THERE, client.address, now)

    async def _wait_for(self, client: Client, msg_id: int, earlier: int) -> None:
        """Wait until an earlier call has ended; refuse this one if that was refused."""
        if earlier in client.running and earlier < msg_id:
            refused = await client.outcome(earlier)
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


def _is_vouched(client: Client, needs: Needs) -> bool:
    """Whether a client without a key may call what asks for no key, only for who somebody is."""
    return client.vouched and needs is not Needs.KEY


class UndeclaredError(Exception):
    """A handler refused with an error its method does not declare: our mistake."""


@lru_cache(maxsize=METHODS_REMEMBERED_MAX)
def _is_known(name: str, layer: int) -> bool:
    """Whether a layer has a method, or had it once: to who speaks an older one it cannot be answered."""
    names = (name, *(old for old, new in MOVED.items() if new == name))
    shapes = [shape for one in names for shape in tl.schema().shapes(one)]
    served = tl.schema().served_as(layer)
    return any(shape.first <= served for shape in shapes)


class CallOptions(NamedTuple):
    """What the wrappers around a call asked for."""

    layer: int = 0
    device: DeviceInfo | None = None
    after: tuple[int, ...] = ()
    without_updates: bool = False
    takeout: int = 0  # the number of the export that it is part of


NO_WISHES: Final = CallOptions()
WRAPPERS: Final[frozenset[type]] = frozenset(
    (
        api.InvokeWithLayer,
        api.InitConnection,
        api.InvokeAfterMsg,
        api.InvokeAfterMsgs,
        api.InvokeWithoutUpdates,
        api.InvokeWithMessagesRange,
        api.InvokeWithTakeout,
        api.InvokeWithApnsSecret,
        api.InvokeWithGooglePlayIntegrity,
        api.InvokeWithReCaptcha,
        api.InvokeWithBusinessConnection,
    )
)


def unwrap(request: Any) -> tuple[tl.TlRequest, CallOptions]:
    """Take the invoke… wrappers off a call.

    Raises:
        errors.RpcError: there is no method inside, or too many wrappers.
    """
    if request.__class__ not in WRAPPERS and isinstance(request, tl.TlRequest):
        return request, NO_WISHES  # nearly every call, which need not be held against each wrapper
    wishes = NO_WISHES
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
            case api.InvokeWithTakeout():
                wishes = wishes._replace(takeout=request.takeout_id)
            case api.InvokeWithMessagesRange():
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


def refusal_of(error: BaseException) -> errors.RpcError:
    """Return what is answered where a call ended in this: the refusal itself, or that it was our fault."""
    if isinstance(error, errors.RpcError):
        return error
    if isinstance(error, EngineError):
        return errors.RpcError(500, "STORE_UNAVAILABLE")
    return errors.RpcError(500, "INTERNAL_SERVER_ERROR")
