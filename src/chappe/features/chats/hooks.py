"""Hooks of chats: how the picture of a group or channel is rendered."""

from collections.abc import Awaitable

from chappe.core import Owner
from chappe.tl import api
from chappe.updates import Hook, Viewer

# of a chat, by the number of its picture
show_chat_photo: Hook[[Viewer, Owner, int], Awaitable[api.TypeChatPhoto]] = Hook(
    "chats.show_chat_photo"
)
