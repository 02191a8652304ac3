"""Methods stickers.checkShortName and its kin: the names by which sets are found, each one set's."""

from typing import Final

from chappe.core import Owner
from chappe.features import accounts
from chappe.rpc import Call, method
from chappe.tl import api, errors
from chappe.updates import Context

from .access import NAMES, named_in_box
from .drawn_sets import is_drawn_name
from .rules import clean_set_title, is_short_name, suggested_names

SUGGESTIONS_MAX: Final = 50  # names that are looked at before none is suggested


async def is_free(context: Context, short_name: str) -> bool:
    """Whether no set has a name, in whatever letters it is written."""
    return not is_drawn_name(short_name) and await named_in_box(context, short_name) is None


async def claim_name(context: Context, short_name: str, owner: Owner) -> bool:
    """Claim a name for a set that is about to be made; False if another set has it.

    A claim that no set stands by, of whoever is deleted or broke off, counts for nothing. Whoever keeps a set
    after this asks `holds_name` once it is kept: of two who claim at once only one does.
    """
    if not await is_free(context, short_name):
        return False
    stale = await accounts.find_owner(context, NAMES, short_name)
    return await accounts.claim(context, NAMES, short_name, owner, stale)


async def holds_name(context: Context, short_name: str, owner: Owner) -> bool:
    """Whether a name is claimed for somebody's set."""
    return await accounts.find_owner(context, NAMES, short_name) == owner


@method(
    api.StickersCheckShortName,
    raises=(errors.ShortNameInvalid, errors.ShortNameOccupied),
)
async def check_short_name(call: Call, request: api.StickersCheckShortName) -> bool:
    """Say whether a set can be called so."""
    if not is_short_name(request.short_name):
        raise errors.ShortNameInvalid
    if not await is_free(call.context, request.short_name):
        raise errors.ShortNameOccupied
    return True


@method(api.StickersSuggestShortName, raises=(errors.PackTitleInvalid,))
async def suggest_short_name(
    call: Call, request: api.StickersSuggestShortName
) -> api.StickersSuggestedShortName:
    """Return a name that is free, made of a set's title."""
    title = clean_set_title(request.title)
    for index, name in enumerate(suggested_names(title)):
        if index >= SUGGESTIONS_MAX:
            break
        if await is_free(call.context, name):
            return api.StickersSuggestedShortName(short_name=name)
    raise errors.PackTitleInvalid
