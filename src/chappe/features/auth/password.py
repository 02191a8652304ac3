"""Two-step verification (core.telegram.org/api/srp): the server keeps a verifier, never the password."""

from hmac import compare_digest
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors

from .login import log_in
from .records import Challenge, Password

CHALLENGE_LIFETIME_S: Final = 600
HINT_CHARACTERS_MAX: Final = 255  # characters of a password's hint
SALT_BYTES_MAX: Final = 256  # bytes of a salt a client may choose


def _algo(call: Call, salt1: bytes, salt2: bytes) -> Any:
    srp = call.service("srp")
    return api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=salt1, salt2=salt2, g=srp.G, p=srp.PRIME.to_bytes(srp.SIZE, "big")
    )


def _person(call: Call) -> int:
    """Return whose password is meant: the caller's, or of whom the caller half is."""
    user = call.user or call.client.pending_user
    if not user:
        raise errors.AuthKeyUnregistered
    return user


@method(api.AccountGetPassword, needs=Needs.KEY, raises=(errors.AuthKeyUnregistered,))
async def get_password(call: Call, request: api.AccountGetPassword) -> Any:
    """Return whether there is a password, and a question only its knower can answer."""
    user = _person(call)
    owner = Owner(Kind.USER, user)
    token = call.house.entropy.token
    answer = api.AccountPassword(
        new_algo=_algo(call, token(8), token(16)),
        new_secure_algo=api.SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000(salt=token(8)),
        secure_random=token(256),
    )
    password = await call.look(owner).get(Password)
    if password is None:
        return answer
    secret = token(256)
    srp_id = int.from_bytes(token(8), "big") >> 1
    async with call.house.change(owner) as change:
        change.put(
            Challenge(
                key_id=call.client.key_id,
                srp_id=srp_id,
                secret=secret,
                expires=call.now + CHALLENGE_LIFETIME_S,
            )
        )
    answer.has_password = True
    answer.hint = password.hint or None
    answer.current_algo = _algo(call, password.salt1, password.salt2)
    answer.srp_B = call.service("srp").challenge(password.verifier, secret)
    answer.srp_id = srp_id
    return answer


async def require_password(call: Call, user: int, given: Any) -> None:
    """Check a proof of the password; a challenge serves once.

    Raises:
        errors.PasswordHashInvalid, errors.SrpIdInvalid
    """
    owner = Owner(Kind.USER, user)
    async with call.house.change(owner) as change:
        password = await change.get(Password)
        if password is None:
            return
        if not isinstance(given, api.InputCheckPasswordSRP):
            raise errors.PasswordHashInvalid
        challenge = await change.get(Challenge, call.client.key_id)
        change.drop(Challenge, call.client.key_id)
    if challenge is None or challenge.srp_id != given.srp_id or challenge.expires < call.now:
        raise errors.SrpIdInvalid
    wanted = call.service("srp").proof(
        password.verifier, challenge.secret, given.A, password.salt1, password.salt2
    )
    if wanted is None or not compare_digest(wanted, given.M1):
        raise errors.PasswordHashInvalid


@method(
    api.AuthCheckPassword,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    raises=(errors.PasswordHashInvalid, errors.SrpIdInvalid, errors.AuthKeyUnregistered),
)
async def check_password(call: Call, request: api.AuthCheckPassword) -> Any:
    """Finish a log-in that owes the password."""
    user = _person(call)
    await require_password(call, user, request.password)
    return await log_in(call, user)


@method(
    api.AccountGetPasswordSettings,
    rate=Rate.LOGIN,
    raises=(errors.PasswordHashInvalid, errors.SrpIdInvalid),
)
async def get_password_settings(call: Call, request: api.AccountGetPasswordSettings) -> Any:
    """Return what only the knower of the password may see: nothing more is kept."""
    await require_password(call, call.user, request.password)
    return api.AccountPasswordSettings()


@method(
    api.AccountUpdatePasswordSettings,
    rate=Rate.LOGIN,
    raises=(
        errors.PasswordHashInvalid, errors.SrpIdInvalid, errors.NewSettingsInvalid,
        errors.NewSaltInvalid,
    ),
)  # fmt: skip
async def update_password_settings(call: Call, request: api.AccountUpdatePasswordSettings) -> bool:
    """Set, change or remove the password."""
    await require_password(call, call.user, request.password)
    new = request.new_settings
    async with call.change() as change:
        if new.new_password_hash is None or new.new_algo is None:
            return True
        if not new.new_password_hash or isinstance(new.new_algo, api.PasswordKdfAlgoUnknown):
            change.drop(Password)
            return True
        if not call.service("srp").is_valid(new.new_password_hash):
            raise errors.NewSettingsInvalid
        if len(new.new_algo.salt1) > SALT_BYTES_MAX or len(new.new_algo.salt2) > SALT_BYTES_MAX:
            raise errors.NewSaltInvalid
        change.put(
            Password(
                verifier=new.new_password_hash.rjust(256, b"\0"),
                salt1=new.new_algo.salt1,
                salt2=new.new_algo.salt2,
                hint=(new.hint or "")[:HINT_CHARACTERS_MAX],
            )
        )
    return True
