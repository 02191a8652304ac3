"""Reported photos beside names: of profiles, and of groups and channels, copied as messages are."""

from chappe.core import Kind, Owner
from chappe.features import accounts, files, groups, privacy
from chappe.features.conversations import Message
from chappe.rpc import Call


async def shown_photo(call: Call, owner: Owner, photo: int) -> Message | None:
    """Return a photo that the caller is shown beside somebody's name, as a report keeps what it is of.

    None where they are shown none of this id: then the report has nothing but its words.
    """
    whose, number = files.owner_and_number(call.context, photo)
    peer = accounts.peer_id(owner)
    if owner.kind is Kind.USER:
        seen = whose == owner.id and await _is_in_profile(call, owner, number)
    else:
        seen = bool(photo) and await groups.seen_chat_photo(call.context, call.user, peer) == photo
    if not seen or await files.find_file(call.context, whose, number) is None:
        return None
    media = files.MediaRef(kind="photo", owner=whose, number=number).pack()
    return Message(peer=peer, id=photo, date=call.now, sender=peer, out=False, media=media)


async def _is_in_profile(call: Call, owner: Owner, number: int) -> bool:
    """Whether somebody's profile has a photo that the caller may see."""
    look = call.look(owner)
    person = await look.get(accounts.User)
    if person is None or person.deleted:
        return False
    if number == person.fallback:
        return True
    if not await privacy.may_see(call.viewer(), owner.id, "photo"):
        return False
    return any(one.number == number for one in await look.scan(files.ProfilePhoto))
