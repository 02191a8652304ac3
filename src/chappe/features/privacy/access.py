"""The one place that decides what somebody may see or do by another's wish."""

from chappe.core import Kind, Owner
from chappe.features import contacts
from chappe.features.accounts import Contact
from chappe.updates import Viewer

from .records import Rules
from .views import KEYS


async def may_see(viewer: Viewer, target: int, what: str) -> bool:
    """Whether the viewer may see or do `what` of the target; the blocked may nothing."""
    return (await may_see_each(viewer, target, what))[0]


async def may_see_each(viewer: Viewer, target: int, *whats: str) -> list[bool]:
    """Return for each of several things what `may_see` says of it."""
    me = viewer.user
    if me == target:
        return [True] * len(whats)
    blocked, contact, *rules = await viewer.look(Owner(Kind.USER, target)).get_each(
        (contacts.Blocked, me), (Contact, me), *((Rules, what) for what in whats)
    )
    if blocked is not None:
        return [False] * len(whats)
    known = contact is not None
    return [_allows(r, w, me, known=known) for r, w in zip(rules, whats, strict=True)]


def _allows(rules: Rules | None, what: str, user: int, *, known: bool) -> bool:
    """Whether somebody's rules let another do something; `known` says they are a contact of theirs."""
    if rules is not None:
        if user in rules.refused:
            return False
        if user in rules.allowed:
            return True
        base = rules.base
    else:
        base = KEYS[what][2] if what in KEYS else "all"
    return base == "all" or (base == "contacts" and known)
