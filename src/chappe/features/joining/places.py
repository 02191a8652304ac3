"""Places: groups and channels an operator lets newcomers into, and how these come in.

A place is known by a way in: an invite link that one of its admins made and can withdraw, or its public name.
Nobody is put anywhere otherwise, so that who runs a server needs to see no list of groups.
"""

import re
from typing import Final

import msgspec

from chappe.core import HOUSE, Kind, Owner, web_links
from chappe.features import accounts, auth, chats, groups
from chappe.rpc import Call
from chappe.updates import Change, Context, Job

from .records import KnownPlace, Newcomer

PLACES_MAX: Final = 200  # places one server knows
WAYS_MAX: Final = 20  # places somebody comes into when they sign up
NAME: Final = re.compile(r"\w(?:[\w .-]{0,30}\w)?")  # of a place, as lists and tables have it


async def known_places(context: Context) -> list[KnownPlace]:
    """Return the places the operator has named, by their names."""
    found = await context.look(HOUSE).scan(KnownPlace, limit=PLACES_MAX)
    return sorted(found, key=lambda place: place.name.casefold())


def place_index(context: Context, name: str) -> str:
    """Return what a place is kept under."""
    return accounts.name_location(context, "place", name.casefold())[1]


async def way_meant(context: Context, given: str) -> str:
    """Return the way into a place: by the name the operator gave it, an invite link, or its @username.

    Raises:
        ValueError: there is no such place, or nobody comes in that way.
    """
    place = await context.look(HOUSE).get(KnownPlace, place_index(context, given.strip()))
    if place is not None:
        return place.way
    way = given.strip()
    if not way.startswith("@"):
        if "/" not in way and ":" not in way:
            raise ValueError(
                f"No place is called {given[:64]}: name it by `chappe places --add`, or give its invite link."
            )
        way = web_links.code_in_link(way)
    if not await is_way_in(context, way):
        raise ValueError(
            f"Nobody comes in by {given[:64]}: give an invite link that is good, or @username."
        )
    return way


async def _led_to(context: Context, way: str) -> Owner | None:
    """Return whose box is behind a way in."""
    if way.startswith("@"):
        owner = await accounts.find_owner(context, "username", way[1:])
        if owner is None or owner.kind is Kind.USER:
            return None
        return owner if await chats.public_chat(context, owner, way[1:]) else None
    return await accounts.find_owner(context, "invite", way.encode().hex())


async def is_way_in(context: Context, way: str) -> bool:
    """Whether who is no member anywhere comes in this way, or may ask to."""
    owner = await _led_to(context, way)
    place = await chats.membership_of(context, owner, 0) if owner is not None else None
    if place is None:
        return False
    return way.startswith("@") or await groups.opens(context, place, way)


async def enter_place(context: Context, user: int, way: str) -> bool:
    """Have somebody come into a place, as if they had followed its link; False if that was not possible.

    Who is in stays in. Where an admin has to approve, they ask.
    """
    owner = await _led_to(context, way)
    if owner is None:
        return False
    call = Call.by(context, user)
    try:
        told = await groups.enter(call, owner, "" if way.startswith("@") else way)
    except groups.ENTER_ERRORS:
        return False
    return told is not None


async def leave_place(context: Context, user: int, way: str) -> None:
    """Have somebody leave a place, as if they did so themselves; who is not in stays out."""
    owner = await _led_to(context, way)
    place = await chats.membership_of(context, owner, user) if owner is not None else None
    if place is not None:
        await groups.leave(Call.by(context, user), place)


async def note_arrival(context: Context, change: Change) -> None:
    """Have who signs up come into the places of their invite, and into those for everybody."""
    invite = await auth.invite_of(context, change.owner.id)
    ways = list(invite.places if invite is not None else ())
    ways += [place.way for place in await known_places(context) if place.everybody]
    if ways:
        change.put(Newcomer(ways=tuple(dict.fromkeys(ways))[:WAYS_MAX]))
        change.schedule(change.now, Arrive(user=change.owner.id))


class Arrive(Job, frozen=True):
    """Somebody has just signed up: they come into one place after the other, whatever fails meanwhile."""

    name = "joining.arrive"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.user)
        found = await context.look(owner).get(Newcomer)
        for number, way in enumerate(found.ways if found is not None else ()):
            await enter_place(context, self.user, way)
            async with context.change(owner) as change:
                left = await change.get(Newcomer)
                if left is None:
                    return
                rest = found.ways[number + 1 :] if found is not None else ()
                if rest:
                    change.put(msgspec.structs.replace(left, ways=rest))
                else:
                    change.drop(Newcomer)
