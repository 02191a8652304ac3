"""Entries of the admin log about messages: copies kept for two days, rendered for each admin."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe.core import Kind
from chappe.features import accounts
from chappe.features.conversations import Message, show_message
from chappe.tl import api
from chappe.updates import Change, Viewer

from .notes import note

LOGGED_MAX: Final = 100  # messages one act writes into the log
EDITED, DELETED, PINNED, POLL_CLOSED = "edited", "deleted", "pinned", "poll closed"
_ACTIONS: Final[dict[str, Any]] = {
    DELETED: api.ChannelAdminLogEventActionDeleteMessage,
    PINNED: api.ChannelAdminLogEventActionUpdatePinned,
    POLL_CLOSED: api.ChannelAdminLogEventActionStopPoll,
}
_encode: Final = msgspec.msgpack.encode
_decoder: Final = msgspec.msgpack.Decoder(Message)


def _author_shown(change: Change, user: int, message: Message) -> int:
    """Return who is named for altering a message: the server, for the one behind a channel's words.

    Whoever writes in a group in their channel's name is known to nobody there, its admins included.
    """
    named = message.sender > 0 or message.sender == accounts.peer_id(change.owner)
    return user if named or message.author != user else accounts.SERVICE_USER


async def note_edit(change: Change, user: int, before: Message, after: Message) -> None:
    """Write down that somebody gave a message another text or medium."""
    if change.owner.kind is Kind.CHANNEL:
        user = _author_shown(change, user, before)
        await note(change, user, about=EDITED, kept=(_encode(before), _encode(after)))


async def note_each(change: Change, user: int, about: str, messages: Iterable[Message]) -> None:
    """Write down what somebody did to messages of a supergroup or channel."""
    if change.owner.kind is Kind.CHANNEL:
        for message in list(messages)[:LOGGED_MAX]:
            named = _author_shown(change, user, message) if about == POLL_CLOSED else user
            await note(change, named, about=about, kept=(_encode(message),))


async def show_logged(viewer: Viewer, about: str, kept: Iterable[bytes]) -> Any:
    """Return the action of the log that is about these messages."""
    shown = [await show_message(viewer, _decoder.decode(one)) for one in kept]
    if about == EDITED:
        return api.ChannelAdminLogEventActionEditMessage(
            prev_message=shown[0], new_message=shown[1]
        )
    return _ACTIONS[about](message=shown[0])
