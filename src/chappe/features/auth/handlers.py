"""Methods auth.*: codes, sign-in, log-out, temporary keys."""

import struct
from hmac import compare_digest
from typing import Final

from chappe.rpc import CLIENTS, Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import codes, hooks
from .invites import JOIN_ERRORS
from .keys import alter_key, bind_key, key_box, read_key
from .login import LOGIN_ERRORS, Proof, demand_password, log_in
from .login_names import NAME_ERRORS, is_mail, login_name, user_by_name
from .records import TemporaryKey
from .rules import Asked, read_asked
from .sent_code import show_sent
from .sessions import end_session
from .signing_up import open_link, show_no_code

BIND_INNER: Final = 0x75A3F765
CALLS_TO_LOG_IN: Final = 2  # of the class LOGIN: to ask for a code, and to say it
CODES_TOLD_MAX: Final = 100  # codes an app says at once that it saw being told


@method(
    api.AuthSendCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(*NAME_ERRORS, *JOIN_ERRORS),
)
async def send_code(call: Call, request: api.AuthSendCode) -> api.TypeAuthSentCode:
    """Send a login code. The answer is the same whether anybody has the number or not.

    Whoever has a link, and says no number, is told that they need none.
    """
    asked = read_asked(request.phone_number)
    if asked.token and not asked.login:
        return await show_no_code(call, asked)
    name = login_name(call, asked.login)
    if asked.token:
        await open_link(call, asked)
    user = await user_by_name(call.context, name)
    code = await codes.send_login_code(
        call, name, user, bring_it=_may_come(call, asked, name, user)
    )
    return await show_sent(call, code, user, name)


def _may_come(call: Call, asked: Asked, name: str, user: int | None) -> bool:
    """Whether anything can come of a code; else no mail goes to an address that a stranger may have given.

    The answer does not tell. Numbers are the operator's matter: a webhook may know better.
    """
    new = bool(asked.token) or call.context.config.sign_up == "open"
    return user is not None or new or not is_mail(name)


@method(
    api.AuthResendCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(
        *NAME_ERRORS,
        errors.PhoneCodeHashEmpty,
        errors.PhoneCodeExpired,
        errors.SendCodeUnavailable,
        *JOIN_ERRORS,
    ),
)
async def resend_code(call: Call, request: api.AuthResendCode) -> api.TypeAuthSentCode:
    """Send the code again by the operator's ways; its guesses stay counted."""
    asked = read_asked(request.phone_number)
    name = login_name(call, asked.login)
    if not request.phone_code_hash:
        raise errors.PhoneCodeHashEmpty
    if asked.token:
        await open_link(call, asked)
    user = await user_by_name(call.context, name)
    bring_it = _may_come(call, asked, name, user)
    code = await codes.send_again(call, name, user, request.phone_code_hash, bring_it=bring_it)
    return await show_sent(call, code, user, name)


@method(
    api.AuthCancelCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.HOUSE,
    raises=(*NAME_ERRORS, errors.PhoneCodeExpired),
)
async def cancel_code(call: Call, request: api.AuthCancelCode) -> bool:
    """Void a code that is not wanted any more."""
    name = login_name(call, read_asked(request.phone_number).login)
    await codes.cancel(call, name, request.phone_code_hash)
    return True


@method(
    api.AuthReportMissingCode,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=NAME_ERRORS,
)
async def report_missing_code(call: Call, request: api.AuthReportMissingCode) -> bool:
    """Take note, without a record of whom; the operator sees by `chappe codes` what was sent."""
    login_name(call, read_asked(request.phone_number).login)
    return True


@method(
    api.AuthRequestFirebaseSms, needs=Needs.KEY, rate=Rate.LOGIN, raises=(errors.PhoneCodeEmpty,)
)
async def request_firebase_sms(call: Call, request: api.AuthRequestFirebaseSms) -> bool:
    """Refuse: no phone maker is asked whether an app is genuine."""
    raise errors.PhoneCodeEmpty


