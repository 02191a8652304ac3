"""Gate of privacy: the one place that applies somebody's privacy rules."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, contacts
from chappe.features.accounts import Contact
from chappe.features.chats import is_member
from chappe.rpc import Call
from chappe.updates import Context, Viewer

from .events import PrivacyChanged
from .records import Global, Rules
from .views import KEYS

SHOWN: Final = ("phone", "status", "photo")  # what of a person rules may hide beside their name


async def may_see(viewer: Viewer, target: int, what: str) -> bool:
    """Whether the viewer may see or do `what` of the target; the blocked may nothing.

    When somebody was here is seen only by those whom they may see: who hides it, does not see it.
    """
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
    found = []
    for rule, what in zip(rules, whats, strict=True):
        if rule is None:
            allowed = _by_default(what, contact)
        else:
            allowed = await _allows(viewer.context, rule, what, me, contact)
        if allowed and what == "status":
            allowed = await _shows_status(viewer, target)
        found.append(allowed)
    return found


async def _shows_status(viewer: Viewer, target: int) -> bool:
    """Whether the viewer lets somebody see when they are here; a block does not count."""
    mine = viewer.look(Owner(Kind.USER, viewer.user))
    own = await mine.get(Rules, "status")
    contact = await mine.get(Contact, target)
    if own is None:
        return _by_default("status", contact)
    return await _allows(viewer.context, own, "status", target, contact)


async def hidden_by_me(viewer: Viewer, target: int) -> bool:
    """Whether it is the viewer's own privacy that keeps them from seeing when somebody was here."""
    blocked, contact, rules = await viewer.look(Owner(Kind.USER, target)).get_each(
        (contacts.Blocked, viewer.user), (Contact, viewer.user), (Rules, "status")
    )
    if blocked is not None:
        return False
    return await _allows(viewer.context, rules, "status", viewer.user, contact)


async def are_strangers(context: Context, user: int, other: int) -> bool:
    """Whether somebody sees another as anybody does: nothing is kept of either that tells them apart."""
    if user == other:
        return False
    known, own = await context.look(Owner(Kind.USER, user)).get_each(
        (Contact, other), (Rules, "status")
    )
    blocked, contact, *rules = await context.look(Owner(Kind.USER, other)).get_each(
        (contacts.Blocked, user), (Contact, user), *((Rules, what) for what in SHOWN)
    )
    if not (known is own is blocked is contact is None):
        return False
    return not any(r is not None and _tells_apart(r, user) for r in rules)


def _tells_apart(rules: Rules, user: int) -> bool:
    """Whether rules may say something else of somebody than of most."""
    named = user in rules.refused or user in rules.allowed
    return named or bool(rules.allowed_chats or rules.refused_chats or rules.bots)


async def _allows(
    context: Context, rules: Rules | None, what: str, user: int, contact: Contact | None
) -> bool:
    """Whether rules let somebody do something; `contact` is what their owner knows them as."""
    if rules is None:
        return _by_default(what, contact)
    if user in rules.refused:
        return False
    if user in rules.allowed:
        return True
    said = await _excepted(context, rules, user, contact)
    return _by_base(rules.base, contact) if said is None else said


def _by_default(what: str, contact: Contact | None) -> bool:
    """Whether somebody may do something of which its owner never said who may."""
    return _by_base(KEYS[what][2] if what in KEYS else "all", contact)


def _by_base(base: str, contact: Contact | None) -> bool:
    return base == "all" or (base == "contacts" and contact is not None)


async def _excepted(
    context: Context, rules: Rules, user: int, contact: Contact | None
) -> bool | None:
    """Return what the rules say of somebody by what they belong to: refusals first."""
    for chat in rules.refused_chats:
        if await is_member(context, chat, user):
            return False
    for chat in rules.allowed_chats:
        if await is_member(context, chat, user):
            return True
    if rules.close_friends and contact is not None and contact.close:
        return True
    if rules.bots:
        record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
        if record is not None and record.bot:
            return rules.bots == "allowed"
    return None


async def hides_read_dates(context: Context, user: int) -> bool:
    """Whether somebody tells nobody when they read what."""
    settings = await context.look(Owner(Kind.USER, user)).get(Global)
    return settings is not None and settings.hide_read_dates


async def show_phone_to(call: Call, user: int) -> None:
    """Let somebody see the caller's number, whatever the rules say of others."""
    async with call.change() as change:
        rules = await change.get(Rules, "phone") or Rules(what="phone", base=KEYS["phone"][2])
        if user in rules.allowed:
            return
        change.put(
            Rules(
                what="phone",
                base=rules.base,
                allowed=(*rules.allowed, user),
                refused=tuple(u for u in rules.refused if u != user),
                allowed_chats=rules.allowed_chats,
                refused_chats=rules.refused_chats,
                close_friends=rules.close_friends,
                bots=rules.bots,
            )
        )
        change.announce_without_pts(PrivacyChanged(what="phone"))
