"""Names of messages that people sent through a bot: the bot edits them, and sees nothing else of them."""

from typing import Final, NamedTuple

from chappe.core import Owner
from chappe.features import accounts
from chappe.features.conversations import Message, log_for
from chappe.tl import api, errors
from chappe.updates import Context

DC: Final = 2  # the data centre such messages are said to be in; all of them are this server


class InlineMessage(NamedTuple):
    """Where a message lies that was sent through a bot."""

    box: Owner  # the sender's, or the channel's
    id: int  # its number there


def place_of(message: Message) -> InlineMessage:
    """Return where a message lies, wherever a copy of it was found."""
    log = log_for(message.sender, message.peer)
    return InlineMessage(log.box, message.id if log.shared else message.origin)


def _hash(context: Context, bot: int, owner: int, number: int) -> int:
    return context.keyed("inline message", bot, owner, number)


def name_inline(context: Context, bot: int, where: InlineMessage) -> api.InputBotInlineMessageID64:
    """Return what a bot calls a message."""
    owner = accounts.peer_id(where.box)
    hashed = _hash(context, bot, owner, where.id)
    return api.InputBotInlineMessageID64(dc_id=DC, owner_id=owner, id=where.id, access_hash=hashed)


def named_inline(
    context: Context, bot: int, given: api.TypeInputBotInlineMessageID
) -> InlineMessage:
    """Return which message a bot names.

    Raises:
        errors.MessageIdInvalid: none, or it is not this bot's to name.
    """
    if not isinstance(given, api.InputBotInlineMessageID64):
        raise errors.MessageIdInvalid
    if given.access_hash != _hash(context, bot, given.owner_id, given.id):
        raise errors.MessageIdInvalid
    return InlineMessage(accounts.owner_of(given.owner_id), given.id)
