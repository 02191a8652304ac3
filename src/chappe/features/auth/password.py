"""Two-step verification (core.telegram.org/api/srp): the server keeps a verifier, never the password."""

import re
from hmac import compare_digest
from typing import Final

import msgspec

from chappe.core import Kind, Owner, clean_line, random_number
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context

from .codes import draw_mail, new_digits
from .login import LOGIN_ERRORS, log_in
from .pending_login import drop_pending_logins, is_pending_login
from .records import Challenge, Deletion, LoginMail, Password, PendingPassword, Recovery, Reset

CHALLENGE_LIFETIME_S: Final = 600
HINT_CHARACTERS_MAX: Final = 255  # characters of a password's hint
MAIL_CODE_DIGITS: Final = 6
MAIL_CODE_LIFETIME_S: Final = 900
SALT_BYTES_MAX: Final = 256  # bytes of a salt a client may choose

_ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z0-9-]{2,60}")


def _algo(
    call: Call, salt1: bytes, salt2: bytes
) -> api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow:
    srp = call.context.ports.passwords
    return api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=salt1, salt2=salt2, g=srp.G, p=srp.PRIME.to_bytes(srp.SIZE, "big")
    )


def is_address(address: str) -> bool:
    """Whether mail may be sent to an address."""
    return _ADDRESS.fullmatch(address) is not None


def pattern(address: str) -> str:
    """Return an address as its owner knows it again and others do not learn it."""
    name, _, host = address.partition("@")
    return f"{name[:1]}{'*' * max(len(name) - 2, 1)}{name[-1:]}@{host}"


async def person_meant(call: Call) -> int:
    """Return whose password is meant: the caller's, or of whom the caller half is.

    Raises:
        errors.AuthKeyUnregistered: the caller is nobody, or took too long.
    """
    if call.user:
        return call.user
    half = call.client.pending_user
    if not half or not await is_pending_login(call.context, half, call.client.key_id):
        raise errors.AuthKeyUnregistered
    return half


async def replace_password(change: Change, context: Context, new: Password | None) -> None:
    """Put another password into force, or none; what was begun under the old one ends.

    A password that waits for its address, a code to recover by, a wait for its removal, and whoever
    is half logged in: none of them may undo what its owner did since.
    """
    if new is None:
        change.drop(Password)
    else:
        change.put(new)
    for begun in (PendingPassword, Recovery, Reset):
        change.drop(begun)
    await drop_pending_logins(change, context)


@method(
    api.AccountGetPassword, needs=Needs.KEY, home=Home.CALLER, raises=(errors.AuthKeyUnregistered,)
)
async def get_password(call: Call, request: api.AccountGetPassword) -> api.AccountPassword:
    """Return whether there is a password, and a question only its knower can answer."""
    user = await person_meant(call)
    owner = Owner(Kind.USER, user)
    token = call.context.entropy.token
    answer = api.AccountPassword(
        new_algo=_algo(call, token(8), token(16)),
        new_secure_algo=api.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000(salt=token(8)),
        secure_random=token(256),
    )
    pending = await call.look(owner).get(PendingPassword)
    if pending is not None and pending.expires > call.now:
        answer.email_unconfirmed_pattern = pattern(pending.password.email)
    mail = await call.look(owner).get(LoginMail) if call.user else None
    answer.login_email_pattern = pattern(mail.address) if mail else None
    password = await call.look(owner).get(Password)
    if password is None:
        return answer
    secret = token(256)
    srp_id = random_number(call.context.entropy)
    async with call.context.change(owner) as change:
        change.put(
            Challenge(
                key_id=call.client.key_id,
                srp_id=srp_id,
                secret=secret,
                expires=call.now + CHALLENGE_LIFETIME_S,
            )
        )
    reset = await call.look(owner).get(Reset)
    answer.pending_reset_date = reset.until if reset else None
    answer.has_recovery = bool(password.email)
    answer.has_password = True
    answer.hint = password.hint or None
    answer.current_algo = _algo(call, password.salt1, password.salt2)
    answer.srp_B = call.context.ports.passwords.challenge(password.verifier, secret)
    answer.srp_id = srp_id
    return answer


async def has_password(context: Context, user: int) -> bool:
    """Whether somebody has two-step verification on."""
    return await context.look(Owner(Kind.USER, user)).get(Password) is not None


