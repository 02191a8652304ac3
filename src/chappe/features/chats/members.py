"""channels.getParticipants and the like: who is in a supergroup or channel."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

from . import rights
from .access import Place, channel
from .records import Member
from .views import show_member

PAGE_MAX: Final = 200  # members in one answer
READ_MAX: Final = 200_000  # members one call looks through


async def _named(call: Call, user: int, query: str) -> bool:
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None:
        return False
    text = f"{record.first_name} {record.last_name} {record.username}".casefold()
    return any(word.startswith(query) for word in text.split()) or query in text


def _wanted(kind: Any, member: Member, now: int) -> bool:
    """Whether a member is of the kind a filter asks for."""
    inside = rights.is_in(member, now)
    match kind:
        case api.ChannelParticipantsAdmins():
            return rights.is_admin(member) and inside
        case api.ChannelParticipantsKicked():
            return rights.is_kicked(member, now)
        case api.ChannelParticipantsBanned():
            return bool(member.banned) and not rights.is_kicked(member, now)
        case api.ChannelParticipantsBots():
            return False
    return inside


def _require_view(place: Place, kind: Any) -> None:
    """Check who may see whom: everybody the admins, members of a group each other, admins all."""
    if rights.is_admin(place.member):
        return
    hidden = place.chat.broadcast or place.chat.members_hidden
    secret = isinstance(kind, api.ChannelParticipantsKicked | api.ChannelParticipantsBanned)
    if secret or (hidden and not isinstance(kind, api.ChannelParticipantsAdmins)):
        raise errors.ChatAdminRequired


@method(
    api.ChannelsGetParticipants,
    needs=Needs.LOGIN,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.ChatAdminRequired),
)
async def get_participants(call: Call, request: api.ChannelsGetParticipants) -> Any:
    """Return members of a kind: recent, admins, kicked, restricted, by name, contacts."""
    place = await channel(call, request.channel)
    kind = request.filter
    _require_view(place, kind)
    found = [
        m
        for m in await call.look(place.owner).scan(Member, limit=READ_MAX)
        if _wanted(kind, m, call.now)
    ]
    query = (getattr(kind, "q", "") or "").casefold().strip()
    if isinstance(kind, api.ChannelParticipantsContacts):
        known = {c.user for c in await call.look().scan(accounts.Contact)}
        found = [m for m in found if m.user in known]
    if query:
        found = [m for m in found if await _named(call, m.user, query)]
    if isinstance(kind, api.ChannelParticipantsRecent):
        found.sort(key=lambda m: (-m.joined, m.user))
    viewer = call.viewer()
    offset = max(0, request.offset)
    page = found[offset : offset + max(0, min(request.limit, PAGE_MAX))]
    shown = [show_member(viewer, m, place.member, call.now) for m in page]
    accounts.show_peer(viewer, place.peer)
    users, chats = await accounts.peers(viewer)
    return api.ChannelsChannelParticipants(
        count=len(found), participants=shown, chats=chats, users=users
    )


@method(
    api.ChannelsGetParticipant,
    needs=Needs.LOGIN,
    raises=(
        errors.ChannelInvalid, errors.ChannelPrivate, errors.ChatAdminRequired,
        errors.UserIdInvalid, errors.UserNotParticipant,
    ),
)  # fmt: skip
async def get_participant(call: Call, request: api.ChannelsGetParticipant) -> Any:
    """Return one member."""
    place = await channel(call, request.channel)
    match request.participant:
        case api.InputPeerSelf():
            user = call.user
        case api.InputPeerUser() as given:
            user = await accounts.user_of(call, given)
        case _:
            raise errors.UserIdInvalid
    if user != call.user:
        _require_view(place, api.ChannelParticipantsRecent())
    member = await call.look(place.owner).get(Member, user)
    restricted = member is not None and bool(member.banned) and rights.is_admin(place.member)
    if member is None or not (rights.is_in(member, call.now) or restricted):
        raise errors.UserNotParticipant
    viewer = call.viewer()
    shown = show_member(viewer, member, place.member, call.now)
    users, chats = await accounts.peers(viewer)
    return api.ChannelsChannelParticipant(participant=shown, chats=chats, users=users)