@method(
    api.AuthSignIn,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        *NAME_ERRORS,
        errors.PhoneCodeEmpty,
        errors.PhoneCodeExpired,
        errors.PhoneCodeInvalid,
        errors.SessionPasswordNeeded,
        *LOGIN_ERRORS,
    ),
)
async def sign_in(call: Call, request: api.AuthSignIn) -> api.TypeAuthAuthorization:
    """Log in with a code; a number nobody has may sign up."""
    name = login_name(call, read_asked(request.phone_number).login)
    given = request.phone_code or ""
    if isinstance(request.email_verification, api.EmailVerificationCode):
        given = request.email_verification.code
    await codes.check_code(call, name, request.phone_code_hash, given)
    user = await user_by_name(call.context, name)
    if user is None:
        terms = call.context.ask(hooks.shown_at_sign_up)(call.context)
        return api.AuthAuthorizationSignUpRequired(terms_of_service=terms)
    use = await call.context.ask(hooks.beside_code)(call, user)
    await codes.drop(call.context, name)
    codes.was_no_guess(call, CALLS_TO_LOG_IN)
    await demand_password(call, user)
    proof = None if use is None else Proof(use, errors.PhoneCodeExpired, "by a login code")
    return await log_in(call, user, proof=proof)


@method(api.AccountInvalidateSignInCodes, rate=Rate.WRITE, home=Home.CALLER)
async def invalidate_sign_in_codes(call: Call, request: api.AccountInvalidateSignInCodes) -> bool:
    """Void the caller's login code if it is among those an app saw being told to somebody."""
    await codes.void(call.context, call.user, set(request.codes[:CODES_TOLD_MAX]))
    return True


@method(api.AuthLogOut, needs=Needs.KEY, home=Home.KEY)
async def log_out(call: Call, request: api.AuthLogOut) -> api.AuthLoggedOut:
    """End this session. Its key serves again only after another log-in."""
    if call.user:
        await end_session(call.context, call.user, call.client.key_id, call.client)
    return api.AuthLoggedOut()


@method(
    api.AuthBindTempAuthKey,
    needs=Needs.ANY,
    home=Home.KEY,
    raises=(
        errors.EncryptedMessageInvalid,
        errors.TempAuthKeyEmpty,
        errors.ExpiresAtInvalid,
        errors.TempAuthKeyAlreadyBound,
    ),
)
async def bind_temp_auth_key(call: Call, request: api.AuthBindTempAuthKey) -> bool:
    """Bind a temporary key to a permanent one (core.telegram.org/method/auth.bindTempAuthKey)."""
    client = call.client
    if client.temp_key_id is None:
        raise errors.TempAuthKeyEmpty
    permanent = await read_key(call.context, request.perm_auth_key_id)
    temporary = await read_key(call.context, client.temp_key_id)
    if permanent is None or temporary is None or permanent.expires:
        raise errors.EncryptedMessageInvalid
    inner = call.context.ports.open_binding(permanent.key_bytes, request.encrypted_message)
    wanted = struct.pack(
        "<Iqqqqi",
        BIND_INNER,
        request.nonce,
        client.temp_key_id,
        request.perm_auth_key_id,
        client.session_id,
        request.expires_at,
    )
    if inner is None or inner[0] != call.msg_id or not compare_digest(inner[1], wanted):
        raise errors.EncryptedMessageInvalid
    if temporary.perm_key_id not in (0, request.perm_auth_key_id):
        raise errors.TempAuthKeyAlreadyBound
    expires = min(request.expires_at, temporary.expires or request.expires_at)
    if expires <= call.now:
        raise errors.ExpiresAtInvalid
    await alter_key(
        call.context, client.temp_key_id, perm_key_id=request.perm_auth_key_id, expires=expires
    )
    clients, gateway = call.context.own(CLIENTS), call.context.ports.connections
    gateway.forget_key(client.temp_key_id)
    for oldest in await bind_key(call.context, request.perm_auth_key_id, client.temp_key_id):
        gateway.drop_key(oldest)
    for session in {client, *clients.of_temporary(client.temp_key_id)}:
        clients.move(session, request.perm_auth_key_id)
        session.identified = False
    return True


@method(api.AuthDropTempAuthKeys, needs=Needs.KEY, home=Home.KEY)
async def drop_temp_auth_keys(call: Call, request: api.AuthDropTempAuthKeys) -> bool:
    """End this key's temporary keys, but for those named and the one in use."""
    kept = {*request.except_auth_keys, call.client.temp_key_id}
    record = await read_key(call.context, call.client.key_id)
    for temporary in set(record.bound if record else ()) - kept:
        async with call.context.change(key_box(temporary)) as change:
            change.drop(TemporaryKey, temporary)
        call.context.ports.connections.drop_key(temporary)
    return True
