"""Messages taken down: kept aside, sealed with their month, until nobody can appeal any more.

A channel's message lies in the channel's box, and what its discussion group says of it in that of the group.
Of a message in private chats and basic groups every reader has a copy: each goes, and each comes back.
What is restored has its number, text, media, reactions, views, pin and place in its thread, as they were.

Apps are told by an edit that it is there again: an edit rings no bell, and it is no new message.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from chappe.core import Owner
from chappe.features import accounts, chats, conversations, copies, files
from chappe.features.conversations import (
    Counted,
    Dialog,
    Discussed,
    InThread,
    Mention,
    Message,
    NewMessage,
    Pin,
    Reacted,
    Ref,
    Thread,
    UnreadReaction,
)
from chappe.ports import Record, in_order
from chappe.updates import Change, Command, Context, Job, View

from .acts import TAKE_DOWN, BoxAct, note_undone

TAKEN_MAX: Final = 100  # messages one act takes down: as many as one report names
ASIDE_MAX: Final = 10_000  # messages of one conversation kept aside among which one is looked for


class TakenDown(Record, frozen=True):
    """A message that was taken down, and what stood beside it; in the box it was in."""

    table = "taken_down"
    key = ("peer", in_order("number"))
    month_by = ("peer", "date")
    cached = False

    peer: int
    number: int  # rises with each that is taken down in this box
    date: int  # of the message
    acts: tuple[int, ...]  # it comes back when the last of them is undone
    message: Message
    reacted: tuple[Reacted, ...] = ()
    counted: Counted | None = None
    mentioned: bool = False  # it was unread by whom it is addressed to
    unread_reaction: bool = False
    discussed: Discussed | None = None  # in a discussion group: of which post it is


class Posts(NamedTuple):
    """Messages of a supergroup or channel."""

    channel: int
    ids: tuple[int, ...]


class Copies(NamedTuple):
    """Messages of a private chat or basic group, as somebody has them."""

    holder: int  # that person
    peer: int  # the conversation, as they have it
    refs: tuple[Ref, ...]  # of each message who sent it, and its number in the sender's box


async def take_down(
    context: Context, change: Change, act: int, where: Posts | Copies, until: int
) -> None:
    """Take messages down for everybody; they are kept until then, and destroyed if nobody restores them."""
    if isinstance(where, Posts):
        command = TakeDownPosts(act=act, ids=where.ids[:TAKEN_MAX], until=until)
        change.send_command(Owner.channel(where.channel), command)
        return
    copies = TakeDownCopies(act=act, refs=where.refs[:TAKEN_MAX], until=until)
    for user in await _holders(context, where):
        change.send_command(Owner.user(user), copies)


async def restore_taken_down(
    context: Context, change: Change, act: int, where: Posts | Copies
) -> None:
    """Bring back what was taken down under this number, but for what another act keeps down."""
    if isinstance(where, Posts):
        change.send_command(Owner.channel(where.channel), RestoreTakenDown(act=act))
        return
    for user in await _holders(context, where):
        change.send_command(Owner.user(user), RestoreTakenDown(act=act))


async def keep_aside(
    context: Context, change: Change, act: int, where: Posts | Copies, until: int
) -> None:
    """Keep what was taken down under this number until then, if it was to be destroyed before."""
    command = KeepAside(act=act, until=until)
    if isinstance(where, Posts):
        change.send_command(Owner.channel(where.channel), command)
        return
    for user in await _holders(context, where):
        change.send_command(Owner.user(user), command)


async def _holders(context: Context, where: Copies) -> list[int]:
    """Return in whose boxes copies may lie, of those too who have left a group since."""
    others = await conversations.readers_of(context, where.peer, where.holder)
    senders = (sender for sender, _ in where.refs)
    return sorted({where.holder, *others, *senders} - {accounts.SERVICE_USER})


class TakeDownPosts(Command, frozen=True):
    """To a channel's box: messages there are taken down, and what its group says of them."""

    name = "restrictions.take_down_posts"

    act: int
    ids: tuple[int, ...]
    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await take_down_within(change, self.act, self.ids, self.until)


async def take_down_within(change: Change, number: int, ids: tuple[int, ...], until: int) -> None:
    """Take down messages of the supergroup or channel whose box is changed, by an act of this number."""
    peer = accounts.peer_id(change.owner)
    found = [await change.get(Message, peer, i) for i in dict.fromkeys(ids)]
    chat = await change.get(chats.Chat)
    group = chat.linked if chat is not None and chat.broadcast else 0
    act = BoxAct(act=number, kind=TAKE_DOWN, until=until, discussed_in=group)
    if not await _begin(change, act):
        return
    if group:  # before what removes a post has the group remove what it says of it
        posts = TakeDownDiscussed(act=number, channel=change.owner.id, posts=ids, until=until)
        change.send_command(Owner.channel(group), posts)
    here = [m for m in found if m is not None]
    await _take(change, act, here, aside=set(ids) - {m.id for m in here})


