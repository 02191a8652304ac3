"""channels.deleteHistory: history of a channel deleted for everybody, or hidden for oneself."""

from typing import Any, Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.features.conversations import Dialog, Mention, Message, remove_posts, source
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, Viewer

from .removing import DELETED_MAX


class HistoryHidden(Event, frozen=True):
    """In a reader's own box: what was written in a channel up to a message is no longer for them."""

    name = "posts.hidden"

    channel: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelAvailableMessages | None:
        """See `Event`."""
        member = await viewer.look(Owner.channel(self.channel)).get(chats.Member, viewer.user)
        if member is None:
            return None
        viewer.mention_channel(self.channel)
        hidden = max(0, member.first_visible - 1)
        return api.UpdateChannelAvailableMessages(channel_id=self.channel, available_min_id=hidden)


class Hidden(Command, frozen=True):
    """To a reader's box: they have put what was written in a channel out of their sight."""

    name = "posts.put_out_of_sight"

    channel: int
    max_id: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        peer = accounts.peer_id(Owner.channel(self.channel))
        dialog = await change.get(Dialog, peer)
        if dialog is not None and dialog.read_inbox < self.max_id:
            change.put(msgspec.structs.replace(dialog, read_inbox=self.max_id))
        for mark in await change.scan(Mention, peer, before=self.max_id + 1):
            change.drop(Mention, peer, mark.id)
        change.announce_without_pts(HistoryHidden(channel=self.channel))


@method(
    api.ChannelsDeleteHistory,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.ChatAdminRequired,
        errors.ChannelParicipantMissing,
    ),
)
async def delete_channel_history(call: Call, request: api.ChannelsDeleteHistory) -> api.TypeUpdates:
    """Delete what was written, for everybody as an admin who may; else put it out of one's sight."""
    place = await chats.channel(call, request.channel)
    where = await source(call, place.owner)
    top = await where.look.get(chats.Top)
    newest = top.id if top else 0
    until = min(request.max_id, newest) if request.max_id else newest
    viewer = call.viewer()
    accounts.show_peer(viewer, place.peer)
    told: list[Any] = []
    if not request.for_everyone:
        async with call.change(place.owner) as change:
            member = await change.get(chats.Member, call.user)
            if member is None or not chats.is_in(member, call.now):
                raise errors.ChannelParicipantMissing
            first = max(member.first_visible, until + 1)
            change.put(msgspec.structs.replace(member, first_visible=first))
            change.send_command(call.me, Hidden(channel=place.chat.id, max_id=until))
        await call.context.delivery.delivered(call.me)
        told.append(await HistoryHidden(channel=place.chat.id).render(viewer, 0))
    else:
        if not chats.may_admin(place.member, "delete_messages"):
            raise errors.ChatAdminRequired
        async with call.change(place.owner) as change:
            found = await change.scan(Message, place.peer, before=until + 1, limit=DELETED_MAX)
            if found:
                pts = await remove_posts(change, found)
                told.append(
                    api.UpdateDeleteChannelMessages(
                        channel_id=place.chat.id,
                        messages=[m.id for m in found],
                        pts=pts,
                        pts_count=len(found),
                    )
                )
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=shown, date=call.now, seq=0)


EVENTS: Final[tuple[Any, ...]] = (HistoryHidden, Hidden)
