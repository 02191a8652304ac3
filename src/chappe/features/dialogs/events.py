"""Events of dialogs, for a person's other devices: drafts, pins, archive, unread marks."""

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.conversations import Dialog, Draft, TopicDraft
from chappe.tl import api
from chappe.updates import Event, Viewer

from .views import show_draft


class DraftChanged(Event, frozen=True):
    """A draft was saved or cleared."""

    name = "dialogs.draft"

    peer: int
    topic: int = 0

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDraftMessage:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        draft: Draft | TopicDraft | None = await look.get(Draft, self.peer)
        if self.topic:
            draft = await look.get(TopicDraft, self.peer, self.topic)
        shown = show_draft(viewer, draft) or api.DraftMessageEmpty()
        return api.UpdateDraftMessage(
            peer=accounts.show_peer(viewer, self.peer), top_msg_id=self.topic or None, draft=shown
        )


class PinsChanged(Event, frozen=True):
    """Dialogs were pinned, unpinned or put in another order."""

    name = "dialogs.pins"

    folder: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedDialogs:
        """See `Event`."""
        dialogs = await viewer.look(Owner(Kind.USER, viewer.user)).scan(Dialog)
        pinned = sorted(
            (d for d in dialogs if d.pin and d.folder == self.folder), key=lambda d: -d.pin
        )
        order = [api.DialogPeer(peer=accounts.show_peer(viewer, d.peer)) for d in pinned]
        return api.UpdatePinnedDialogs(folder_id=self.folder or None, order=order)


class UnreadMarked(Event, frozen=True):
    """A dialog was marked as unread, or no longer is."""

    name = "dialogs.marked"

    peer: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDialogUnreadMark:
        """See `Event`."""
        dialog = await viewer.look(Owner(Kind.USER, viewer.user)).get(Dialog, self.peer)
        return api.UpdateDialogUnreadMark(
            unread=dialog is not None and dialog.marked,
            peer=api.DialogPeer(peer=accounts.show_peer(viewer, self.peer)),
        )


class DialogMoved(Event, frozen=True):
    """Dialogs were archived or brought back."""

    name = "dialogs.moved"

    peers: tuple[int, ...]
    folder: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateFolderPeers:
        """See `Event`."""
        moved = [
            api.FolderPeer(peer=accounts.show_peer(viewer, p), folder_id=self.folder)
            for p in self.peers
        ]
        return api.UpdateFolderPeers(folder_peers=moved, pts=pts, pts_count=1)
