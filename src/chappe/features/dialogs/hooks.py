"""Hooks of dialogs: unread reactions and votes of a dialog or topic."""

from collections.abc import Awaitable

from chappe.updates import Hook, Viewer

# in a dialog, and of it in a topic, 0 for all: how many messages
unread_reactions: Hook[[Viewer, int, int], Awaitable[int]] = Hook("dialogs.unread_reactions")
# in a dialog
unread_votes: Hook[[Viewer, int], Awaitable[int]] = Hook("dialogs.unread_votes")
