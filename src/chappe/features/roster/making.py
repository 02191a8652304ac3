"""Accounts that are made for people who have not come yet."""

from chappe.features import accounts, auth
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context


async def is_login_free(context: Context, phone: str, mail: str) -> bool:
    """Whether nobody logs in by this number, in digits, nor by this address; what is empty is free."""
    taken = [await auth.user_by_name(context, name) for name in (phone, mail) if name]
    return all(user is None for user in taken)


async def reserve_account(context: Context) -> int:
    """Return the id of an account that is about to be made."""
    return await auth.let_in(Call.by(context, 0))


async def make_account(
    context: Context, user: int, first_name: str, last_name: str, phone: str, mail: str
) -> None:
    """Make an account under an id that was reserved. It is logged in to by number, address, or a link.

    Raises:
        errors.PhoneNumberOccupied: somebody has the number or the address.
    """
    if not await is_login_free(context, phone, mail):
        raise errors.PhoneNumberOccupied
    await auth.create_user(Call.by(context, 0), user, phone or mail, first_name, last_name)
    if phone and mail and await auth.claim_mail(context, mail, user):
        async with context.change(accounts.owner_of(user)) as change:
            change.put(auth.LoginMail(address=mail))
