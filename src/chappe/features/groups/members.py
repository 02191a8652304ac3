"""channels.getParticipants and its kin: the members of a supergroup or channel."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from chappe.core import Kind, NameQuery, Owner
from chappe.features import accounts, chats
from chappe.features.chats import (
    BannedChannel,
    Marked,
    Member,
    Membership,
    channel,
    show_banned_channel,
    show_member,
    shows_member,
)
from chappe.rpc import Call, Needs, Rate, method, parts
from chappe.tl import api, errors
from chappe.updates import View

PAGE_MAX: Final = 200  # members in one answer
REACHED_MAX: Final = 10_000  # members one can page through
PASSED_MAX: Final = 10_000  # people who left that a page is looked for behind
SORTED_MAX: Final = 200  # members of a group in which those who came last are listed first
SEARCHED_MAX: Final = 1_000  # members whose names one search reads, contacts aside
MARKED_MAX: Final = 5_000  # admins, or restricted or kicked people, that are listed
CONTACTS_MAX: Final = 5_000  # contacts who are sought among members

PEOPLE_A_SLICE: Final = 50  # people whose names are read in one turn
QUERY_CHARACTERS_MAX: Final = 64  # characters of a name that is sought

R = TypeVar("R")

MARKS: Final[dict[type[Any], str]] = {
    api.ChannelParticipantsAdmins: "admin",
    api.ChannelParticipantsKicked: "kicked",
    api.ChannelParticipantsBanned: "banned",
}


async def filter_by_name(
    call: Call, people: Sequence[R], query: str, user: Callable[[R], int]
) -> list[R]:
    """Return those who go by a name; the caller pays for whom it is asked of, a few at a time.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    name = NameQuery(query.removeprefix("@"))
    found: list[R] = []
    async for some in call.reading(parts(people, PEOPLE_A_SLICE), Rate.SEARCH):
        for one in some:
            record = await call.look(Owner(Kind.USER, user(one))).get(accounts.User)
            known = await call.look().get(accounts.Contact, user(one))
            if record is None:
                continue
            names = (record.first_name, record.last_name, record.username)
            called = (known.first_name, known.last_name) if known is not None else ()
            if name.fits(*names) or name.fits(*called):
                found.append(one)
    return found


def _user(member: Member) -> int:
    return member.user


def _still(mark: str, member: Member, now: int) -> bool:
    """Whether a member is what a mark says: bans expire."""
    match mark:
        case "admin":
            return chats.is_admin(member)
        case "kicked":
            return chats.is_kicked(member, now)
    return bool(chats.forbidden(member, now))


Found = tuple[list[Any], int]  # a page of members, and how many there are in all


async def _marked(call: Call, place: Membership, mark: str, query: str) -> list[Any]:
    """Return the admins, or the restricted or kicked, people and channels."""
    look = call.look(place.owner)
    rows = await look.scan(Marked, mark, limit=MARKED_MAX)
    members = [await look.get(Member, row.user) for row in rows]
    found: list[Any] = [m for m in members if m is not None and _still(mark, m, call.now)]
    if query:
        found = await filter_by_name(call, found, query, _user)
    if mark != "admin" and not query:
        channels = await look.scan(BannedChannel, limit=MARKED_MAX)
        kicked = mark == "kicked"
        found += [c for c in channels if bool(c.banned & chats.VIEW) is kicked]
    return found


async def _searched(call: Call, place: Membership, query: str) -> list[Any]:
    """Return members by name: the caller's contacts, who has this username, then who is read."""
    look = call.look(place.owner)
    contacts = await call.look().scan(accounts.Contact, limit=CONTACTS_MAX)
    sought = dict.fromkeys(c.user for c in contacts)
    owner = await accounts.find_owner(call.context, "username", query.removeprefix("@"))
    if owner is not None and owner.kind is Kind.USER:
        sought[owner.id] = None
    members = await _members(call, look, list(sought))
    read = await look.scan(Member, limit=SEARCHED_MAX)
    once = {m.user: m for m in (*members, *read) if chats.is_in(m, call.now)}
    return await filter_by_name(call, list(once.values()), query, _user)


async def _members(call: Call, look: View, users: list[int]) -> list[Member]:
    """Return those of some people who are, or were, members."""
    found: list[Member] = []
    async for some in call.reading(parts(users, PEOPLE_A_SLICE), Rate.SEARCH):
        members = [await look.get(Member, user) for user in some]
        found += [m for m in members if m is not None]
    return found


async def _contacts(call: Call, place: Membership, query: str) -> list[Any]:
    look = call.look(place.owner)
    known = await call.look().scan(accounts.Contact, limit=CONTACTS_MAX)
    members = await _members(call, look, [c.user for c in known])
    found = [m for m in members if chats.is_in(m, call.now)]
    return await filter_by_name(call, found, query, _user) if query else found


