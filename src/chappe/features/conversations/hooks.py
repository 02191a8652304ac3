"""Hooks of conversations, answered by slices above it."""

from collections.abc import Awaitable

from chappe.tl import api
from chappe.updates import Change, Hook, Viewer

from .records import Message

# on a message, as the viewer sees them; None where there are none
show_reactions: Hook[[Viewer, Message], Awaitable[api.MessageReactions | None]] = Hook(
    "conversations.show_reactions"
)
# in a change of somebody's box: they wrote a message of this number and text to @BotFather
said_to_father: Hook[[Change, int, str], None] = Hook("conversations.said_to_father")
