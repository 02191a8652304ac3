"""channels.getAdminLog: the admin log of a supergroup or channel, for its admins."""

from collections.abc import Iterator
from typing import Any, Final

from chappe import tl
from chappe.core import NameQuery, Owner
from chappe.features import accounts, chats, media
from chappe.features.chats import LogEntry, channel
from chappe.rpc import Call, each, method
from chappe.tl import api, errors
from chappe.tl.schema import schema
from chappe.updates import Viewer

from .message_entries import show_logged
from .notes import LIFETIME_S

PAGE_MAX: Final = 100  # entries in one answer
ASKED_MAX: Final = 100  # admins one call may ask after
PAGE_ENTRIES: Final = 25  # entries read at once: opening one takes long
QUERY_CHARACTERS_MAX: Final = 128  # characters of what is sought
READ_MAX: Final = 5_000  # entries one call looks through

# flag of channelAdminLogEventsFilter → what it lets through
FILTER: Final = {
    "join": ("ParticipantJoin", "ParticipantJoinByInvite", "ParticipantJoinByRequest"),
    "leave": ("ParticipantLeave",),
    "invite": ("ParticipantInvite",),
    "ban": ("ParticipantToggleBan",),
    "unban": ("ParticipantToggleBan",),
    "kick": ("ParticipantToggleBan",),
    "unkick": ("ParticipantToggleBan",),
    "promote": ("ParticipantToggleAdmin",),
    "demote": ("ParticipantToggleAdmin",),
    "info": ("ChangeTitle", "ChangeAbout", "ChangeUsername", "ChangePhoto", "ChangeLinkedChat"),
    "settings": (
        "ToggleInvites",
        "ToggleSignatures",
        "ToggleSignatureProfiles",
        "TogglePreHistoryHidden",
        "ToggleSlowMode",
        "DefaultBannedRights",
        "ToggleNoForwards",
        "ChangeAvailableReactions",
        "ChangeHistoryTTL",
        "ToggleAntiSpam",
    ),
    "pinned": ("UpdatePinned",),
    "edit": ("EditMessage", "StopPoll"),
    "delete": ("DeleteMessage",),
    "invites": ("ExportedInviteDelete", "ExportedInviteRevoke", "ExportedInviteEdit"),
    "forums": ("CreateTopic", "EditTopic", "DeleteTopic", "PinTopic", "ToggleForum"),
    "edit_rank": ("ParticipantEditRank",),
}


def _words(value: Any) -> Iterator[str]:
    """Return the texts in an object, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)
    elif isinstance(value, tl.TlObject):
        for field in schema().newest(value.tl_name).fields:
            if field.type not in ("true", "#"):
                yield from _words(getattr(value, field.name))


async def _action(viewer: Viewer, owner: Owner, entry: LogEntry) -> Any:
    """Return the action of an entry as this viewer sees it."""
    if entry.about:
        return await show_logged(viewer, entry.about, entry.messages)
    action: Any = tl.decode(entry.action)
    if isinstance(action, api.ChannelAdminLogEventActionChangePhoto):
        for name in ("prev_photo", "new_photo"):
            photo = getattr(action, name)
            if isinstance(photo, api.PhotoEmpty) and photo.id:
                shown = await media.show_full_chat_photo(viewer, owner, photo.id)
                setattr(action, name, shown or api.PhotoEmpty(id=0))
    return action


@method(
    api.ChannelsGetAdminLog,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
    ),
)
async def get_admin_log(
    call: Call, request: api.ChannelsGetAdminLog
) -> api.ChannelsAdminLogResults:
    """Return what admins did, newest first."""
    place = await channel(call, request.channel)
    if not chats.is_admin(place.member):
        raise errors.ChatAdminRequired
    viewer = call.viewer()
    wanted: set[str] | None = None
    if request.events_filter is not None:
        asked = [names for flag, names in FILTER.items() if getattr(request.events_filter, flag)]
        wanted = {f"ChannelAdminLogEventAction{name}" for names in asked for name in names}
    admins = {await accounts.user_of(call, a) for a in (request.admins or ())[:ASKED_MAX]}
    limit = max(1, min(request.limit or PAGE_MAX, PAGE_MAX))
    sought = NameQuery((request.q or "")[:QUERY_CHARACTERS_MAX])
    events: list[api.ChannelAdminLogEvent] = []
    entries = call.reading(
        call.look(place.owner).pages(
            LogEntry,
            before=request.max_id or None,
            reverse=True,
            limit=READ_MAX,
            size=PAGE_ENTRIES,
        )
    )
    async for entry in each(entries):
        if entry.id <= request.min_id or entry.date + LIFETIME_S <= call.now:
            break
        if admins and entry.user not in admins:
            continue
        action = await _action(viewer, place.owner, entry)
        if wanted is not None and type(action).__name__ not in wanted:
            continue
        if sought and not any(sought.fits(word) for word in _words(action)):
            continue
        viewer.mention_user(entry.user)
        _mention_all(viewer, action)
        events.append(
            api.ChannelAdminLogEvent(
                id=entry.id, date=entry.date, user_id=entry.user, action=action
            )
        )
        if len(events) == limit:
            break
    accounts.show_peer(viewer, place.peer)
    users, found = await accounts.peers(viewer)
    return api.ChannelsAdminLogResults(events=events, chats=found, users=users)


def _mention_all(viewer: Viewer, action: Any) -> None:
    """Mention the people and chats an action names."""
    for name in ("participant", "prev_participant", "new_participant"):
        one = getattr(action, name, None)
        for user in (getattr(one, "user_id", 0), getattr(getattr(one, "peer", None), "user_id", 0)):
            if user:
                viewer.mention_user(user)
        if number := getattr(getattr(one, "peer", None), "channel_id", 0):
            viewer.mention_channel(number)
    for user in (
        getattr(action, "approved_by", 0),
        getattr(action, "user_id", 0),
        getattr(getattr(action, "invite", None), "admin_id", 0),
    ):
        if user:
            viewer.mention_user(user)
    if isinstance(action, api.ChannelAdminLogEventActionChangeLinkedChat):
        for number in (action.prev_value, action.new_value):
            if number:
                viewer.mention_channel(number)
