"""auth.*: codes, sign-in, sign-up, log-out, temporary keys, QR codes."""

import hashlib
import struct
from hmac import compare_digest
from typing import Any, Final

from chappe.core import Kind, Owner, shard_of
from chappe.features import accounts
from chappe.features.accounts import rules
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors

from . import codes
from .invites import Invite, blind_of
from .keys import alter_key, box_of, read_key
from .login import create_user, log_in, user_by_phone
from .records import Code, LoginToken, Password, Session, TemporaryKey
from .sessions import end_session

TOKEN_LIFETIME_S: Final = 30  # seconds a QR code is good for
BIND_INNER: Final = 0x75A3F765


def _sent(code: Any) -> Any:
    return api.AuthSentCode(
        type=api.AuthSentCodeTypeApp(length=codes.CODE_DIGITS),
        phone_code_hash=code.hash,
        timeout=codes.SEND_AGAIN_S,
    )


@method(api.AuthSendCode, needs=Needs.KEY, rate=Rate.LOGIN, raises=(errors.PhoneNumberInvalid,))
async def send_code(call: Call, request: api.AuthSendCode) -> Any:
    """Send a login code. The answer is the same whether anybody has the number or not."""
    phone = rules.clean_phone(request.phone_number)
    return _sent(await codes.send(call, phone, await user_by_phone(call, phone)))


@method(api.AuthResendCode, needs=Needs.KEY, rate=Rate.LOGIN, raises=(errors.PhoneNumberInvalid,))
async def resend_code(call: Call, request: api.AuthResendCode) -> Any:
    """Send the code again; its guesses stay counted."""
    phone = rules.clean_phone(request.phone_number)
    return _sent(await codes.send(call, phone, await user_by_phone(call, phone)))


@method(
    api.AuthCancelCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(errors.PhoneNumberInvalid, errors.PhoneCodeExpired),
)
async def cancel_code(call: Call, request: api.AuthCancelCode) -> bool:
    """Void a code that is not wanted any more."""
    phone = rules.clean_phone(request.phone_number)
    box, blind = codes.box_of(call, phone)
    code = await call.look(box).get(Code, blind)
    if code is None or not compare_digest(code.hash, request.phone_code_hash):
        raise errors.PhoneCodeExpired
    await codes.finish(call, phone)
    return True


@method(
    api.AuthSignIn,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(
        errors.PhoneNumberInvalid, errors.PhoneCodeEmpty, errors.PhoneCodeExpired,
        errors.PhoneCodeInvalid, errors.SessionPasswordNeeded,
    ),
)  # fmt: skip
async def sign_in(call: Call, request: api.AuthSignIn) -> Any:
    """Log in with a code; a number nobody has may sign up."""
    phone = rules.clean_phone(request.phone_number)
    await codes.check(call, phone, request.phone_code_hash, request.phone_code or "")
    user = await user_by_phone(call, phone)
    if user is None:
        return api.AuthAuthorizationSignUpRequired()
    await codes.finish(call, phone)
    await _demand_password(call, user)
    return await log_in(call, user)


async def _demand_password(call: Call, user: int) -> None:
    """Leave the caller half logged in if there is a password to be proved.

    Raises:
        errors.SessionPasswordNeeded: there is.
    """
    if await call.look(Owner(Kind.USER, user)).get(Password) is None:
        return
    await alter_key(call.house, call.client.key_id, pending_user=user)
    for client in call.service("clients").of_key(call.client.key_id):
        client.pending_user = user
    raise errors.SessionPasswordNeeded


@method(
    api.AuthSignUp,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(
        errors.PhoneNumberInvalid, errors.PhoneCodeExpired, errors.FirstnameInvalid,
        errors.SignupClosed, errors.PhoneNumberOccupied,
    ),
)  # fmt: skip
async def sign_up(call: Call, request: api.AuthSignUp) -> Any:
    """Make an account for a number whose code was right."""
    phone = rules.clean_phone(request.phone_number)
    await codes.require_verified(call, phone, request.phone_code_hash)
    first_name = rules.check_first_name(request.first_name)
    if await user_by_phone(call, phone) is not None:
        raise errors.PhoneNumberOccupied
    await _admit(call, phone)
    user = await create_user(call, phone, first_name, rules.clean_name(request.last_name))
    await codes.finish(call, phone)
    return await log_in(call, user)


