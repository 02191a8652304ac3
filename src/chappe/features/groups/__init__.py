"""Groups: making, running, joining and ending basic groups, supergroups and channels."""

from chappe.features import media

from . import (
    admins,
    boosts,
    bot_news,
    channels,
    events,
    groups,
    links,
    members,
    migrating,
    photos,
    ranks,
    requests,
    usernames,
)
from .bot_news import admin_bots
from .channels import changed
from .disbanding import Disband, EraseChannel
from .events import ChannelChanged, TellChatChanged
from .joining import BRING_ERRORS, ENTER_ERRORS, bring_bot, enter, lasting_code, leave
from .links import opens, seen_invited_photo
from .migrating import Migrate
from .owning import another_admin, bequeath, owned_by
from .photos import seen_chat_photo

HANDLERS = (
    groups,
    channels,
    migrating,
    members,
    admins,
    usernames,
    boosts,
    links,
    requests,
    photos,
    ranks,
)
EVENTS = (*events.EVENTS, *bot_news.EVENTS, Disband, EraseChannel, Migrate)
ANSWERS = (
    media.hooks.seen_chat_photo.by(seen_chat_photo),
    media.hooks.seen_invited_photo.by(seen_invited_photo),
)

__all__ = [
    "ANSWERS",
    "BRING_ERRORS",
    "ENTER_ERRORS",
    "EVENTS",
    "HANDLERS",
    "ChannelChanged",
    "TellChatChanged",
    "admin_bots",
    "another_admin",
    "bequeath",
    "bring_bot",
    "changed",
    "enter",
    "lasting_code",
    "leave",
    "opens",
    "owned_by",
    "seen_chat_photo",
]
