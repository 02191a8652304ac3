"""House rules: what the operator lets everybody do, and whom beyond that."""

from enum import Enum

from chappe.ports import Record
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context, View


class HouseRight(Enum):
    """What a person may do where the operator lets them; the values are those of the setting `people_may`."""

    GROUPS = "groups"  # make groups, basic ones and supergroups
    CHANNELS = "channels"  # make channels
    NAMES = "names"  # take public names, for themselves or for what they run
    STRANGERS = "strangers"  # address people who do not know them


class Granted(Record, frozen=True):
    """What somebody may beyond what everybody may."""

    table = "granted"
    key = ()

    rights: tuple[str, ...]


async def may_by_house(look: View, context: Context, right: HouseRight) -> bool:
    """Whether the owner of a box may do something by the rules of the house."""
    if right.value in context.config.people_may:
        return True
    granted = await look.get(Granted)
    return granted is not None and right.value in granted.rights


async def require_right(call: Call, right: HouseRight) -> None:
    """Check that the caller may do something by the rules of the house.

    Raises:
        errors.UserRestricted: they may not.
    """
    if not await may_by_house(call.look(), call.context, right):
        raise errors.UserRestricted
