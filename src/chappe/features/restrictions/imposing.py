"""Acts about an account, group or channel: restricted with reasons, marked, or closed.

Each is kept by itself, and what is shown is computed of all that hold: two decisions may restrict somebody,
and who wins against one of them is restricted by the other still.
"""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, groups
from chappe.features.accounts import NameMark, Restriction, User
from chappe.features.chats import Chat
from chappe.updates import Change, Command, Context, Job

from .acts import CLOSE, MARK, RESTRICT, BoxAct, note_undone

ACTS_MAX: Final = 1_000  # acts about one box that are looked at
IMPOSED: Final = (RESTRICT, MARK, CLOSE)


class Impose(Command, frozen=True):
    """To the box of whom an act is about: it holds from now on."""

    name = "restrictions.impose"

    act: int
    kind: str
    value: str
    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if await change.get(BoxAct, self.act) is not None:
            return  # done before, be it undone since or not
        change.put(BoxAct(act=self.act, kind=self.kind, value=self.value, until=self.until))
        if self.until:
            ending = EndImposed(peer=accounts.peer_id(change.owner), act=self.act)
            change.schedule(self.until, ending)
        await _show(change)


class Lift(Command, frozen=True):
    """To the box of whom an act is about: it holds no more."""

    name = "restrictions.lift"

    act: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = await change.get(BoxAct, self.act)
        if found is not None and not found.undone and found.kind in IMPOSED:
            note_undone(change, found)
            await _show(change)


class EndImposed(Job, frozen=True):
    """The time of an act is over."""

    name = "restrictions.end"

    peer: int  # whose box, by its number as a peer
    act: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(accounts.owner_of(self.peer)) as change:
            if await change.get(BoxAct, self.act) is not None:
                change.drop(BoxAct, self.act)
                await _show(change)


class TellOfUser(Job, frozen=True):
    """Somebody is shown otherwise: who knows them and is here is told."""

    name = "restrictions.tell"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        event = accounts.UserChanged(user=self.user)
        await accounts.whisper_to_friends(context, self.user, event)


def restrict(change: Change, owner: Owner, act: int, reason: Restriction, until: int = 0) -> None:
    """Have apps not show an account, supergroup or channel, and say why; until then, or for ever.

    Raises:
        ValueError: a basic group, which the protocol cannot show so.
    """
    _refuse_basic(owner)
    change.send_command(owner, Impose(act=act, kind=RESTRICT, value=reason.value, until=until))


def mark(change: Change, owner: Owner, act: int, said: NameMark, until: int = 0) -> None:
    """Have apps say beside the name of an account, supergroup or channel that it is a scam, or fake.

    Raises:
        ValueError: a basic group, which the protocol cannot show so.
    """
    _refuse_basic(owner)
    change.send_command(owner, Impose(act=act, kind=MARK, value=said.value, until=until))


def close_chat(change: Change, owner: Owner, act: int, until: int = 0) -> None:
    """Close a group or channel: nobody reads or writes there, and everybody stays a member.

    Of a basic group each member has copies in their own box, and keeps them: nobody writes more.

    Raises:
        ValueError: it is an account.
    """
    if owner.kind is Kind.USER:
        raise ValueError("only groups and channels are closed: suspend an account instead")
    change.send_command(owner, Impose(act=act, kind=CLOSE, value="", until=until))


def lift(change: Change, owner: Owner, act: int) -> None:
    """Undo what `restrict`, `mark` or `close_chat` did under this number. What others did stays."""
    change.send_command(owner, Lift(act=act))


def _refuse_basic(owner: Owner) -> None:
    if owner.kind is Kind.CHAT:
        raise ValueError("apps show no restriction of a basic group: close it instead")


async def _show(change: Change) -> None:
    """Have the box's owner shown as all acts say that hold, and tell who shows it."""
    acts = await change.scan(BoxAct, limit=ACTS_MAX)
    holding = [a for a in acts if a.holds(change.now)]
    reasons = tuple(sorted({a.value for a in holding if a.kind == RESTRICT}))
    marks = {a.value for a in holding if a.kind == MARK}
    said = next((m.value for m in (NameMark.SCAM, NameMark.FAKE) if m.value in marks), "")
    if change.owner.kind is Kind.USER:
        user = await change.get(User)
        if user is None or user.deleted:
            return
        shown = msgspec.structs.replace(user, restrictions=reasons, mark=said)
        if shown != user:
            change.put(shown)
            change.announce_without_pts(accounts.UserChanged(user=user.id))
            change.schedule(change.now, TellOfUser(user=user.id))
        return
    chat = await change.get(Chat)
    if chat is None or chat.deleted:
        return
    closed = any(a.kind == CLOSE for a in holding)
    after = msgspec.structs.replace(chat, restrictions=reasons, mark=said, closed=closed)
    if after != chat:
        change.put(after)
        await _tell_members(change, after)


async def _tell_members(change: Change, chat: Chat) -> None:
    """Have the members' apps read a chat anew."""
    if change.owner.kind is not Kind.CHAT:
        change.announce_without_pts(groups.ChannelChanged(id=chat.id))
        return
    peer = accounts.peer_id(change.owner)
    for member in await change.scan(chats.Member):
        if chats.is_in(member, change.now):
            told = groups.TellChatChanged(peer=peer, what="chat")
            change.send_command(Owner.user(member.user), told)


EVENTS: Final[tuple[Any, ...]] = (Impose, Lift, EndImposed, TellOfUser)