class TakeDownDiscussed(Command, frozen=True):
    """To a discussion group's box: posts of its channel are taken down, and what they became here."""

    name = "restrictions.take_down_discussed"

    act: int
    channel: int
    posts: tuple[int, ...]
    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        peer, found, known = accounts.peer_id(change.owner), [], {}
        for post in self.posts:
            discussed = await change.get(Discussed, self.channel, post)
            if discussed is None:
                continue
            message = await change.get(Message, peer, discussed.id)
            if message is not None:
                found.append(message)
                known[message.id] = discussed
        act = BoxAct(act=self.act, kind=TAKE_DOWN, until=self.until)
        if await _begin(change, act):
            await _take(change, act, found, discussed=known)


class TakeDownCopies(Command, frozen=True):
    """To the box of somebody who has copies of messages: they are taken down."""

    name = "restrictions.take_down_copies"

    act: int
    refs: tuple[Ref, ...]
    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = []
        for sender, origin in self.refs:
            number = origin
            if sender != change.owner.id:
                number = await copies.number_of_copy(change, sender, origin)
            message = await conversations.readable(change, number)
            if message is not None and message.action != conversations.CLEARED:
                found.append(message)
        act = BoxAct(act=self.act, kind=TAKE_DOWN, until=self.until)
        if await _begin(change, act):
            await _take(change, act, found)


class KeepAside(Command, frozen=True):
    """To a box from which messages were taken down: an appeal waits, and they are kept longer."""

    name = "restrictions.keep_aside"

    act: int
    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        act = await change.get(BoxAct, self.act)
        if act is None or act.undone or act.kind != TAKE_DOWN or act.until >= self.until:
            return
        change.put(msgspec.structs.replace(act, until=self.until))
        if act.discussed_in:
            change.send_command(Owner.channel(act.discussed_in), self)


class RestoreTakenDown(Command, frozen=True):
    """To a box from which messages were taken down: what this act took comes back."""

    name = "restrictions.restore"

    act: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await restore_within(change, self.act)


async def restore_within(change: Change, number: int) -> None:
    """Bring back what an act of this number took out of the box that is changed; nothing if it is undone."""
    act = await change.get(BoxAct, number)
    if act is None or act.undone or act.kind != TAKE_DOWN:
        return
    note_undone(change, act)
    if act.discussed_in:
        change.send_command(Owner.channel(act.discussed_in), RestoreTakenDown(act=number))
    for peer, kept in act.taken:
        taken = await _let_go(change, act, peer, kept)
        if taken is not None:
            await _put_back(change, taken)


async def acts_that_took(look: View, peer: int, message: int) -> tuple[int, ...]:
    """Return which acts keep a message of a conversation down; none if it is not."""
    for one in await look.scan(TakenDown, peer, limit=ASIDE_MAX):
        if one.message.id == message:
            return one.acts
    return ()


async def _begin(change: Change, act: BoxAct) -> bool:
    """Keep an act in the box it is about; False if it was done before, be it undone since or not."""
    if await change.get(BoxAct, act.act) is not None:
        return False
    change.put(act)
    change.schedule(act.until, Shred(peer=accounts.peer_id(change.owner), act=act.act))
    return True


async def _take(
    change: Change,
    act: BoxAct,
    messages: list[Message],
    *,
    aside: Collection[int] = (),
    discussed: Mapping[int, Discussed] | None = None,
) -> None:
    """Take messages out of a box and keep them; note it of those that are `aside` already."""
    held: list[tuple[int, int]] = []
    if aside:
        peer = accounts.peer_id(change.owner)
        for one in await change.scan(TakenDown, peer, limit=ASIDE_MAX):
            if one.message.id in aside:
                change.put(msgspec.structs.replace(one, acts=(*one.acts, act.act)))
                held.append((peer, one.number))
    taken = [m for m in messages if not conversations.begins_topic(m)]  # a topic ends otherwise
    for message in taken:
        post = discussed.get(message.id) if discussed else None
        kept = await _kept(change, act, message, post)
        change.put(kept)
        if post is not None:
            change.drop(Discussed, post.channel, post.post)
        await files.count_shown(change, message.media, 1)  # its files stay as long as it is kept
        held.append((kept.peer, kept.number))
    change.put(msgspec.structs.replace(act, taken=tuple(held)))
    if taken:
        log = conversations.log_kept_in(change.owner, taken[0].peer)
        await log.remove(change, taken)


