"""Chats: basic groups, supergroups and channels; who is in them, who may do what."""

from . import admins, channels, groups, journal, links, members, usernames
from .access import Place, any_chat, channel, chat_peer, may_see, place_of
from .events import EVENTS
from .links import show_link
from .records import Chat, Joined, Member, Top
from .views import show_chat, show_chats
from .watching import watch_channels

HANDLERS = (groups, channels, members, admins, usernames, links, journal)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "Chat",
    "Joined",
    "Member",
    "Place",
    "Top",
    "any_chat",
    "channel",
    "chat_peer",
    "may_see",
    "place_of",
    "show_chat",
    "show_chats",
    "show_link",
    "watch_channels",
]
