"""Kinds of media that slices make of their own: each is found by how it is kept, and how it is sent."""

from typing import ClassVar

import pytest

from chappe import tl
from chappe.app.slices import mediums
from chappe.features import files, media
from chappe.rpc import Call, Client
from chappe.tl import api, errors
from chappe.updates import Viewer

from .post import ADA, Post, open_post


class Note(media.Medium):
    """A medium that is only kept and shown."""

    kind: ClassVar[str] = "note"

    async def show(
        self, viewer: Viewer, kept: files.MediaRef, where: files.Where
    ) -> api.TypeMessageMedia:
        """See `Medium`."""
        return api.MessageMediaUnsupported()


class SentNote(Note):
    """Likewise, sent as a game is."""

    kind: ClassVar[str] = "sent note"
    sent_as: ClassVar[type[tl.TlObject] | None] = api.InputMediaGame


def test_a_medium_is_found_by_how_it_is_kept_and_how_it_is_sent() -> None:
    """Files and what is plain are none of anybody's own."""
    note, sent = Note(), SentNote()
    every = media.Mediums([note, sent])
    assert every.kept(files.MediaRef(kind="note")) is note
    assert every.kept(files.MediaRef(kind="photo")) is None
    assert every.sent(api.InputMediaGame(id=api.InputGameID(id=1, access_hash=2))) is sent
    assert every.sent(api.InputMediaEmpty()) is None
    assert every.sent(None) is None


def test_no_two_slices_make_the_same() -> None:
    """The later one would take the place of the other."""
    with pytest.raises(RuntimeError, match="kept as note"):
        media.Mediums([Note(), Note()])

    class Other(SentNote):
        kind: ClassVar[str] = "other"

    with pytest.raises(RuntimeError, match="sent as inputMediaGame"):
        media.Mediums([SentNote(), Other()])


def test_the_server_knows_polls_and_pages() -> None:
    """As its messages keep them; no file is kept as a medium of somebody's own."""
    every = mediums()
    assert every.kept(files.MediaRef(kind="poll")) is not None
    assert every.kept(files.MediaRef(kind="webpage")) is not None
    assert [every.kept(files.MediaRef(kind=kind)) for kind in ("photo", "document", "plain")] == [
        None
    ] * 3


async def test_what_is_not_taken_or_edited_is_refused() -> None:
    """A medium that says nothing of either can be shown, and no more."""
    post: Post = await open_post()
    client = Client(ADA, ADA, lambda _: None)
    client.user = ADA
    call = Call(post.context, client)
    kept = files.MediaRef(kind="note")
    async with call.change() as change:
        placed = await Note().place(change, kept, peer=ADA, number=1, date=0)
    assert placed is kept
    with pytest.raises(errors.MediaInvalid):
        await Note().take(call, api.InputMediaEmpty())
    with pytest.raises(errors.MediaInvalid):
        await Note().edit(call, api.MessagesEditMessage(peer=api.InputPeerSelf(), id=1))
    await post.server.stop()