async def _admit(call: Call, phone: str) -> None:
    """Refuse sign-up where the operator has closed it, or asks for an invite to this number."""
    policy = call.house.config.sign_up
    if policy == "open":
        return
    if policy == "invite":
        blind = blind_of(call.house, phone)
        async with call.house.change(Owner(Kind.HOUSE, 0)) as change:
            invite = await change.get(Invite, blind)
            if invite is not None:
                change.drop(Invite, blind)
                if invite.expires > call.now:
                    return
    raise errors.SignupClosed


@method(api.AuthLogOut, needs=Needs.KEY)
async def log_out(call: Call, request: api.AuthLogOut) -> Any:
    """End this session. Its key serves again only after another log-in."""
    if call.user:
        await end_session(call.house, call.user, call.client.key_id)
    return api.AuthLoggedOut()


@method(
    api.AuthBindTempAuthKey,
    needs=Needs.ANY,
    raises=(errors.EncryptedMessageInvalid, errors.TempAuthKeyEmpty),
)
async def bind_temp_auth_key(call: Call, request: api.AuthBindTempAuthKey) -> bool:
    """Bind a temporary key to a permanent one (core.telegram.org/method/auth.bindTempAuthKey)."""
    client = call.client
    if client.temp_key_id is None:
        raise errors.TempAuthKeyEmpty
    permanent = await read_key(call.house, request.perm_auth_key_id)
    temporary = await read_key(call.house, client.temp_key_id)
    if permanent is None or temporary is None or permanent.expires:
        raise errors.EncryptedMessageInvalid
    inner = call.service("open_binding")(permanent.key_bytes, request.encrypted_message)
    wanted = struct.pack(
        "<Iqqqqi", BIND_INNER, request.nonce, client.temp_key_id, request.perm_auth_key_id,
        client.session_id, request.expires_at,
    )  # fmt: skip
    if inner is None or inner[0] != call.msg_id or not compare_digest(inner[1], wanted):
        raise errors.EncryptedMessageInvalid
    expires = min(request.expires_at, temporary.expires or request.expires_at)
    await alter_key(
        call.house, client.temp_key_id, perm_key_id=request.perm_auth_key_id, expires=expires
    )
    call.service("gateway").forget_key(client.temp_key_id)
    clients = call.service("clients")
    for session in {client, *clients.of_temporary(client.temp_key_id)}:
        clients.move(session, request.perm_auth_key_id)
        session.identified = False
    return True


@method(api.AuthDropTempAuthKeys, needs=Needs.KEY)
async def drop_temp_auth_keys(call: Call, request: api.AuthDropTempAuthKeys) -> bool:
    """End this key's temporary keys, but for those named and the one in use."""
    kept = {*request.except_auth_keys, call.client.temp_key_id}
    for client in call.service("clients").of_key(call.client.key_id):
        if client.temp_key_id is not None and client.temp_key_id not in kept:
            async with call.house.change(box_of(client.temp_key_id)) as change:
                change.drop(TemporaryKey, client.temp_key_id)
            call.service("gateway").drop_key(client.temp_key_id)
    return True


# -- QR codes: a token is shown by the new device and accepted by one that is logged in -----------


def _token_box(token: bytes) -> tuple[Owner, str]:
    digest = hashlib.sha256(token).digest()
    return Owner(Kind.NAMES, shard_of(digest)), digest.hex()


def _token(call: Call, key_id: int, period: int) -> bytes:
    """Return the token of a key in a period: the same while it is good."""
    parts = [call.house.keyed("login_token", key_id, period, i) for i in range(3)]
    return b"".join(p.to_bytes(8, "big") for p in parts)


@method(
    api.AuthExportLoginToken,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(errors.SessionPasswordNeeded,),
)
async def export_login_token(call: Call, request: api.AuthExportLoginToken) -> Any:
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
    async with call.house.change(box) as change:
        if await change.get(LoginToken, hashed) is None:
            change.put(LoginToken(hash=hashed, key_id=key_id, expires=expires))
    return api.AuthLoginToken(expires=expires, token=token)


