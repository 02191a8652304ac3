"""Events of groups and channels, and commands to their members' boxes."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features.accounts import User, owner_of, show_peer
from chappe.features.chats import (
    Chat,
    Joined,
    Member,
    Request,
    is_admin,
    may_admin,
    show_banned,
    show_basic_member,
)
from chappe.features.conversations import close_dialog, open_dialog, posts_are_read
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, View, Viewer

RECENT_REQUESTERS: Final = 3  # people named beside the number of those who ask
REQUESTS_READ_MAX: Final = 1_000  # of them, among whom those are found


class ChannelChanged(Event, frozen=True):
    """In a member's own box: a channel is no longer what it was to them: read it anew."""

    name = "chats.channel"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannel:
        """See `Event`."""
        viewer.mention_channel(self.id)
        return api.UpdateChannel(channel_id=self.id)


class ChatChanged(Event, frozen=True):
    """In a member's own box: a basic group has other properties."""

    name = "chats.chat"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChat:
        """See `Event`."""
        viewer.mention_chat(self.id)
        return api.UpdateChat(chat_id=self.id)


class MembersChanged(Event, frozen=True):
    """In a member's own box: who is in a basic group has changed."""

    name = "chats.members"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChatParticipants:
        """See `Event`."""
        look = viewer.look(Owner(Kind.CHAT, self.id))
        chat = await look.get(Chat)
        mine = await look.get(Member, viewer.user)
        viewer.mention_chat(self.id)
        if chat is None or mine is None or mine.left or mine.banned:
            return api.UpdateChatParticipants(
                participants=api.ChatParticipantsForbidden(chat_id=self.id)
            )
        members = [m for m in await look.scan(Member) if not m.left and not m.banned]
        shown = [show_basic_member(viewer, m, chat) for m in members]
        return api.UpdateChatParticipants(
            participants=api.ChatParticipants(
                chat_id=self.id, participants=shown, version=chat.version
            )
        )


class DefaultRightsChanged(Event, frozen=True):
    """In a member's own box: everybody in a group may do other things than before."""

    name = "chats.default_rights"

    peer: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChatDefaultBannedRights | None:
        """See `Event`."""
        owner = owner_of(self.peer)
        chat = await viewer.look(owner).get(Chat)
        if chat is None:
            return None
        peer: Any = api.PeerChannel(channel_id=owner.id)
        version = 0  # only members of basic groups count versions; TDLib complains of others
        if owner.kind is Kind.CHAT:
            viewer.mention_chat(owner.id)
            peer, version = api.PeerChat(chat_id=owner.id), chat.version
        else:
            viewer.mention_channel(owner.id)
        return api.UpdateChatDefaultBannedRights(
            peer=peer, default_banned_rights=show_banned(chat.default_banned), version=version
        )


async def newest_requests(look: View) -> list[Request]:
    """Return who asked last to be let into a chat, the newest first."""
    asked = await look.scan(Request, limit=REQUESTS_READ_MAX)
    return sorted(asked, key=lambda one: (-one.date, one.user))[:RECENT_REQUESTERS]


class RequestsChanged(Event, frozen=True):
    """In the box of somebody who decides: who asks to be let into a chat."""

    name = "chats.requests"

    peer: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePendingJoinRequests | None:
        """See `Event`."""
        look = viewer.look(owner_of(self.peer))
        member = await look.get(Member, viewer.user)
        if not is_admin(member) or not may_admin(member, "invite_users"):
            return None
        newest = await newest_requests(look)
        for one in newest:
            viewer.mention_user(one.user)
        return api.UpdatePendingJoinRequests(
            peer=show_peer(viewer, self.peer),
            requests_pending=await look.count(Request),
            recent_requesters=[r.user for r in newest],
        )


class Came(Command, frozen=True):
    """To a member's box: they are in a chat now."""

    name = "chats.came"

    peer: int
    date: int
    top: int = 0  # the newest message that counts as read
    again: bool = False  # they were in before, so their devices remember another

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        user = await change.get(User)
        if user is None or user.deleted:
            return
        change.put(Joined(peer=self.peer, date=self.date))
        moved = await open_dialog(change, self.peer, self.date, self.top)
        owner = owner_of(self.peer)
        if owner.kind is Kind.CHANNEL:
            context.delivery.watch(change.owner.id, (owner.id,))
            change.announce_without_pts(ChannelChanged(id=owner.id))
            if self.top and (moved or self.again):
                posts_are_read(change, owner.id, self.top)


class Gone(Command, frozen=True):
    """To a former member's box: they are out; `forget` closes the dialog as well."""

    name = "chats.gone"

    peer: int
    forget: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        change.drop(Joined, self.peer)
        owner = owner_of(self.peer)
        if self.forget:
            await close_dialog(change, self.peer)
        if owner.kind is Kind.CHANNEL:
            context.delivery.unwatch(change.owner.id, owner.id)
            change.announce_without_pts(ChannelChanged(id=owner.id))
        else:
            change.announce_without_pts(ChatChanged(id=owner.id))


class TellChatChanged(Command, frozen=True):
    """To a member's box: something of a chat has changed that clients must read anew."""

    name = "chats.told"

    peer: int
    what: str  # "chat", "members", "rights", "requests"

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        owner = owner_of(self.peer)
        if self.what == "requests":
            change.announce_without_pts(RequestsChanged(peer=self.peer))
        elif self.what == "rights":
            change.announce_without_pts(DefaultRightsChanged(peer=self.peer))
        elif owner.kind is Kind.CHANNEL:
            change.announce_without_pts(ChannelChanged(id=owner.id))
        elif self.what == "members":
            change.announce_without_pts(MembersChanged(id=owner.id))
        else:
            change.announce_without_pts(ChatChanged(id=owner.id))


EVENTS: Final = (
    RequestsChanged,
    ChannelChanged,
    ChatChanged,
    MembersChanged,
    DefaultRightsChanged,
    Came,
    Gone,
    TellChatChanged,
)
