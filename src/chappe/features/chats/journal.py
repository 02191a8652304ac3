"""The admin log: what was done in a supergroup or channel, by whom, for its admins to see."""

from typing import Any, Final

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call, method
from chappe.tl import api, errors

from . import rights
from .access import channel
from .records import LogEntry

PAGE_MAX: Final = 100  # entries in one answer
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
        "ToggleInvites", "ToggleSignatures", "TogglePreHistoryHidden", "ToggleSlowMode",
        "DefaultBannedRights", "ToggleNoForwards",
    ),
    "pinned": ("UpdatePinned",),
    "edit": ("EditMessage",),
    "delete": ("DeleteMessage",),
    "invites": ("ExportedInviteDelete", "ExportedInviteRevoke", "ExportedInviteEdit"),
    "send": ("SendMessage",),
}  # fmt: skip


async def log(call: Call, owner: Owner, action: Any) -> None:
    """Write down what the caller did; basic groups keep no such log."""
    if owner.kind is not Kind.CHANNEL:
        return
    async with call.house.change(owner) as change:
        change.put(
            LogEntry(
                id=change.next("log"), date=call.now, user=call.user,
                action=tl.encode(action, tl.LAYER),
            )
        )  # fmt: skip


@method(
    api.ChannelsGetAdminLog,
    raises=(
        errors.ChannelInvalid, errors.ChannelPrivate, errors.ChatAdminRequired,
        errors.UserIdInvalid,
    ),
)  # fmt: skip
async def get_admin_log(call: Call, request: api.ChannelsGetAdminLog) -> Any:
    """Return what admins did, newest first."""
    place = await channel(call, request.channel)
    if not rights.is_admin(place.member):
        raise errors.ChatAdminRequired
    viewer = call.viewer()
    wanted: set[str] = set()
    if request.events_filter is not None:
        for flag, names in FILTER.items():
            if getattr(request.events_filter, flag):
                wanted.update("ChannelAdminLogEventAction" + name for name in names)
    admins = {await accounts.user_of(call, a) for a in request.admins or ()}
    limit = max(1, min(request.limit or PAGE_MAX, PAGE_MAX))
    events: list[Any] = []
    for entry in await call.look(place.owner).scan(
        LogEntry, before=request.max_id or None, reverse=True, limit=READ_MAX
    ):
        action: Any = tl.decode(entry.action)
        if entry.id <= request.min_id or (admins and entry.user not in admins):
            continue
        if wanted and type(action).__name__ not in wanted:
            continue
        if request.q and request.q.casefold() not in repr(action).casefold():
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
    users, chats = await accounts.peers(viewer)
    return api.ChannelsAdminLogResults(events=events, chats=chats, users=users)


def _mention_all(viewer: Any, action: Any) -> None:
    """Mention the people an action names."""
    for name in ("participant", "prev_participant", "new_participant"):
        one = getattr(action, name, None)
        user = getattr(one, "user_id", 0) or getattr(getattr(one, "peer", None), "user_id", 0)
        if user:
            viewer.mention_user(user)
        if channel := getattr(getattr(one, "peer", None), "channel_id", 0):
            viewer.mention_channel(channel)
