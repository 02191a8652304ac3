"""Login by another device: QR tokens, and exported authorisations for other data centres."""

import hashlib
from typing import Final

from chappe import tl
from chappe.core import Kind, Owner, shard_of
from chappe.rpc import CLIENTS, Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import expiry
from .login import LOGIN_ERRORS, demand_password, log_in
from .records import LoginToken, Session
from .sessions import show_session

DC_ID_MAX: Final = 5  # number of the last data centre clients know; all of them are this server
TOKEN_LIFETIME_S: Final = 30  # seconds a QR code is good for

# -- QR codes: a token is shown by the new device and accepted by one that is logged in -----------


def _token_box(token: bytes) -> tuple[Owner, str]:
    digest = hashlib.sha256(token).digest()
    return Owner(Kind.NAMES, shard_of(digest)), digest.hex()


def _token(call: Call, key_id: int, period: int) -> bytes:
    """Return the token of a key in a period: the same while it is good."""
    parts = [call.context.keyed("login_token", key_id, period, i) for i in range(3)]
    return b"".join(p.to_bytes(8, "big") for p in parts)


@method(
    api.AuthExportLoginToken,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(errors.SessionPasswordNeeded, errors.AuthTokenExpired, *LOGIN_ERRORS),
)
async def export_login_token(
    call: Call, request: api.AuthExportLoginToken
) -> api.TypeAuthLoginToken:
    """Return what a QR code shows; once it was accepted, log in."""
    key_id = call.client.key_id
    for period in (call.now // TOKEN_LIFETIME_S, call.now // TOKEN_LIFETIME_S - 1):
        box, hashed = _token_box(_token(call, key_id, period))
        record = await call.look(box).get(LoginToken, hashed)
        if record is not None and record.user and record.expires > call.now - TOKEN_LIFETIME_S:
            return api.AuthLoginTokenSuccess(authorization=await _redeem(call, box, record))
    period = call.now // TOKEN_LIFETIME_S
    token = _token(call, key_id, period)
    box, hashed = _token_box(token)
    expires = (period + 1) * TOKEN_LIFETIME_S
    async with call.context.change(box) as change:
        if await change.get(LoginToken, hashed) is None:
            change.put(LoginToken(hash=hashed, key_id=key_id, expires=expires))
            expiry.expires(change, expires)
    return api.AuthLoginToken(expires=expires, token=token)


@method(
    api.AuthImportLoginToken,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        errors.AuthTokenInvalid,
        errors.AuthTokenExpired,
        errors.SessionPasswordNeeded,
        *LOGIN_ERRORS,
    ),
)
async def import_login_token(
    call: Call, request: api.AuthImportLoginToken
) -> api.TypeAuthLoginToken:
    """Log in with a token that was accepted, at the data centre of who accepted it: all are here."""
    box, hashed = _token_box(request.token)
    record = await call.look(box).get(LoginToken, hashed)
    if record is None or record.key_id != call.client.key_id or not record.user:
        raise errors.AuthTokenInvalid
    if record.expires + TOKEN_LIFETIME_S <= call.now:
        raise errors.AuthTokenExpired
    return api.AuthLoginTokenSuccess(authorization=await _redeem(call, box, record))


async def _redeem(call: Call, box: Owner, record: LoginToken) -> api.AuthAuthorization:
    """Use up an accepted token; who has a password still owes it."""
    async with call.context.change(box) as change:
        if await change.get(LoginToken, record.hash) is None:
            raise errors.AuthTokenExpired
        change.drop(LoginToken, record.hash)
    await demand_password(call, record.user)
    return await log_in(call, record.user)


@method(
    api.AuthAcceptLoginToken,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(errors.AuthTokenExpired, errors.AuthTokenInvalid, errors.AuthTokenAlreadyAccepted),
)
async def accept_login_token(call: Call, request: api.AuthAcceptLoginToken) -> api.Authorization:
    """Let the device that shows this token log in as the caller."""
    box, hashed = _token_box(request.token)
    async with call.context.change(box) as change:
        record = await change.get(LoginToken, hashed)
        if record is None:
            raise errors.AuthTokenInvalid
        if record.expires <= call.now:
            raise errors.AuthTokenExpired
        if record.user:
            raise errors.AuthTokenAlreadyAccepted
        change.put(
            LoginToken(hash=hashed, key_id=record.key_id, expires=record.expires, user=call.user)
        )
    shown = Session(key_id=record.key_id, created=call.now, active=call.now)
    for client in call.context.own(CLIENTS).of_key(record.key_id):
        device = client.device
        shown = Session(
            key_id=record.key_id,
            created=call.now,
            active=call.now,
            api_id=device.api_id,
            device_model=device.device_model,
            system_version=device.system_version,
            app_version=device.app_version,
        )
        client.push(
            tl.encode(api.UpdateShort(update=api.UpdateLoginToken(), date=call.now), client.layer)
        )
    return show_session(call.context, call.user, shown)


@method(
    api.AuthExportAuthorization, needs=Needs.LOGIN, home=Home.HOUSE, raises=(errors.DcIdInvalid,)
)
async def export_authorization(
    call: Call, request: api.AuthExportAuthorization
) -> api.AuthExportedAuthorization:
    """Return a token by which the caller's key for another data centre logs in: all are here."""
    if not 1 <= request.dc_id <= DC_ID_MAX:
        raise errors.DcIdInvalid
    token = call.context.entropy.token(24)
    box, hashed = _token_box(token)
    async with call.context.change(box) as change:
        change.put(
            LoginToken(
                hash=hashed,
                key_id=0,
                expires=call.now + TOKEN_LIFETIME_S,
                user=call.user,
                by=call.client.key_id,
            )
        )
        expiry.expires(change, call.now + TOKEN_LIFETIME_S)
    return api.AuthExportedAuthorization(id=call.user, bytes=token)


@method(
    api.AuthImportAuthorization,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(errors.AuthBytesInvalid, *LOGIN_ERRORS),
)
async def import_authorization(
    call: Call, request: api.AuthImportAuthorization
) -> api.TypeAuthAuthorization:
    """Log in with a token from `auth.exportAuthorization`; it serves once."""
    box, hashed = _token_box(request.bytes)
    async with call.context.change(box) as change:
        record = await change.get(LoginToken, hashed)
        right = record is not None and record.key_id == 0 and record.user == request.id
        if record is None or not right or record.expires <= call.now:
            raise errors.AuthBytesInvalid
        change.drop(LoginToken, hashed)
    exporter = await call.look(Owner(Kind.USER, record.user)).get(Session, record.by)
    if exporter is None:  # it ended meanwhile
        raise errors.AuthBytesInvalid
    return await log_in(call, record.user, of=exporter.of or exporter.key_id)
