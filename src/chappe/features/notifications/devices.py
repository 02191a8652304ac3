"""Where people's devices are told something while they are not connected: push tokens, and Web Push.

A subscription of Web Push belongs to one session and goes with it. The house keeps, for each place that is
pushed to, whose it is: a browser that somebody else uses now is told nothing of who used it before.
Tokens of other kinds are kept for apps that want to hear that they were, and nothing is sent to them.
"""

import hashlib
from typing import Final

from chappe.core import Kind, Owner
from chappe.ports import PushAddress, PushPart, PushTokenRefusedError, Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context

WEB_PUSH: Final = 10  # the type of a token of Web Push: core.telegram.org/api/push-updates
DEVICES_MAX: Final = 100  # push tokens of one person; the oldest are forgotten
TOKEN_CHARACTERS_MAX: Final = 4096  # characters of a push token; those in use are shorter
ACCOUNTS_MAX: Final = 8  # accounts of one browser that are told something at the same place
HOUSE_BOX: Final = Owner(Kind.HOUSE, 2)  # where it is kept whose a place is

# what is wrong with a token, as Telegram's apps are told
REFUSALS: Final[dict[PushPart, type[errors.RpcError]]] = {
    PushPart.ENDPOINT: errors.WebpushTokenInvalid,
    PushPart.KEY: errors.WebpushKeyInvalid,
    PushPart.SECRET: errors.WebpushAuthInvalid,
}
TOKEN_ERRORS: Final[tuple[type[errors.RpcError], ...]] = (errors.TokenInvalid, *REFUSALS.values())


class Device(Record, frozen=True):
    """A token of another push service; nothing is sent there.

    Found by the token's blind index: keys of cells are not sealed.
    """

    table = "device"
    key = ("blind",)

    blind: str
    token: str
    token_type: int
    date: int = 0
    key_id: int = 0  # of the session that registered it; 0: kept before that was


class PushSubscription(Record, frozen=True):
    """Where the browser of a session is told something, in the box of whose session it is."""

    table = "push_subscription"
    key = ("key_id",)

    key_id: int  # of the session
    blind: str  # the blind index of all that follows
    endpoint: str
    p256dh: bytes
    auth: bytes
    tag: str = ""  # a word by which the browser knows which of its accounts is meant
    date: int = 0

    @property
    def address(self) -> PushAddress:
        """What messages are sent to."""
        return PushAddress(self.endpoint, self.p256dh, self.auth)


class PushPlace(Record, frozen=True):
    """In the house: whose a place is that is pushed to, by its blind index."""

    table = "push_place"
    key = ("blind",)

    blind: str
    users: tuple[int, ...]  # who came last is first


class PlaceTaken(Command, frozen=True):
    """To the house: somebody is told something at a place, and of who was before them, only these others."""

    name = "notifications.place_taken"

    blind: str
    user: int
    others: tuple[int, ...]

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        known = await change.get(PushPlace, self.blind)
        before = known.users if known is not None else ()
        kept = [u for u in before if u in self.others and u != self.user][: ACCOUNTS_MAX - 1]
        change.put(PushPlace(blind=self.blind, users=(self.user, *kept)))
        for gone in set(before) - {self.user, *kept}:
            change.send_command(Owner(Kind.USER, gone), PlaceLost(blind=self.blind))


class PlaceLeft(Command, frozen=True):
    """To the house: somebody is told nothing at a place any more."""

    name = "notifications.place_left"

    blind: str
    user: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        known = await change.get(PushPlace, self.blind)
        left = tuple(u for u in known.users if u != self.user) if known is not None else ()
        if left:
            change.put(PushPlace(blind=self.blind, users=left))
        else:
            change.drop(PushPlace, self.blind)


class PlaceLost(Command, frozen=True):
    """To somebody's box: a browser that was theirs is somebody else's now."""

    name = "notifications.place_lost"

    blind: str

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        for lost in await change.scan(PushSubscription):
            if lost.blind == self.blind:
                change.drop(PushSubscription, lost.key_id)


def unsubscribe(change: Change, gone: PushSubscription) -> None:
    """Forget a subscription, in a change of the box of whose it is."""
    change.drop(PushSubscription, gone.key_id)
    change.send_command(HOUSE_BOX, PlaceLeft(blind=gone.blind, user=change.owner.id))


