"""Events of contacts: somebody was blocked, added, or became mutual."""

import msgspec

from chappe.features.accounts import Contact
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Viewer

from .access import is_blocked, is_kept_from_stories, peer_settings

__all__ = ["BecameMutual", "BlockChanged", "ContactChanged"]


class BlockChanged(Event, frozen=True):
    """Somebody was blocked or unblocked."""

    name = "contacts.block"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePeerBlocked:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdatePeerBlocked(
            peer_id=api.PeerUser(user_id=self.user),
            blocked=await is_blocked(viewer.context, viewer.user, self.user),
            blocked_my_stories_from=await is_kept_from_stories(viewer, self.user),
        )


class ContactChanged(Event, frozen=True):
    """Somebody is a contact now, or no longer, or under another name; for one's other devices."""

    name = "contacts.contact"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePeerSettings:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdatePeerSettings(
            peer=api.PeerUser(user_id=self.user), settings=await peer_settings(viewer, self.user)
        )


class BecameMutual(Command, frozen=True):
    """To somebody's box: the sender has them among their contacts, or no longer."""

    name = "contacts.mutual"

    user: int
    known: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        contact = await change.get(Contact, self.user)
        if contact is not None and contact.mutual != self.known:
            change.put(msgspec.structs.replace(contact, mutual=self.known))
            change.announce_without_pts(ContactChanged(user=self.user))
