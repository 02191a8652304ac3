"""account.deleteAccount: at once with the password, after a week without."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.ledger import ErasedBy
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import hooks
from .account_deletion import delete_account
from .password import person_meant, require_password
from .records import Deletion, Password

DELETION_WAIT_S: Final = 7 * 86_400  # seconds its owner has to object, if the password is not given


@method(
    api.AccountDeleteAccount,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.CALLER,
    raises=(
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
        errors.TwoFaConfirmWait,
        errors.AuthKeyUnregistered,
    ),
)
async def delete_account_handler(call: Call, request: api.AccountDeleteAccount) -> bool:
    """Delete one's account; without its password, only after a week in which its owner can object."""
    user = await person_meant(call)
    owner = Owner(Kind.USER, user)
    if request.password is not None:
        await require_password(call, user, request.password)
    elif not call.user or await call.look(owner).get(Password) is not None:
        async with call.context.change(owner) as change:
            deletion = known = await change.get(Deletion)
            if deletion is None:
                deletion = Deletion(asked=call.now, hash=call.context.entropy.token(12).hex())
                change.put(deletion)
        if known is None:
            await _warn(call, user, deletion)
        left = deletion.asked + DELETION_WAIT_S - call.now
        if left > 0:
            raise errors.TwoFaConfirmWait(left)
    await delete_account(call.context, user, ErasedBy.OWNER, call.client)
    return True


async def _warn(call: Call, user: int, deletion: Deletion) -> None:
    """Tell the owner what was asked, and how to stop it."""
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    phone = record.phone if record else ""
    text = (
        "Somebody who knows your login code, but not your password, asked to delete this account."
        " In a week they may. If it was not you, stop it here:"
        f" tg://confirmphone?phone={phone}&hash={deletion.hash}"
    )
    await call.context.ask(hooks.service_message)(call.context, user, text)