async def _kept(
    change: Change, act: BoxAct, message: Message, discussed: Discussed | None
) -> TakenDown:
    """Return what is kept of a message that goes."""
    peer, number = message.peer, message.id
    reacted = await change.scan(Reacted, peer, number) if message.reactions else []
    return TakenDown(
        peer=peer,
        number=change.next("taken_down"),
        date=message.date,
        acts=(act.act,),
        message=message,
        reacted=tuple(reacted),
        counted=await change.get(Counted, number),
        mentioned=await change.get(Mention, peer, number) is not None,
        unread_reaction=await change.get(UnreadReaction, peer, number) is not None,
        discussed=discussed,
    )


async def _let_go(change: Change, act: BoxAct, peer: int, number: int) -> TakenDown | None:
    """Take an act off what it keeps down; return it if no other does."""
    taken = await change.get(TakenDown, peer, number)
    if taken is None or act.act not in taken.acts:
        return None
    others = tuple(other for other in taken.acts if other != act.act)
    if others:
        change.put(msgspec.structs.replace(taken, acts=others))
        return None
    change.drop(TakenDown, peer, number)
    return taken


class Shred(Job, frozen=True):
    """Nobody can appeal any more: what an act took down, and no other keeps, is destroyed."""

    name = "restrictions.shred"

    peer: int  # whose box, by its number as a peer
    act: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(accounts.owner_of(self.peer)) as change:
            act = await change.get(BoxAct, self.act)
            if act is None or act.undone:
                return
            if act.until > change.now:  # an appeal waits
                change.schedule(act.until, self)
                return
            for peer, number in act.taken:
                taken = await _let_go(change, act, peer, number)
                if taken is not None:
                    await files.count_shown(change, taken.message.media, -1)
            change.drop(BoxAct, self.act)


async def _put_back(change: Change, taken: TakenDown) -> None:
    """Put a message where it was, with all that stood beside it, and tell its readers.

    One whose time is over meanwhile, or whose conversation its reader has deleted, does not come back.
    """
    message = taken.message
    log = conversations.log_kept_in(change.owner, message.peer)
    dialog = None if log.shared else await change.get(Dialog, message.peer)
    over = bool(message.ttl) and message.date + message.ttl <= change.now
    if over or (dialog is None and not log.shared):
        await files.count_shown(change, message.media, -1)
        return
    change.put(message)
    for one in taken.reacted:
        change.put(one)
    if taken.counted is not None:
        change.put(taken.counted)
    if message.pinned:
        change.put(Pin(peer=message.peer, id=message.id))
    if taken.discussed is not None:
        change.put(taken.discussed)
    if taken.mentioned:
        topic = message.thread if message.topic else 0
        change.put(Mention(peer=message.peer, id=message.id, topic=topic))
    if taken.unread_reaction:
        change.put(UnreadReaction(peer=message.peer, id=message.id))
    if log.shared:
        await _back_on_top(change, message)
        await _back_in_thread(change, message)
    elif dialog is not None:
        await _back_in_dialog(change, dialog, message)
    change.announce(log.edited(message.id))


async def _back_on_top(change: Change, message: Message) -> None:
    top = await change.get(chats.Top)
    if top is None or top.id < message.id:
        change.put(chats.Top(id=message.id, date=message.date))


async def _back_in_thread(change: Change, message: Message) -> None:
    thread = await change.get(Thread, message.thread) if message.thread else None
    if thread is None:
        return
    newest = max(thread.newest, message.id)
    change.put(msgspec.structs.replace(thread, count=thread.count + 1, newest=newest))
    change.put(InThread(thread=message.thread, id=message.id))


async def _back_in_dialog(change: Change, dialog: Dialog, message: Message) -> None:
    """Put a reader's copy back into its conversation, where other copies and its number find it again."""
    if not message.out:
        await copies.note_copy(change, message.sender, message.origin, message.id)
    if await change.event(NewMessage, message.id) is None:  # old events were dropped meanwhile
        event = NewMessage(peer=message.peer, id=message.id)
        change.keep_event(message.id, event, message.date)
    unread = dialog.unread + (not message.out and message.id > dialog.read_inbox)
    dialog = msgspec.structs.replace(dialog, unread=unread)
    if message.id > dialog.top:
        dialog = msgspec.structs.replace(dialog, top=message.id, date=message.date)
    change.put(dialog)


EVENTS: Final[tuple[Any, ...]] = (
    TakeDownPosts,
    TakeDownDiscussed,
    TakeDownCopies,
    KeepAside,
    RestoreTakenDown,
    Shred,
)
