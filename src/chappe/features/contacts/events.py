"""What contacts announce."""

from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.features.accounts import Contact
from chappe.tl import api
from chappe.updates import Change, Event, House, Line, Viewer

from .records import Blocked

__all__ = ["BecameMutual", "BlockChanged"]


class BlockChanged(Event, frozen=True):
    """Somebody was blocked or unblocked."""

    name = "contacts.block"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        blocked = await viewer.look(Owner(Kind.USER, viewer.user)).get(Blocked, self.user)
        viewer.mention_user(self.user)
        return api.UpdatePeerBlocked(
            peer_id=api.PeerUser(user_id=self.user), blocked=blocked is not None
        )


class BecameMutual(Line, frozen=True):
    """To somebody's box: the sender has them among their contacts, or no longer."""

    name = "contacts.mutual"

    user: int
    known: bool

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        contact = await change.get(Contact, self.user)
        if contact is not None and contact.mutual != self.known:
            change.put(msgspec.structs.replace(contact, mutual=self.known))
