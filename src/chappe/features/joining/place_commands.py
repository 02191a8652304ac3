"""Operator commands about places: groups and channels into which newcomers are let."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import HOUSE, clean_name
from chappe.rpc import operator_command
from chappe.updates import Context

from .places import NAME, PLACES_MAX, is_way_in, known_places, place_index, way_meant
from .records import KnownPlace

PLACE_CHARACTERS_MAX: Final = 512  # characters of a name, a link or an @username of a place


@operator_command(
    "places", "List the groups and channels newcomers are let into.", empty="No place is named."
)
async def places(context: Context) -> list[dict[str, Any]]:
    """Return the places the operator named: not their titles, and nothing of what is written there."""
    return [
        {
            "name": place.name,
            "everybody": place.everybody,
            "by": place.way if place.way.startswith("@") else "link",
            "opens": await is_way_in(context, place.way),
        }
        for place in await known_places(context)
    ]


@operator_command("place", "Name a group or channel, so that newcomers can be let into it.")
async def add_place(
    context: Context,
    *,
    place: Annotated[
        str, Meta(max_length=PLACE_CHARACTERS_MAX, description="How you call it: 7b, say.")
    ],
    link: Annotated[
        str,
        Meta(
            max_length=PLACE_CHARACTERS_MAX,
            description="An invite link to it that one of its admins made, or its @username.",
        ),
    ],
    everybody: Annotated[bool, Meta(description="Let everybody in who signs up.")] = False,
) -> dict[str, Any]:
    """Name a place, or say of one that is named how one comes in now."""
    name = clean_name(place, PLACE_CHARACTERS_MAX)
    if not NAME.fullmatch(name):
        raise ValueError(
            "A place is called by letters, digits, spaces, dots and dashes, 32 at most."
        )
    way = await way_meant(context, link)
    blind = place_index(context, name)
    async with context.change(HOUSE) as change:
        known = await change.scan(KnownPlace, limit=PLACES_MAX)
        if len(known) >= PLACES_MAX and all(one.blind != blind for one in known):
            raise ValueError(f"There are {PLACES_MAX} places: remove one first.")
        change.put(KnownPlace(blind=blind, name=name, way=way, everybody=everybody))
    return {"name": name, "everybody": everybody}


@operator_command("place-remove", "Let newcomers into a place no more.", empty="There is none.")
async def remove_place(
    context: Context,
    *,
    place: Annotated[str, Meta(max_length=PLACE_CHARACTERS_MAX, description="How you call it.")],
) -> bool:
    """Forget a place; return whether there was one. Who is in stays in."""
    blind = place_index(context, clean_name(place, PLACE_CHARACTERS_MAX))
    async with context.change(HOUSE) as change:
        found = await change.get(KnownPlace, blind)
        if found is not None:
            change.drop(KnownPlace, blind)
    return found is not None


COMMANDS: Final = (places, add_place, remove_place)
