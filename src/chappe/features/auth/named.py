"""Accounts as an operator names them: by id or by @username."""

from typing import Annotated

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.updates import Context

Person = Annotated[int | str, Meta(description="An account's id, or @username.")]


async def known_account(context: Context, given: int | str) -> int:
    """Return the account a command is about.

    Raises:
        ValueError: there is none, or not any more.
    """
    user = await named_account(context, str(given))
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        raise ValueError(f"There is no account {given}: see `chappe users`.")
    return user


async def named_account(context: Context, name: str) -> int:
    """Return the id that is meant by an id or by an @username.

    Raises:
        ValueError: it is neither, or nobody has that username.
    """
    if name.isascii() and name.isdigit():
        return int(name)
    username = name.removeprefix("@").lower()
    owner = await accounts.find_owner(context, "username", username) if username else None
    if owner is not None and owner.kind is Kind.USER:
        record = await context.look(owner).get(accounts.User)
        if record is not None and record.username.lower() == username:  # the claim is confirmed
            return owner.id
    raise ValueError(f"There is no account {name}: see `chappe users`.")
