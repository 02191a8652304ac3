"""What an account's end does: sessions cut, names given back, the key destroyed and all it sealed with it."""

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.updates import House

from . import codes
from .records import Session
from .sessions import end_session


async def delete_account(house: House, user: int) -> None:
    """Delete somebody. What others received from them stays theirs, as sent by a deleted account."""
    owner = Owner(Kind.USER, user)
    look = house.look(owner)
    record = await look.get(accounts.User)
    if record is None or record.deleted:
        return
    async with house.change(owner) as change:  # from here on nobody can write to them or log in
        change.put(accounts.User(id=user, first_name="", deleted=True))
    for session in await look.scan(Session):
        await end_session(house, user, session.key_id)
    if record.phone:
        await accounts.release(house, "phone", record.phone, owner)
        await codes.drop(house, record.phone)
    if record.username:
        await accounts.release(house, "username", record.username, owner)
    if "forget_files" in house.services:
        await house.services["forget_files"](house, user)
    await house.erase(owner)
    async with house.change(owner) as change:  # a tombstone, under a new key
        change.put(accounts.User(id=user, first_name="", deleted=True))
