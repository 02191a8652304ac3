"""An export as a state machine. Pure functions."""

from enum import Enum
from typing import Final

from chappe import tl
from chappe.tl import api

from .records import Takeout

WAIT_S: Final = 86_400  # seconds in which the account's other devices may refuse an export
BEGIN_WITHIN_S: Final = 7 * 86_400  # seconds, after its wait, in which it has to be begun
RUNS_S: Final = 7 * 86_400  # seconds one may run: large accounts take days


class TakeoutStage(Enum):
    """What an export is at a moment."""

    WAITING = "waiting"
    OPEN = "open"  # it may begin
    RUNNING = "running"
    OVER = "over"


class TakeoutScope(Enum):
    """What an export may be bounded to; the values are the flags of `account.initTakeoutSession`."""

    CONTACTS = "contacts"
    USERS = "message_users"
    GROUPS = "message_chats"
    SUPERGROUPS = "message_megagroups"
    CHANNELS = "message_channels"
    FILES = "files"


BY_PEER: Final[dict[type, frozenset[str]]] = {
    api.InputPeerSelf: frozenset({TakeoutScope.USERS.value}),
    api.InputPeerUser: frozenset({TakeoutScope.USERS.value}),
    api.InputPeerUserFromMessage: frozenset({TakeoutScope.USERS.value}),
    api.InputPeerChat: frozenset({TakeoutScope.GROUPS.value}),
    # which of the two a channel is, its number does not tell
    api.InputPeerChannel: frozenset({TakeoutScope.SUPERGROUPS.value, TakeoutScope.CHANNELS.value}),
    api.InputPeerChannelFromMessage: frozenset(
        {TakeoutScope.SUPERGROUPS.value, TakeoutScope.CHANNELS.value}
    ),
}


def scope_of(request: api.AccountInitTakeoutSession) -> tuple[str, ...]:
    """Return what `account.initTakeoutSession` asks for; nothing if it does not say."""
    return tuple(one.value for one in TakeoutScope if getattr(request, one.value))


def covers(takeout: Takeout, query: tl.TlRequest) -> bool:
    """Whether a call belongs to what an export was begun for."""
    wants = frozenset(takeout.wants)
    match query:
        case api.UploadGetFile(location=api.InputTakeoutFileLocation()):
            return True
        case api.UploadGetFile():
            within = not takeout.file_bytes_max or query.offset < takeout.file_bytes_max
            return within and (not wants or TakeoutScope.FILES.value in wants)
        case api.ContactsGetSaved() | api.ContactsGetContacts():
            return not wants or TakeoutScope.CONTACTS.value in wants
        case api.MessagesGetHistory() | api.MessagesSearch():
            return not wants or bool(wants & BY_PEER.get(type(query.peer), frozenset()))
    return True


def may_begin_at(takeout: Takeout) -> int:
    """Return when an export may begin."""
    return takeout.asked if takeout.confirmed else takeout.asked + WAIT_S


def ends_at(takeout: Takeout) -> int:
    """Return when an export is over, as it stands."""
    if takeout.begun:
        return takeout.begun + RUNS_S
    return may_begin_at(takeout) + BEGIN_WITHIN_S


def takeout_stage(takeout: Takeout, now: int) -> TakeoutStage:
    """Return what an export is now."""
    if now >= ends_at(takeout):
        return TakeoutStage.OVER
    if takeout.begun:
        return TakeoutStage.RUNNING
    return TakeoutStage.WAITING if now < may_begin_at(takeout) else TakeoutStage.OPEN
