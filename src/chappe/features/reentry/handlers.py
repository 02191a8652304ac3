"""Methods of web tokens: by a re-entry link, a recovery code or a sign-in elsewhere somebody comes in.

Telegram's web apps import a token that came in a link (core.telegram.org, auth.importWebTokenAuthorization).
Here it says by its beginning what it is: `reentry:` and the token of a link, `recovery:` and the code,
`sign-in:` and the ticket of an organisation's sign-in, or `connect:` and such a ticket, by which whoever is
logged in connects their account.
"""

from chappe.features import auth, passkeys, single_sign_on
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from .links import CancelReentry, OpenReentry, end_reentry, find_reentry
from .records import Reentry
from .rules import ReentryAct, Stage, lets_in, ready_at, stage_of, wait_of
from .ways import setting_s, ways_in


@method(
    api.AuthImportWebTokenAuthorization,
    needs=Needs.KEY,
    rate=Rate.REENTRY,
    home=Home.KEY,
    raises=(
        errors.CodeInvalid,
        errors.SessionPasswordNeeded,
        errors.FreshResetAuthorisationForbidden,
        errors.SignInTaken,
        errors.TwoFaConfirmWait,
        errors.WebauthTokenExpired,
        *auth.LOGIN_ERRORS,
    ),
)
async def import_web_token(
    call: Call, request: api.AuthImportWebTokenAuthorization
) -> api.TypeAuthAuthorization:
    """Log in by a recovery code, by a re-entry link once it has waited, or by an organisation's sign-in."""
    kind, _, secret = request.web_auth_token.partition(":")
    if kind == "recovery":
        return await passkeys.log_in_by_recovery_code(call, secret)
    if kind == "reentry":
        return await log_in_by_link(call, secret)
    if kind == "sign-in":
        return await single_sign_on.log_in_by_ticket(call, secret)
    if kind == "connect":
        return await single_sign_on.connect_by_ticket(call, secret)
    raise errors.WebauthTokenExpired


async def log_in_by_link(call: Call, token: str) -> api.AuthAuthorization:
    """Log in by a re-entry link; who shows it first begins its wait.

    Raises:
        errors.WebauthTokenExpired: there is no such link, or not any more.
        errors.TwoFaConfirmWait: it waits; carries the whole seconds it still does.
        errors.SessionPasswordNeeded: the account has a password, which is owed as ever.
        errors.UserDeactivated: the account is gone.
    """
    context, now = call.context, call.now
    found = await find_reentry(context, token)
    if found is None:
        raise errors.WebauthTokenExpired
    owner, entry = found
    stage = stage_of(entry, now)
    if stage is Stage.OVER:
        raise errors.WebauthTokenExpired
    if stage is Stage.WAITING:
        raise errors.TwoFaConfirmWait(ready_at(entry) - now)
    if stage is Stage.MADE and not entry.confirmed:
        wait_s = wait_of(await ways_in(call.look(owner), context), setting_s(context), now)
        if wait_s:
            async with call.change(auth.key_box(call.client.key_id)) as change:
                change.send_command(owner, OpenReentry(number=entry.number, wait_s=wait_s))
            raise errors.TwoFaConfirmWait(wait_s)

    async def use(change: Change) -> bool:
        kept = await change.get(Reentry)
        if kept is None or kept.number != entry.number:
            return False
        ways = await ways_in(change, context)
        if not lets_in(kept, ways, setting_s(context), change.now):
            return False
        return await end_reentry(change, ReentryAct.USED)

    proof = auth.Proof(use, errors.WebauthTokenExpired, "by a re-entry link of the operator")
    return await auth.log_in_by_proof(call, owner.id, proof)


@method(
    api.AuthCancelWebTokenAuthorization,
    needs=Needs.KEY,
    rate=Rate.REENTRY,
    home=Home.KEY,
    raises=(errors.WebauthTokenExpired,),
)
async def cancel_web_token(call: Call, request: api.AuthCancelWebTokenAuthorization) -> bool:
    """Withdraw a re-entry link, by whoever has it."""
    kind, _, token = request.web_auth_token.partition(":")
    found = await find_reentry(call.context, token) if kind == "reentry" else None
    if found is None:
        raise errors.WebauthTokenExpired
    async with call.change(auth.key_box(call.client.key_id)) as change:
        change.send_command(found.owner, CancelReentry(number=found.entry.number))
    return True
