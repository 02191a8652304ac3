"""The one place that decides what somebody may see or do by another's wish."""

from chappe.core import Kind, Owner
from chappe.features import contacts
from chappe.features.accounts import Contact
from chappe.updates import Viewer

from .records import Rules
from .views import KEYS


async def may_see(viewer: Viewer, target: int, what: str) -> bool:
    """Whether the viewer may see or do `what` of the target; the blocked may nothing."""
    if viewer.user == target:
        return True
    look = viewer.look(Owner(Kind.USER, target))
    if await contacts.blocks(look, viewer.user):
        return False
    rules = await look.get(Rules, what)
    if rules is not None:
        if viewer.user in rules.refused:
            return False
        if viewer.user in rules.allowed:
            return True
    base = rules.base if rules is not None else KEYS[what][2] if what in KEYS else "all"
    if base == "all":
        return True
    return base == "contacts" and await look.get(Contact, viewer.user) is not None
