"""Methods account.registerDevice, unregisterDevice: where a device is told something while it is away.

Web Push is what is sent. Tokens of other push services are kept, for apps that want to hear that they were.
"""

import hashlib
from typing import Final

from chappe.ports import PushAddress, PushPart, PushTokenRefusedError, Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import PUSH_AUDIENCE, Change, Context

from .notifier import NOTIFIER
from .subscriptions import (
    ACCOUNTS_MAX,
    PLACES_BOX,
    SUBSCRIPTIONS_MAX,
    PlaceTaken,
    PushSubscription,
    unsubscribe,
)

WEB_PUSH: Final = 10  # the type of a token of Web Push: core.telegram.org/api/push-updates
DEVICES_MAX: Final = 100  # push tokens of one person; the oldest are forgotten
TOKEN_CHARACTERS_MAX: Final = 4096  # characters of a push token; those in use are shorter

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


async def forget_session(context: Context, change: Change, key_id: int) -> None:
    """Forget where a session that ends was told something."""
    subscription = await change.get(PushSubscription, key_id)
    if subscription is not None:
        unsubscribe(change, subscription)
        context.own(PUSH_AUDIENCE).discard(change.owner.id, key_id)
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
        others = []
        for known in await change.scan(PushSubscription):
            if known.blind == blind:
                change.drop(PushSubscription, known.key_id)  # the same browser, in an older session
            elif known.key_id == key_id:
                unsubscribe(change, known)
            else:
                others.append(known)
        others.sort(key=lambda subscription: subscription.date)
        for oldest in others[: max(0, len(others) + 1 - SUBSCRIPTIONS_MAX)]:
            unsubscribe(change, oldest)
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
        accounts = tuple(request.other_uids[:ACCOUNTS_MAX])
        change.send_command(PLACES_BOX, PlaceTaken(blind=blind, user=call.user, others=accounts))


@method(api.AccountRegisterDevice, rate=Rate.WRITE, home=Home.CALLER, raises=TOKEN_ERRORS)
async def register_device(call: Call, request: api.AccountRegisterDevice) -> bool:
    """Remember where a device is told something: at its push token, or its subscription of Web Push."""
    if request.token_type == WEB_PUSH:
        await _subscribe(call, request)
        await call.context.own(NOTIFIER).take_in(call.user, call.client.key_id)
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
