"""What bots are told of who comes and goes: news by `qts`, which wait for their programs too.

A bot hears of itself wherever it is, and of others where it is an admin. It is decided in the change that
makes the news, and what a member was before and is now is kept as it was then.
"""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue, chats
from chappe.features.botqueue import UpdateKind
from chappe.features.chats import Chat, Link, Member, Request
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Viewer

from .invitations import show_invite_link

ASKER_HEARS_S: Final = 300  # seconds within which a bot may write to whoever asked to be let in


def _there(member: Member | None, now: int) -> Member | None:
    """Return a member of whom there is something to show: who is in, or is forbidden something."""
    if member is None or (member.left and not chats.forbidden(member, now)):
        return None
    return member


class MemberMoved(Event, frozen=True):
    """In a bot's box: somebody is something else in a chat than before, at that time."""

    name = "chats.member_moved"

    peer: int
    date: int
    by: int
    before: Member | None
    after: Member
    link: str = ""

    async def render(
        self, viewer: Viewer, pts: int
    ) -> api.UpdateChatParticipant | api.UpdateChannelParticipant | None:
        """See `Event`."""
        owner = accounts.owner_of(self.peer)
        look = viewer.look(owner)
        chat = await look.get(Chat)
        if chat is None:
            return None
        viewer.mention_user(self.by)
        viewer.mention_user(self.after.user)
        accounts.show_peer(viewer, self.peer)
        invite = None
        if self.link:
            links = await look.scan(Link)
            found = next((link for link in links if link.code == self.link), None)
            invite = show_invite_link(viewer.context, found) if found is not None else None
        fields: dict[str, Any] = {
            "date": self.date,
            "actor_id": self.by,
            "user_id": self.after.user,
            "invite": invite,
            "qts": pts,
        }
        before, after = _there(self.before, self.date), _there(self.after, self.date)
        if owner.kind is Kind.CHAT:
            shown = [
                chats.show_basic_member(viewer, m, chat) if m is not None and not m.left else None
                for m in (before, after)
            ]
            return api.UpdateChatParticipant(
                chat_id=owner.id, prev_participant=shown[0], new_participant=shown[1], **fields
            )
        mine = await look.get(Member, viewer.user)
        shown = [
            chats.show_member(viewer, m, mine, self.date) if m is not None else None
            for m in (before, after)
        ]
        return api.UpdateChannelParticipant(
            channel_id=owner.id, prev_participant=shown[0], new_participant=shown[1], **fields
        )


class TellMoved(Command, frozen=True):
    """To a bot's box: somebody is something else in a chat."""

    name = "chats.tell_moved"

    event: MemberMoved

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is None or bot.deleted:
            return
        own = self.event.after.user == bot.id
        kind = UpdateKind.MY_CHAT_MEMBER if own else UpdateKind.CHAT_MEMBER
        await botqueue.tell_by_qts(change, context, kind, self.event, self.event.peer)


async def admin_bots(change: Change, right: str = "other") -> list[int]:
    """Return the bots that are admins of the chat whose box is changed, with a right."""
    chat = await change.get(Chat)
    found = []
    for bot in chat.bots if chat is not None else ():
        member = await change.get(Member, bot)
        if chats.is_admin(member) and chats.may_admin(member, right):
            found.append(bot)
    return found


async def tell_bots(change: Change, before: Member | None, after: Member, by: int) -> None:
    """Tell bots what a member of the chat whose box is changed is now; `by` whom, 0 if that stays unsaid."""
    standing = ("admin", "creator", "rank", "banned", "banned_until", "left")
    if before is not None and all(getattr(before, f) == getattr(after, f) for f in standing):
        return
    hearing = [bot for bot in await admin_bots(change) if bot != after.user]
    if after.bot:
        hearing.append(after.user)
    event = MemberMoved(
        peer=accounts.peer_id(change.owner),
        date=change.now,
        by=by or after.user,
        before=before,
        after=after,
        link=after.link if before is None or before.left else "",
    )
    for bot in hearing:
        change.send_command(Owner(Kind.USER, bot), TellMoved(event=event))


# -- who asks to be let in -----------------------------------------------------------------------------


class AskedIn(Event, frozen=True):
    """In a bot's box: somebody asks to be let into a chat of which it is an admin."""

    name = "chats.asked_in"

    peer: int
    date: int
    user: int
    link: str = ""

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateBotChatInviteRequester | None:
        """See `Event`."""
        look = viewer.look(accounts.owner_of(self.peer))
        links = await look.scan(Link) if self.link else []
        link = next((one for one in links if one.code == self.link), None)
        who = await viewer.look(Owner(Kind.USER, self.user)).get(accounts.User)
        if who is None or who.deleted:
            return None
        viewer.mention_user(self.user)
        may_see = viewer.context.ask(accounts.hooks.may_see)
        about = who.about if await may_see(viewer, self.user, "about") else ""
        return api.UpdateBotChatInviteRequester(
            peer=accounts.show_peer(viewer, self.peer),
            date=self.date,
            user_id=self.user,
            about=about,
            invite=show_invite_link(viewer.context, link)
            if link is not None
            else api.ChatInvitePublicJoinRequests(),
            qts=pts,
        )


class TellAskedIn(Command, frozen=True):
    """To a bot's box: somebody asks to be let in; for five minutes it may write to them."""

    name = "chats.tell_asked_in"

    event: AskedIn

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is None or bot.deleted:
            return
        until = self.event.date + ASKER_HEARS_S
        change.put(chats.MayWriteTo(user=self.event.user, until=until))
        kind = UpdateKind.CHAT_JOIN_REQUEST
        await botqueue.tell_by_qts(change, context, kind, self.event, self.event.user)


async def tell_bots_who_asks(change: Change, asked: Request) -> None:
    """Tell the bots that may decide who asks to be let into the chat whose box is changed."""
    event = AskedIn(
        peer=accounts.peer_id(change.owner), date=asked.date, user=asked.user, link=asked.link
    )
    for bot in await admin_bots(change, "invite_users"):
        change.send_command(Owner(Kind.USER, bot), TellAskedIn(event=event))


EVENTS: Final = (MemberMoved, TellMoved, AskedIn, TellAskedIn)
