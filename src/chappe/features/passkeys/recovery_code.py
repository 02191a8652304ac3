"""The recovery code: letters on paper by which somebody gets back in. Made here, kept as a keyed hash only.

The schema has no method for it, and none is added (docs/decisions/0040-ways-back-in.md).
`account.getTmpPassword` makes it, the list of passkeys shows that there is one, `account.deletePasskey`
revokes it, and `auth.importWebTokenAuthorization` takes it.
"""

from hmac import compare_digest
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, auth
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context

from .records import RecoveryCode
from .recovery_letters import ENTROPY_BYTES, in_groups, letters_of, recovery_letters

RECOVERY_DOMAIN: Final = "recovery_code"  # of blind indexes: never reused
RECOVERY_ID: Final = (
    "recovery-code"  # how it is named among passkeys; no credential id is written so
)
FOR_EVER: Final = 2**31 - 1  # seconds since 1970: the latest moment TL can say
NO_PERIOD: Final = 0  # what is asked for: a password for so many seconds is one for payments


@method(
    api.AccountGetTmpPassword,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.FreshResetAuthorisationForbidden,
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
        errors.TmpPasswordDisabled,
    ),
)
async def get_tmp_password(
    call: Call, request: api.AccountGetTmpPassword
) -> api.AccountTmpPassword:
    """Make a recovery code, where no period is asked for: a new one replaces the one before.

    It is said here, once. Who has a password gives it; a fresh session may not. A password for a time is
    refused: nothing is paid for here.
    """
    await auth.require_password(call, call.user, request.password)
    if request.period != NO_PERIOD:
        raise errors.TmpPasswordDisabled
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    context = call.context
    letters = recovery_letters(context.entropy.token(ENTROPY_BYTES))
    if not await accounts.claim(context, RECOVERY_DOMAIN, letters, call.me, None):
        raise RuntimeError("a recovery code was made twice")
    async with call.change() as change:
        before = await change.get(RecoveryCode)
        change.put(RecoveryCode(blind=_blind(context, letters), made=change.now))
    if before is not None:
        await accounts.release_blind(context, before.blind, call.me)
    await context.ask(auth.hooks.service_message)(
        context,
        call.user,
        f"A recovery code was made for your account{', the one before is void' if before else ''}. "
        "Whoever has it can log in. If it was not you, delete it in Settings, and end the session you do not "
        "know in Settings, Devices.",
    )
    return api.AccountTmpPassword(tmp_password=in_groups(letters).encode(), valid_until=FOR_EVER)


def _blind(context: Context, letters: str) -> str:
    return accounts.name_location(context, RECOVERY_DOMAIN, letters)[1]


def show_recovery_code(code: RecoveryCode) -> api.Passkey:
    """Return the recovery code as it is listed among somebody's passkeys."""
    return api.Passkey(
        id=RECOVERY_ID, name="Recovery code", date=code.made, last_usage_date=code.used or None
    )


async def revoke_recovery_code(call: Call) -> None:
    """Void the caller's recovery code.

    Raises:
        errors.CredentialInvalid: there is none.
    """
    async with call.change() as change:
        code = await change.get(RecoveryCode)
        if code is None:
            raise errors.CredentialInvalid
        change.drop(RecoveryCode)
    await accounts.release_blind(call.context, code.blind, call.me)


async def forget_recovery_code(context: Context, user: int) -> None:
    """Let nobody be found by somebody's recovery code any more: their account is being deleted."""
    owner = Owner(Kind.USER, user)
    code = await context.look(owner).get(RecoveryCode)
    if code is not None:
        await accounts.release_blind(context, code.blind, owner)


async def log_in_by_recovery_code(call: Call, written: str) -> api.AuthAuthorization:
    """Log in by a recovery code, which stays good; who has a password still owes it.

    Raises:
        errors.CodeInvalid: it is nobody's.
        errors.SessionPasswordNeeded: there is a password to be given.
        errors.UserDeactivated: whose it was is gone.
    """
    letters = letters_of(written)
    owner = await accounts.find_owner(call.context, RECOVERY_DOMAIN, letters) if letters else None
    if owner is None:
        raise errors.CodeInvalid
    blind = _blind(call.context, letters)

    async def use(change: Change) -> bool:
        code = await change.get(RecoveryCode)
        if code is None or not compare_digest(code.blind, blind):
            return False
        change.put(msgspec.structs.replace(code, used=change.now))
        return True

    proof = auth.Proof(use, errors.CodeInvalid, "by your recovery code")
    return await auth.log_in_by_proof(call, owner.id, proof)