async def _recent(call: Call, place: Membership, offset: int, limit: int) -> Found:
    """Return a page of all members; of a small group, who came last is listed first."""
    look = call.look(place.owner)
    if place.chat.members <= SORTED_MAX:
        read = await look.scan(Member, limit=REACHED_MAX)
        inside = [m for m in read if chats.is_in(m, call.now)]
        inside.sort(key=lambda m: (-m.joined, m.user))
        return inside[offset : offset + limit], len(inside)
    wanted = min(REACHED_MAX, offset + limit)
    found: list[Any] = []
    passed, after = 0, None
    while len(found) < wanted and passed < PASSED_MAX:
        asked = wanted - len(found)
        read = await look.scan(Member, after=after, limit=asked)
        inside = [m for m in read if chats.is_in(m, call.now)]
        found += inside
        if len(read) < asked:
            break
        passed, after = passed + len(read) - len(inside), read[-1].user
    return found[offset:], place.chat.members


async def _of_kind(call: Call, place: Membership, kind: Any, offset: int, limit: int) -> Found:
    """Return a page of the members a filter asks for."""
    query = (getattr(kind, "q", "") or "").lower().strip()[:QUERY_CHARACTERS_MAX]
    mark = MARKS.get(type(kind))
    match kind:
        case _ if mark is not None:
            found = await _marked(call, place, mark, query)
        case api.ChannelParticipantsContacts():
            found = await _contacts(call, place, query)
        case api.ChannelParticipantsBots():
            bots = await _members(call, call.look(place.owner), list(place.chat.bots))
            found = await filter_by_name(call, bots, query, _user) if query else bots
        case _ if query:
            found = await _searched(call, place, query)
        case _:
            return await _recent(call, place, offset, limit)
    return found[offset : offset + limit], len(found)


def _require_view(place: Membership, kind: Any) -> None:
    """Check who may see whom: admins all; others nobody in a channel, and each other in a group.

    Raises:
        errors.ChatAdminRequired
    """
    if chats.is_admin(place.member):
        return
    hidden = place.chat.members_hidden or place.reader
    secret = isinstance(kind, api.ChannelParticipantsKicked | api.ChannelParticipantsBanned)
    named = isinstance(kind, api.ChannelParticipantsAdmins)
    if secret or place.chat.broadcast or (hidden and not named):
        raise errors.ChatAdminRequired


def _hash(page: list[Any]) -> int:
    """Return the hash of a page as clients make it: of the ids of people (core.telegram.org/api/offsets)."""
    made = 0
    for one in page:
        made ^= made >> 21
        made = (made ^ (made << 35)) & ((1 << 64) - 1)
        made ^= made >> 4
        made = (made + getattr(one, "user", 0)) & ((1 << 64) - 1)
    return made - (1 << 64) if made >> 63 else made


@method(
    api.ChannelsGetParticipants,
    needs=Needs.LOGIN,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.ChatAdminRequired),
)
async def get_participants(
    call: Call, request: api.ChannelsGetParticipants
) -> api.TypeChannelsChannelParticipants:
    """Return members of a kind: recent, admins, kicked, restricted, by name, contacts."""
    place = await channel(call, request.channel)
    kind = request.filter
    _require_view(place, kind)
    offset = max(0, request.offset)
    limit = max(0, min(request.limit, PAGE_MAX))
    page, count = await _of_kind(call, place, kind, offset, limit)
    page = [m for m in page if isinstance(m, BannedChannel) or shows_member(place, m)]
    viewer = call.viewer()
    shown = [
        show_banned_channel(viewer, m)
        if isinstance(m, BannedChannel)
        else show_member(viewer, m, place.member, call.now)
        for m in page
    ]
    if request.hash and request.hash == _hash(page):
        return api.ChannelsChannelParticipantsNotModified()
    accounts.show_peer(viewer, place.peer)
    users, found = await accounts.peers(viewer)
    return api.ChannelsChannelParticipants(
        count=count, participants=shown, chats=found, users=users
    )


@method(
    api.ChannelsGetParticipant,
    needs=Needs.LOGIN,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.UserNotParticipant,
    ),
)
async def get_participant(
    call: Call, request: api.ChannelsGetParticipant
) -> api.ChannelsChannelParticipant:
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
    restricted = bool(chats.forbidden(member, call.now)) and chats.is_admin(place.member)
    if member is None or not shows_member(place, member):
        raise errors.UserNotParticipant
    if not (chats.is_in(member, call.now) or restricted):
        raise errors.UserNotParticipant
    viewer = call.viewer()
    shown = show_member(viewer, member, place.member, call.now)
    users, found = await accounts.peers(viewer)
    return api.ChannelsChannelParticipant(participant=shown, chats=found, users=users)
