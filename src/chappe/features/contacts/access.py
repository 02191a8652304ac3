"""Gates of contacts: blocks, and the settings bar an app shows above a chat."""

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import Contact
from chappe.tl import api
from chappe.updates import Context, View, Viewer

from . import hooks
from .records import Blocked, StoriesHidden


async def blocks(look: View, user: int) -> bool:
    """Whether the owner of a box has blocked `user`."""
    return await look.get(Blocked, user) is not None


async def is_blocked(context: Context, by: int, user: int) -> bool:
    """Whether `by` has blocked `user`."""
    return await blocks(context.look(Owner(Kind.USER, by)), user)


async def is_kept_from_stories(viewer: Viewer, user: int) -> bool:
    """Whether the viewer lets somebody see no stories of theirs."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    return await look.get(StoriesHidden, user) is not None


async def peer_settings(viewer: Viewer, user: int) -> api.PeerSettings:
    """Return what an app should offer to do about somebody.

    Where they registered and since when is told to nobody.
    """
    if user in (viewer.user, accounts.SERVICE_USER):
        return api.PeerSettings()
    me = viewer.look(Owner(Kind.USER, viewer.user))
    mine = await me.get(Contact, user)
    hidden = await viewer.context.ask(hooks.bar_hidden)(viewer, user)
    if mine is None:
        unwanted = (  # TDLib wants both or none
            not hidden
            and not await is_blocked(viewer.context, viewer.user, user)
            and await viewer.context.ask(accounts.hooks.has_dialog)(me, user)
        )
        return api.PeerSettings(
            add_contact=not hidden, block_contact=unwanted, report_spam=unwanted
        )
    may_see = viewer.context.ask(accounts.hooks.may_see)
    knows = await may_see(Viewer(viewer.context, user), viewer.user, "phone")
    return api.PeerSettings(share_contact=not hidden and not knows)
