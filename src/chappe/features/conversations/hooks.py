"""Hooks of conversations, answered by slices above it."""

from collections.abc import Awaitable

from chappe.tl import api
from chappe.updates import Hook, Viewer

from .records import Message

# on a message, as the viewer sees them; None where there are none
show_reactions: Hook[[Viewer, Message], Awaitable[api.MessageReactions | None]] = Hook(
    "conversations.show_reactions"
)