@method(
    api.AuthImportLoginToken,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(errors.AuthTokenInvalid, errors.AuthTokenExpired, errors.SessionPasswordNeeded),
)
async def import_login_token(call: Call, request: api.AuthImportLoginToken) -> Any:
    """Log in with a token that was accepted, at the data centre of who accepted it: all are here."""
    box, hashed = _token_box(request.token)
    record = await call.look(box).get(LoginToken, hashed)
    if record is None or record.key_id != call.client.key_id or not record.user:
        raise errors.AuthTokenInvalid
    if record.expires + TOKEN_LIFETIME_S <= call.now:
        raise errors.AuthTokenExpired
    return api.AuthLoginTokenSuccess(authorization=await _redeem(call, box, record))


async def _redeem(call: Call, box: Owner, record: LoginToken) -> Any:
    """Use up an accepted token; who has a password still owes it."""
    async with call.house.change(box) as change:
        change.drop(LoginToken, record.hash)
    await _demand_password(call, record.user)
    return await log_in(call, record.user)


@method(
    api.AuthImportBotAuthorization,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(errors.AccessTokenInvalid,),
)
async def import_bot_authorization(call: Call, request: api.AuthImportBotAuthorization) -> Any:
    """Refuse every token: this server has no bots yet."""
    raise errors.AccessTokenInvalid


@method(
    api.AuthAcceptLoginToken,
    rate=Rate.LOGIN,
    raises=(errors.AuthTokenExpired, errors.AuthTokenInvalid, errors.AuthTokenAlreadyAccepted),
)
async def accept_login_token(call: Call, request: api.AuthAcceptLoginToken) -> Any:
    """Let the device that shows this token log in as the caller."""
    box, hashed = _token_box(request.token)
    async with call.house.change(box) as change:
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
    for client in call.service("clients").of_key(record.key_id):
        client.push(call.service("encode")(api.UpdateShort(
            update=api.UpdateLoginToken(), date=call.now), client.layer))  # fmt: skip
    return api.Authorization(
        hash=0, device_model="", platform="", system_version="", api_id=0, app_name="",
        app_version="", date_created=call.now, date_active=call.now, ip="", country="", region="",
    )  # fmt: skip


@method(api.AuthResetAuthorizations, rate=Rate.WRITE)
async def reset_authorizations(call: Call, request: api.AuthResetAuthorizations) -> bool:
    """End every other session of the caller."""
    for session in await call.look().scan(Session):
        if session.key_id != call.client.key_id:
            await end_session(call.house, call.user, session.key_id)
    return True


@method(api.AuthExportAuthorization, raises=(errors.DcIdInvalid,))
async def export_authorization(call: Call, request: api.AuthExportAuthorization) -> Any:
    """Return a token by which the caller's key for another data centre logs in: all are here."""
    token = call.house.entropy.token(24)
    box, hashed = _token_box(token)
    async with call.house.change(box) as change:
        change.put(
            LoginToken(hash=hashed, key_id=0, expires=call.now + TOKEN_LIFETIME_S, user=call.user)
        )
    return api.AuthExportedAuthorization(id=call.user, bytes=token)


@method(
    api.AuthImportAuthorization, needs=Needs.KEY, rate=Rate.LOGIN, raises=(errors.AuthBytesInvalid,)
)
async def import_authorization(call: Call, request: api.AuthImportAuthorization) -> Any:
    """Log in with a token from `auth.exportAuthorization`; it serves once."""
    box, hashed = _token_box(request.bytes)
    async with call.house.change(box) as change:
        record = await change.get(LoginToken, hashed)
        right = record is not None and record.key_id == 0 and record.user == request.id
        if record is None or not right or record.expires <= call.now:
            raise errors.AuthBytesInvalid
        change.drop(LoginToken, hashed)
    await alter_key(call.house, call.client.key_id, user=record.user)
    call.service("clients").log_in(call.client.key_id, record.user)
    call.user = record.user
    return api.AuthAuthorization(user=await accounts.show_user(call.viewer(), record.user))
