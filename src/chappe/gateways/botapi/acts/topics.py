"""Topics of forums (core.telegram.org/bots/api#createforumtopic)."""

from typing import Any, Final

from chappe.tl import api

from ..caller import Caller
from ..failures import refused
from ..shown.peers import Json, without_none
from .acting import act, messages_in
from .running import OfChat, channel_of

GENERAL: Final = 1  # the number of the topic that every forum has
TOPICS: Final = {
    "CHANNEL_FORUM_MISSING": "the chat is not a forum",
    "CHAT_ADMIN_REQUIRED": "not enough rights to manage topics",
}


class OfTopic(OfChat, frozen=True):
    """What methods about a topic take."""

    message_thread_id: int = 0


class CreateForumTopic(OfChat, frozen=True):
    """See the Bot API."""

    name: str = ""
    icon_color: int = 0
    icon_custom_emoji_id: str = ""


class EditForumTopic(OfTopic, frozen=True):
    """See the Bot API."""

    name: str = ""
    icon_custom_emoji_id: str | None = None


class CloseForumTopic(OfTopic, frozen=True):
    """See the Bot API."""


class ReopenForumTopic(OfTopic, frozen=True):
    """See the Bot API."""


class DeleteForumTopic(OfTopic, frozen=True):
    """See the Bot API."""


class UnpinAllForumTopicMessages(OfTopic, frozen=True):
    """See the Bot API."""


@act(CreateForumTopic, TOPICS)
async def create_forum_topic(caller: Caller, given: CreateForumTopic) -> Json:
    """Begin a topic."""
    icon = given.icon_custom_emoji_id
    request = api.MessagesCreateForumTopic(
        peer=await channel_of(caller, given.chat_id),
        title=given.name,
        icon_color=given.icon_color or None,
        icon_emoji_id=int(icon) if icon.isdigit() else None,
        random_id=caller.random_id(),
    )
    for message in messages_in(await caller(request)):
        action = message.action
        icon_shown = str(action.icon_emoji_id) if action.icon_emoji_id else None
        return without_none(
            message_thread_id=message.id,
            name=action.title,
            icon_color=action.icon_color,
            icon_custom_emoji_id=icon_shown,
        )
    raise refused("topic was not created")


async def _edit_topic(caller: Caller, given: OfTopic, **fields: Any) -> bool:
    peer = await channel_of(caller, given.chat_id)
    topic = given.message_thread_id
    await caller(api.MessagesEditForumTopic(peer=peer, topic_id=topic, **fields))
    return True


@act(EditForumTopic, TOPICS)
async def edit_forum_topic(caller: Caller, given: EditForumTopic) -> bool:
    """Give a topic another name or icon."""
    icon = given.icon_custom_emoji_id
    number = None if icon is None else int(icon) if icon.isdigit() else 0
    return await _edit_topic(caller, given, title=given.name or None, icon_emoji_id=number)


@act(CloseForumTopic, TOPICS)
async def close_forum_topic(caller: Caller, given: CloseForumTopic) -> bool:
    """Close a topic."""
    return await _edit_topic(caller, given, closed=True)


@act(ReopenForumTopic, TOPICS)
async def reopen_forum_topic(caller: Caller, given: ReopenForumTopic) -> bool:
    """Open a topic again."""
    return await _edit_topic(caller, given, closed=False)


@act(DeleteForumTopic, TOPICS)
async def delete_forum_topic(caller: Caller, given: DeleteForumTopic) -> bool:
    """Delete a topic with its messages."""
    peer = await channel_of(caller, given.chat_id)
    await caller(api.MessagesDeleteTopicHistory(peer=peer, top_msg_id=given.message_thread_id))
    return True


@act(UnpinAllForumTopicMessages, TOPICS)
async def unpin_all_topic(caller: Caller, given: UnpinAllForumTopicMessages) -> bool:
    """Unpin the messages of a topic."""
    peer = await channel_of(caller, given.chat_id)
    await caller(api.MessagesUnpinAllMessages(peer=peer, top_msg_id=given.message_thread_id))
    return True


class EditGeneralForumTopic(OfChat, frozen=True):
    """See the Bot API."""

    name: str = ""


class CloseGeneralForumTopic(OfChat, frozen=True):
    """See the Bot API."""


class ReopenGeneralForumTopic(OfChat, frozen=True):
    """See the Bot API."""


class HideGeneralForumTopic(OfChat, frozen=True):
    """See the Bot API."""


class UnhideGeneralForumTopic(OfChat, frozen=True):
    """See the Bot API."""


class UnpinAllGeneralForumTopicMessages(OfChat, frozen=True):
    """See the Bot API."""


async def _edit_general(caller: Caller, given: OfChat, **fields: Any) -> bool:
    general = OfTopic(chat_id=given.chat_id, message_thread_id=GENERAL)
    return await _edit_topic(caller, general, **fields)


@act(EditGeneralForumTopic, TOPICS)
async def edit_general_topic(caller: Caller, given: EditGeneralForumTopic) -> bool:
    """Give the general topic another name."""
    return await _edit_general(caller, given, title=given.name)


@act(CloseGeneralForumTopic, TOPICS)
async def close_general_topic(caller: Caller, given: CloseGeneralForumTopic) -> bool:
    """Close the general topic."""
    return await _edit_general(caller, given, closed=True)


@act(ReopenGeneralForumTopic, TOPICS)
async def reopen_general_topic(caller: Caller, given: ReopenGeneralForumTopic) -> bool:
    """Open the general topic again."""
    return await _edit_general(caller, given, closed=False)


@act(HideGeneralForumTopic, TOPICS)
async def hide_general_topic(caller: Caller, given: HideGeneralForumTopic) -> bool:
    """Hide the general topic."""
    return await _edit_general(caller, given, hidden=True)


@act(UnhideGeneralForumTopic, TOPICS)
async def unhide_general_topic(caller: Caller, given: UnhideGeneralForumTopic) -> bool:
    """Show the general topic again."""
    return await _edit_general(caller, given, hidden=False)


@act(UnpinAllGeneralForumTopicMessages, TOPICS)
async def unpin_all_general(caller: Caller, given: UnpinAllGeneralForumTopicMessages) -> bool:
    """Unpin the messages of the general topic."""
    peer = await channel_of(caller, given.chat_id)
    await caller(api.MessagesUnpinAllMessages(peer=peer, top_msg_id=GENERAL))
    return True
