"""How loud a notification may be, by what its receiver has set: for the topic, the dialog, its kind."""

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.updates import Notification, NotificationKind, Viewer

from .handlers import NotifySettings, ReactionNotices, name_of
from .rules import Settings, loudness_of


async def loudness(viewer: Viewer, of: Notification) -> tuple[bool, bool]:
    """Return whether the viewer is told nothing of it, and whether it makes no sound."""
    peer, topic = of.peer, of.topic
    if of.kind is NotificationKind.MENTION and of.sender > 0:
        peer, topic = of.sender, 0  # apps notify of these as of what its sender writes in private
    names = [name_of(peer, topic)] if topic else []
    names += [name_of(peer), await _kind_of(viewer, peer)]
    look = viewer.look(Owner(Kind.USER, viewer.user))
    kept = await look.get_each(*((NotifySettings, name) for name in names))
    said = [None if one is None else Settings(one.mute_until, one.silent) for one in kept]
    muted, silent = loudness_of(said, int(viewer.context.clock.now()))
    if not muted and of.kind is NotificationKind.REACTION:
        muted = not await _hears_reactions(viewer, of.sender)
    return muted, silent or of.silent


async def _kind_of(viewer: Viewer, peer: int) -> str:
    """Return as which kind of dialog one is set that has no settings of its own."""
    if peer > 0:
        return "users"
    chat = await viewer.look(accounts.owner_of(peer)).get(chats.Chat)
    return "broadcasts" if chat is not None and chat.broadcast else "chats"


async def _hears_reactions(viewer: Viewer, sender: int) -> bool:
    """Whether the viewer wants to be told of somebody's reactions."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    notices = await look.get(ReactionNotices) or ReactionNotices()
    if notices.messages == "contacts":
        return await look.get(accounts.Contact, sender) is not None
    return notices.messages == "all"
