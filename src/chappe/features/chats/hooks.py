"""What chats asks of slices above it: how a picture of a group or channel is shown."""

from collections.abc import Awaitable
from typing import Any

from chappe.core import Owner
from chappe.updates import Hook, Viewer

# of a chat, by the number of its picture: an `api.ChatPhoto`
show_chat_photo: Hook[[Viewer, Owner, int], Awaitable[Any]] = Hook("chats.show_chat_photo")