async def require_password(call: Call, user: int, given: api.TypeInputCheckPasswordSRP) -> None:
    """Check a proof of the password; a challenge serves once. Who is logged in and has none, needs none.

    Raises:
        errors.PasswordHashInvalid, errors.SrpIdInvalid
    """
    owner = Owner(Kind.USER, user)
    async with call.context.change(owner) as change:
        password = await change.get(Password)
        if password is None and call.user == user:
            return
        if password is None or not isinstance(given, api.InputCheckPasswordSRP):
            raise errors.PasswordHashInvalid
        call.draw(Rate.PASSWORD, user)
        challenge = await change.get(Challenge, call.client.key_id)
        change.drop(Challenge, call.client.key_id)
    if challenge is None or challenge.srp_id != given.srp_id or challenge.expires < call.now:
        raise errors.SrpIdInvalid
    wanted = call.context.ports.passwords.proof(
        password.verifier, challenge.secret, given.A, password.salt1, password.salt2
    )
    if wanted is None or not compare_digest(wanted, given.M1):
        raise errors.PasswordHashInvalid


@method(
    api.AuthCheckPassword,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
        errors.AuthKeyUnregistered,
        *LOGIN_ERRORS,
    ),
)
async def check_password(call: Call, request: api.AuthCheckPassword) -> api.TypeAuthAuthorization:
    """Finish a log-in that owes the password; who knows it, stops a deletion somebody asked for."""
    user = await person_meant(call)
    if not await has_password(call.context, user):  # then nothing proves anything
        raise errors.PasswordHashInvalid
    await require_password(call, user, request.password)
    async with call.context.change(Owner(Kind.USER, user)) as change:
        change.drop(Deletion)
    return await log_in(call, user)


@method(
    api.AccountGetPasswordSettings,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(errors.PasswordHashInvalid, errors.SrpIdInvalid),
)
async def get_password_settings(
    call: Call, request: api.AccountGetPasswordSettings
) -> api.AccountPasswordSettings:
    """Return what only the knower of the password may see: the recovery address."""
    await require_password(call, call.user, request.password)
    password = await call.look().get(Password)
    return api.AccountPasswordSettings(email=(password.email if password else "") or None)


def new_password(call: Call, new: api.AccountPasswordInputSettings) -> Password | None:
    """Return the password a client sets, None where it removes it.

    Raises:
        errors.NewSettingsInvalid, errors.NewSaltInvalid
    """
    algo = new.new_algo
    if not new.new_password_hash or algo is None or isinstance(algo, api.PasswordKdfAlgoUnknown):
        return None
    if not call.context.ports.passwords.is_valid(new.new_password_hash):
        raise errors.NewSettingsInvalid
    if len(algo.salt1) > SALT_BYTES_MAX or len(algo.salt2) > SALT_BYTES_MAX:
        raise errors.NewSaltInvalid
    return Password(
        verifier=new.new_password_hash.rjust(256, b"\0"),
        salt1=algo.salt1,
        salt2=algo.salt2,
        hint=clean_line(new.hint or "", HINT_CHARACTERS_MAX),
    )


@method(
    api.AccountUpdatePasswordSettings,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
        errors.NewSettingsInvalid,
        errors.NewSaltInvalid,
        errors.EmailInvalid,
        errors.EmailUnconfirmed,
    ),
)
async def update_password_settings(call: Call, request: api.AccountUpdatePasswordSettings) -> bool:
    """Set, change or remove the password, or its recovery address, which must be proved first."""
    await require_password(call, call.user, request.password)
    given = request.new_settings
    code = ""
    async with call.change() as change:
        old = await change.get(Password)
        wanted = old if given.new_password_hash is None else new_password(call, given)
        if wanted is None:
            await replace_password(change, call.context, None)
            return True
        if given.email:
            if not is_address(given.email):
                raise errors.EmailInvalid
            draw_mail(call, given.email)
            code = new_digits(call.context.entropy, MAIL_CODE_DIGITS)
            change.put(
                PendingPassword(
                    password=msgspec.structs.replace(wanted, email=given.email),
                    code=code,
                    expires=call.now + MAIL_CODE_LIFETIME_S,
                )
            )
        else:
            kept = "" if given.email == "" or old is None else old.email
            new = msgspec.structs.replace(wanted, email=kept)
            await replace_password(change, call.context, new)
    if code and given.email:
        await call.context.ports.codes.deliver_mail(given.email, code)
        raise errors.EmailUnconfirmed(MAIL_CODE_DIGITS)
    return True