async def forget_session(context: Context, change: Change, key_id: int) -> None:
    """Forget where a session that ends was told something."""
    subscription = await change.get(PushSubscription, key_id)
    if subscription is not None:
        unsubscribe(change, subscription)
    for device in await change.scan(Device):
        if device.key_id == key_id:
            change.drop(Device, device.blind)


def _blind(call: Call, *parts: bytes) -> str:
    return call.context.secrets.blind("device", b"\0".join(parts)).hex()


def _blind_token(call: Call, token: str) -> str:
    return _blind(call, token.encode("utf-8", "surrogatepass"))


def _blind_address(call: Call, at: PushAddress) -> str:
    """Return the blind index of an address, however the token that named it was spelt."""
    return _blind(call, b"web push", at.endpoint.encode(), at.p256dh, at.auth)


def _address_of(call: Call, token: str) -> PushAddress:
    """Return where a token of Web Push leads.

    Raises:
        errors.WebpushTokenInvalid, errors.WebpushKeyInvalid, errors.WebpushAuthInvalid: nowhere.
    """
    push = call.context.ports.push
    if push is None:
        raise errors.WebpushTokenInvalid
    try:
        return push.read_token(token)
    except PushTokenRefusedError as refused:
        raise REFUSALS[refused.part] from None


def tag_of(secret: bytes) -> str:
    """Return by which word an app knows an account again to which it gave a secret; none for none.

    It is made as the id of an authorisation key is, so that apps which encrypt pushes have it at hand:
    the lower 64 bits of SHA-1, core.telegram.org/mtproto/description#key-identifier-auth-key-id.
    """
    return hashlib.sha1(secret, usedforsecurity=False).digest()[-8:].hex() if secret else ""


async def _subscribe(call: Call, request: api.AccountRegisterDevice) -> None:
    """Have the caller's browser told something from now on, at this place and no other."""
    at, key_id = _address_of(call, request.token), call.client.key_id
    if not key_id:
        raise errors.WebpushTokenInvalid  # it would go with a session, and there is none
    blind = _blind_address(call, at)
    async with call.change() as change:
        for known in await change.scan(PushSubscription):
            if known.blind == blind:
                change.drop(PushSubscription, known.key_id)  # the same browser, in an older session
            elif known.key_id == key_id:
                unsubscribe(change, known)
        change.put(
            PushSubscription(
                key_id=key_id,
                blind=blind,
                endpoint=at.endpoint,
                p256dh=at.p256dh,
                auth=at.auth,
                tag=tag_of(request.secret),
                date=call.now,
            )
        )
        others = tuple(request.other_uids[:ACCOUNTS_MAX])
        change.send_command(HOUSE_BOX, PlaceTaken(blind=blind, user=call.user, others=others))


@method(api.AccountRegisterDevice, rate=Rate.WRITE, home=Home.CALLER, raises=TOKEN_ERRORS)
async def register_device(call: Call, request: api.AccountRegisterDevice) -> bool:
    """Remember where a device is told something: at its push token, or its subscription of Web Push."""
    if request.token_type == WEB_PUSH:
        await _subscribe(call, request)
        return True
    if not 0 < len(request.token) <= TOKEN_CHARACTERS_MAX:
        raise errors.TokenInvalid
    blind = _blind_token(call, request.token)
    async with call.change() as change:
        known = sorted(await change.scan(Device), key=lambda device: device.date)
        others = [device for device in known if device.blind != blind]
        for oldest in others[: max(0, len(others) + 1 - DEVICES_MAX)]:
            change.drop(Device, oldest.blind)
        change.put(
            Device(
                blind=blind,
                token=request.token,
                token_type=request.token_type,
                date=call.now,
                key_id=call.client.key_id,
            )
        )
    return True


@method(api.AccountUnregisterDevice, rate=Rate.WRITE, home=Home.CALLER, raises=TOKEN_ERRORS)
async def unregister_device(call: Call, request: api.AccountUnregisterDevice) -> bool:
    """Forget where a device was told something."""
    if request.token_type == WEB_PUSH:
        blind = _blind_address(call, _address_of(call, request.token))
        async with call.change() as change:
            known = [s for s in await change.scan(PushSubscription) if s.blind == blind]
            if not known:
                raise errors.TokenInvalid
            for gone in known:
                unsubscribe(change, gone)
        return True
    blind = _blind_token(call, request.token)
    async with call.change() as change:
        if await change.get(Device, blind) is None:
            raise errors.TokenInvalid
        change.drop(Device, blind)
    return True


EVENTS: Final[tuple[type[Command], ...]] = (PlaceTaken, PlaceLeft, PlaceLost)
