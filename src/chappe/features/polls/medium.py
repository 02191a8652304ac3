"""Polls as a `Medium` of messages."""

from typing import ClassVar

from chappe import tl
from chappe.features import files, media
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Viewer

from .handlers import edit_poll
from .making import place_poll, take_poll
from .views import show_poll


class PollMedium(media.Medium):
    """See `media.Medium`."""

    kind: ClassVar[str] = "poll"
    sent_as: ClassVar[type[tl.TlObject] | None] = api.InputMediaPoll

    async def take(self, call: Call, given: tl.TlObject) -> files.MediaRef:
        """See `media.Medium`."""
        if not isinstance(given, api.InputMediaPoll):
            raise errors.MediaInvalid
        return await take_poll(call, given)

    async def place(
        self, change: Change, kept: files.MediaRef, *, peer: int, number: int, date: int
    ) -> files.MediaRef:
        """See `media.Medium`."""
        return await place_poll(change, kept, peer, number, date)

    async def show(
        self, viewer: Viewer, kept: files.MediaRef, where: files.Where
    ) -> api.TypeMessageMedia:
        """See `media.Medium`."""
        return await show_poll(viewer, kept, where)

    async def edit(self, call: Call, request: api.MessagesEditMessage) -> api.TypeUpdates:
        """See `media.Medium`."""
        return await edit_poll(call, request)
