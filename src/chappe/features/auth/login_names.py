"""What somebody logs in by: a phone number, or the e-mail address their codes go to."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context

from .records import LoginMail
from .rules import clean_mail

MAIL: Final = "login_mail"  # the domain of blind indexes of addresses
NAME_ERRORS: Final = (errors.PhoneNumberInvalid, errors.EmailInvalid)


def login_name(call: Call, given: str) -> str:
    """Return the digits of a number, or an address in its normal form; only an address has an @.

    Raises:
        errors.PhoneNumberInvalid: it is neither, or this server sends no mail.
        errors.EmailInvalid: it has an @ and is no address.
    """
    if "@" in given and call.context.config.codes_smtp is not None:
        return clean_mail(given)
    return accounts.clean_phone(given)


def is_mail(name: str) -> bool:
    """Whether somebody logs in by an address, and not by a number."""
    return "@" in name


async def user_by_mail(context: Context, address: str) -> int | None:
    """Return whose codes go to this address, in its normal form, if it is the one they log in by."""
    owner = await accounts.find_owner(context, MAIL, address)
    if owner is None:
        return None
    record, mail = await context.look(owner).get_each((accounts.User,), (LoginMail,))
    if record is None or record.deleted or mail is None or normal_mail(mail.address) != address:
        return None
    return owner.id


async def user_by_name(context: Context, name: str) -> int | None:
    """Return who logs in by a number or an address."""
    if is_mail(name):
        return await user_by_mail(context, name)
    return await accounts.user_by_phone(context, name)


def normal_mail(address: str) -> str:
    """Return an address in its normal form; empty if it has none, so that nobody logs in by it."""
    try:
        return clean_mail(address)
    except errors.EmailInvalid:
        return ""


async def claim_mail(context: Context, address: str, user: int) -> bool:
    """Let somebody log in by an address they proved; False if another does already.

    A claim its owner does not confirm counts for nothing.
    """
    name = normal_mail(address)
    if not name:
        return False
    owner = Owner(Kind.USER, user)
    taken = await accounts.find_owner(context, MAIL, name)
    holder = await user_by_mail(context, name)
    if holder not in (None, user):
        return False
    return await accounts.claim(context, MAIL, name, owner, taken)


async def release_mail(context: Context, address: str, user: int) -> None:
    """Let nobody log in by an address any more that was somebody's."""
    name = normal_mail(address)
    if name:
        await accounts.release(context, MAIL, name, Owner(Kind.USER, user))
