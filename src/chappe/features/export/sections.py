"""Sections: what a slice keeps of somebody that no method shows, as it stands in an export."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from chappe.updates import Context, PerServer

from .classes import DataClass


class Section(NamedTuple):
    """A part of a file of an export, offered by a slice among its `EXPORTED`."""

    name: str  # the field it stands in
    of: DataClass  # in whose file
    read: Callable[[Context, int], Awaitable[object]]  # JSON of somebody's; None: there is nothing


SECTIONS: Final[PerServer[tuple[Section, ...]]] = PerServer()


async def sections_of(context: Context, user: int, of: DataClass) -> dict[str, object]:
    """Return what slices keep of somebody for one class of data, by the names of its fields."""
    found: dict[str, object] = {}
    for section in context.own(SECTIONS):
        if section.of is of:
            said = await section.read(context, user)
            if said is not None:
                found[section.name] = said
    return found
