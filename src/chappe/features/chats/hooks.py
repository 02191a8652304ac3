"""Hooks of chats: how the picture of a group or channel is rendered, and what its bots say of themselves."""

from collections.abc import Awaitable

from chappe.core import Owner
from chappe.tl import api
from chappe.updates import Change, Context, Hook, Viewer

from .access import Membership

# of a chat, by the number of its picture
show_chat_photo: Hook[[Viewer, Owner, int], Awaitable[api.TypeChatPhoto]] = Hook(
    "chats.show_chat_photo"
)
# of bots of a chat: what each offers there to the viewer, for whom the membership stands
show_bots: Hook[[Viewer, Membership, tuple[int, ...]], Awaitable[list[api.TypeBotInfo]]] = Hook(
    "chats.show_bots"
)
# that everybody can see from now on which picture the group or channel has whose box is changed
public_photo_put: Hook[[Context, Change], None] = Hook("chats.public_photo_put")
