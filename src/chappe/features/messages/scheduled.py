"""messages.*Scheduled*: messages that wait for a time, or until the other is here.

They wait in the box of who wrote them, under numbers of their own. When their time comes they are sent as
if written then: rights are asked again, and the random_id sees to it that they are sent once.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, dialogs, files, privacy, receipts
from chappe.features.conversations import (
    FORBIDDEN,
    WRITE_ERRORS,
    Message,
    Sent,
    Target,
    as_written,
    may_write,
    sent,
    show_message,
)
from chappe.ports import PassingRecord, Record, in_order
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, Job, Viewer

from .drafting import check_text
from .sending import write_message

SCHEDULED_MAX: Final = 100  # messages of one person that wait in one dialog
AHEAD_S_MAX: Final = 365 * 86_400  # seconds a message may wait
NUMBER_MAX: Final = (1 << 18) - 1  # scheduled messages are numbered up to here, then anew
AHEAD_S_MIN: Final = 10  # seconds a message must wait at least: for less it is sent at once
WHEN_ONLINE: Final = 0x7FFFFFFE  # the date that means: once the other is here
AWAITING_MAX: Final = 1_000  # people who wait for one to come
WAITS: Final = (
    "A message that you scheduled was not sent yet: it is to somebody who does not know you, and a new"
    " account addresses only so many of them in a day. It waits until {when}: you find it among your"
    " scheduled messages."
)

SCHEDULE_ERRORS: Final = (
    errors.ScheduleBotNotAllowed,
    errors.ScheduleDateInvalid,
    errors.ScheduleDateTooLate,
    errors.ScheduleTooMuch,
    errors.ScheduleStatusPrivate,
    errors.EffectIdInvalid,
    errors.ShortcutInvalid,
)


class Scheduled(PassingRecord, frozen=True):
    """A message that waits to be sent."""

    table = "scheduled"
    key = ("peer", in_order("id"))
    month_by = ("peer", "due")

    peer: int
    id: int
    due: int
    random_id: int
    message: Message  # its date is when it is due
    right: str = "send_plain"  # what one must be allowed to send


class Awaited(Record, frozen=True):
    """In somebody's box: who wants to be written for as soon as they are here."""

    table = "awaited"
    key = ()

    users: tuple[int, ...] = ()


# -- what is told -----------------------------------------------------------------------------------


class NewScheduled(Event, frozen=True):
    """A message was scheduled, or is another, or for another time."""

    name = "scheduled.new"

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewScheduledMessage | None:
        """See `Event`."""
        mine = viewer.look(Owner(Kind.USER, viewer.user))
        found = await mine.get(Scheduled, self.peer, self.id)
        if found is None:
            return None
        return api.UpdateNewScheduledMessage(message=await show_scheduled(viewer, found))


class ScheduledGone(Event, frozen=True):
    """Scheduled messages were sent or deleted."""

    name = "scheduled.gone"

    peer: int
    ids: tuple[int, ...]
    sent: tuple[int, ...] = ()  # what they have become, in the same order

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDeleteScheduledMessages:
        """See `Event`."""
        return api.UpdateDeleteScheduledMessages(
            peer=accounts.show_peer(viewer, self.peer),
            messages=list(self.ids),
            sent_messages=list(self.sent) or None,
        )


async def show_scheduled(viewer: Viewer, found: Scheduled) -> api.Message | api.MessageService:
    """Return a scheduled message as its author reads it.

    What it has of files is seen in a message of the negative number: see `media.seen_media`.
    """
    shown = await show_message(viewer, msgspec.structs.replace(found.message, id=-found.id))
    shown.id = found.id
    return shown


# -- when it is time --------------------------------------------------------------------------------


class SendScheduled(Job, frozen=True):
    """A scheduled message is due."""

    name = "scheduled.send"

    user: int
    peer: int
    id: int
    due: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        found = await context.look(Owner(Kind.USER, self.user)).get(Scheduled, self.peer, self.id)
        if found is not None and found.due == self.due:  # else it was put off, sent or deleted
            await _deliver_in_time(Call.by(context, self.user), found)


class CameOnline(Job, frozen=True):
    """Somebody is here for whom messages wait."""

    name = "scheduled.came_online"

    user: int  # who wrote them
    peer: int  # who is here

    async def run(self, context: Context) -> None:
        """See `Job`. Who may no longer know that the other is here would learn it by what is sent."""
        author = Owner(Kind.USER, self.user)
        waiting = await context.look(author).scan(Scheduled, self.peer)
        if not any(found.due == WHEN_ONLINE for found in waiting):
            return
        suspended = await accounts.suspension_of(context.look(author), int(context.clock.now()))
        may_know = await privacy.may_see(Viewer(context, self.user), self.peer, "status")
        if suspended is not None or not may_know:
            async with context.change(Owner(Kind.USER, self.peer)) as change:
                await _await(change, self.user)  # for another time: the rules may be others then
            return
        for found in sorted(waiting, key=lambda s: s.id):
            if found.due == WHEN_ONLINE:
                await _deliver_in_time(Call.by(context, self.user), found)


class Await(Command, frozen=True):
    """To somebody's box: let it be known when they are here."""

    name = "scheduled.await"

    user: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        owner = await change.get(accounts.User)
        if owner is None or owner.deleted:
            return
        seen = await change.get(accounts.LastSeen)
        if seen is not None and seen.until > change.now:
            change.schedule(change.now, CameOnline(user=self.user, peer=change.owner.id))
            return
        await _await(change, self.user)


async def _await(change: Change, user: int) -> None:
    """Keep in somebody's box who wants to be written for when they come the next time."""
    awaited = await change.get(Awaited) or Awaited()
    if user not in awaited.users and len(awaited.users) < AWAITING_MAX:
        change.put(Awaited(users=(*awaited.users, user)))


async def came_online(change: Change) -> None:
    """Have sent what waits for somebody who says now that they are here."""
    awaited = await change.get(Awaited)
    if awaited is not None and awaited.users:
        change.put(Awaited())
        for user in awaited.users:
            change.schedule(change.now, CameOnline(user=user, peer=change.owner.id))


async def deliver(call: Call, found: Scheduled) -> Sent | None:
    """Send a scheduled message now; None if its author may not any more, and then it is dropped.

    A member who must wait between two messages waits with this one, too; and so does who is suspended.

    Raises:
        errors.PeerFlood: it is to one stranger too many for today; then it is not dropped.
    """
    kept: Sent | None = None
    suspension = await accounts.suspension_of(call.look(), call.now)
    if suspension is not None:
        await _put_off(call, found, suspension.until)
        return None
    try:
        sender = found.message.sender if found.message.author else None
        target = await may_write(call, accounts.owner_of(found.peer), found.right, sender)
        draft = msgspec.structs.replace(found.message, id=0, date=call.now, from_scheduled=True)
        kept = await write_message(call, target, found.random_id, draft)
    except errors.SlowmodeWait as wait:
        await _put_off(call, found, call.now + wait.number)
        return None
    except errors.PeerFlood:  # of a stranger beyond what their account may address today
        raise
    except errors.RpcError:  # they left, were banned or blocked, or the chat is gone
        pass
    became = (kept.id,) if kept is not None else ()
    async with call.change() as change:
        if await change.get(Scheduled, found.peer, found.id) is not None:
            change.drop(Scheduled, found.peer, found.id)
            await files.count_shown(change, found.message.media, -1)
            change.announce_without_pts(
                ScheduledGone(peer=found.peer, ids=(found.id,), sent=became)
            )
    return kept


async def _deliver_in_time(call: Call, found: Scheduled) -> None:
    """Send what is due; one to a stranger too many for today waits, and its author is told."""
    try:
        await deliver(call, found)
    except errors.PeerFlood as flood:
        due = call.now + dialogs.strangers_wait(flood)
        await _put_off(call, found, due, is_told=True)
        text = WAITS.format(when=f"{datetime.fromtimestamp(due, UTC):%Y-%m-%d %H:%M} UTC")
        number = call.context.keyed("scheduled message waits", call.user, found.id, found.due)
        await receipts.bring_letter(call.context, call.user, receipts.Letter(number, text))


async def _put_off(call: Call, found: Scheduled, due: int, *, is_told: bool = False) -> None:
    """Have a message wait longer, unless it was sent, deleted or put off meanwhile.

    Apps show the new time where they are told.
    """
    async with call.change() as change:
        now = await change.get(Scheduled, found.peer, found.id)
        if now is None or now.due != found.due:
            return
        message = msgspec.structs.replace(now.message, date=due) if is_told else now.message
        change.rewrite(msgspec.structs.replace(now, due=due, message=message))
        if is_told:
            change.announce_without_pts(NewScheduled(peer=found.peer, id=found.id))
        change.schedule(due, SendScheduled(user=call.user, peer=found.peer, id=found.id, due=due))


# -- scheduling -------------------------------------------------------------------------------------


async def wanted_date(call: Call, to: Owner, request: Any) -> int:
    """Return for when a request schedules what it sends; 0 for at once.

    Raises:
        SCHEDULE_ERRORS: not for then, or not with that.
    """
    if getattr(request, "effect", None):
        raise errors.EffectIdInvalid  # there are none
    if getattr(request, "quick_reply_shortcut", None) is not None:
        raise errors.ShortcutInvalid
    date = request.schedule_date
    if date is None:
        return 0
    if call.client.bot:
        raise errors.ScheduleBotNotAllowed
    await check_date(call, to, date, getattr(request, "schedule_repeat_period", None) or 0)
    return 0 if _is_now(call, date) else int(date)


def _is_now(call: Call, date: int) -> bool:
    """Whether a date is so near that what is scheduled for it is sent at once."""
    return date < call.now + AHEAD_S_MIN


async def check_date(call: Call, to: Owner, date: int, repeat: int) -> None:
    """Check a date for which something is to be scheduled.

    Raises:
        errors.ScheduleDateInvalid: it is past, there is nobody to wait for, or it is to be repeated.
        errors.ScheduleDateTooLate: it is more than a year ahead.
        errors.ScheduleStatusPrivate: the caller may not know when the other is here.
    """
    if repeat or date <= call.now:
        raise errors.ScheduleDateInvalid
    if date == WHEN_ONLINE:
        if to.kind is not Kind.USER or to == call.me:
            raise errors.ScheduleDateInvalid
        if not await privacy.may_see(call.viewer(), to.id, "status"):
            raise errors.ScheduleStatusPrivate
    elif date > call.now + AHEAD_S_MAX:
        raise errors.ScheduleDateTooLate


def send_right(draft: Message) -> str:
    """Return which right it takes to send a message."""
    return files.unpack_media_ref(draft.media).right if draft.media else "send_plain"


async def schedule(
    call: Call, target: Target, due: int, drafts: Sequence[tuple[int, Message]]
) -> api.Updates:
    """Keep messages until they are due; the same random_id gives the same one. Return what tells it.

    Raises:
        errors.ScheduleTooMuch: too many wait in this dialog.
    """
    kept: list[Scheduled] = []
    async with call.change() as change:
        waiting = {s.random_id: s for s in await change.scan(Scheduled, target.peer)}
        numbers = {s.id for s in waiting.values()}
        for random_id, draft in drafts:
            known = waiting.get(random_id)
            if known is None:
                if len(numbers) >= SCHEDULED_MAX:
                    raise errors.ScheduleTooMuch
                number = 0
                while not number or number in numbers:
                    number = (change.next("scheduled") - 1) % NUMBER_MAX + 1
                numbers.add(number)
                message = msgspec.structs.replace(
                    as_written(call, target, draft), id=number, date=due
                )
                known = Scheduled(
                    peer=target.peer,
                    id=number,
                    due=due,
                    random_id=random_id,
                    message=message,
                    right=send_right(draft),
                )
                _keep(change, known)
                await files.count_shown(change, message.media, 1)
            kept.append(known)
    viewer = call.viewer()
    told: list[api.TypeUpdate] = [api.UpdateMessageID(id=s.id, random_id=s.random_id) for s in kept]
    told += [api.UpdateNewScheduledMessage(message=await show_scheduled(viewer, s)) for s in kept]
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=chats, date=call.now, seq=0)


def _keep(change: Change, found: Scheduled) -> None:
    """Keep a scheduled message, and have it sent in time."""
    change.rewrite(found)
    change.announce_without_pts(NewScheduled(peer=found.peer, id=found.id))
    user = change.owner.id
    if found.due == WHEN_ONLINE:
        change.send_command(accounts.owner_of(found.peer), Await(user=user))
    else:
        job = SendScheduled(user=user, peer=found.peer, id=found.id, due=found.due)
        change.schedule(found.due, job)


async def edit(call: Call, request: api.MessagesEditMessage) -> api.Updates:
    """Give a scheduled message another text, or another time; if that is near, it is sent at once.

    Raises:
        WRITE_ERRORS, accounts.PEER_ERRORS, SCHEDULE_ERRORS, errors.MessageIdInvalid,
        errors.MessageNotModified, errors.MessageEmpty, errors.MessageTooLong, errors.EntityBoundsInvalid
    """
    to = await accounts.peer_of(call, request.peer)
    date = request.schedule_date or 0
    await check_date(call, to, date, request.schedule_repeat_period or 0)
    waiting = await call.look().get(Scheduled, accounts.peer_id(to), request.id)
    if waiting is not None and _is_now(call, date):
        await may_write(call, to, waiting.right)
    async with call.change() as change:
        found = await change.get(Scheduled, accounts.peer_id(to), request.id)
        if found is None:
            raise errors.MessageIdInvalid
        old = found.message
        text, entities = old.text, old.entities
        if request.message is not None:
            text, entities = check_text(
                request.message, request.entities, call.user, empty=bool(old.media)
            )
        if (text, entities, date) == (old.text, old.entities, found.due):
            raise errors.MessageNotModified
        message = msgspec.structs.replace(old, text=text, entities=entities, date=date)
        found = msgspec.structs.replace(found, due=date, message=message)
        _keep(change, found)
    if _is_now(call, date):
        return await _sent_now(call, found.peer, [found])
    viewer = call.viewer()
    update = api.UpdateNewScheduledMessage(message=await show_scheduled(viewer, found))
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=[update], users=users, chats=chats, date=call.now, seq=0)


# -- methods ----------------------------------------------------------------------------------------


async def _answer(call: Call, found: Iterable[Scheduled]) -> api.MessagesMessages:
    viewer = call.viewer()
    shown = [await show_scheduled(viewer, s) for s in found]
    users, chats = await accounts.peers(viewer)
    return api.MessagesMessages(messages=shown, topics=[], chats=chats, users=users)


@method(api.MessagesGetScheduledHistory, raises=accounts.PEER_ERRORS)
async def get_scheduled_history(
    call: Call, request: api.MessagesGetScheduledHistory
) -> api.TypeMessagesMessages:
    """Return what the caller has scheduled in a dialog, the latest first."""
    peer = accounts.peer_id(await accounts.peer_of(call, request.peer))
    found = await call.look().scan(Scheduled, peer)
    return await _answer(call, sorted(found, key=lambda s: (s.due, s.id), reverse=True))


@method(api.MessagesGetScheduledMessages, raises=accounts.PEER_ERRORS)
async def get_scheduled_messages(
    call: Call, request: api.MessagesGetScheduledMessages
) -> api.TypeMessagesMessages:
    """Return some scheduled messages; those that are not there are passed over."""
    peer = accounts.peer_id(await accounts.peer_of(call, request.peer))
    wanted = dict.fromkeys(request.id[:SCHEDULED_MAX])
    found = [await call.look().get(Scheduled, peer, number) for number in wanted]
    return await _answer(call, [s for s in found if s is not None])


@method(
    api.MessagesSendScheduledMessages,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(*WRITE_ERRORS, *FORBIDDEN.values(), errors.MessageIdInvalid),
)
async def send_scheduled_messages(
    call: Call, request: api.MessagesSendScheduledMessages
) -> api.TypeUpdates:
    """Send scheduled messages now."""
    to = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    wanted = sorted(set(request.id[:SCHEDULED_MAX]))
    found = [s for i in wanted if (s := await call.look().get(Scheduled, peer, i)) is not None]
    if not found:
        raise errors.MessageIdInvalid
    for right in {s.right for s in found}:
        await may_write(call, to, right)
    return await _sent_now(call, peer, found)


async def _sent_now(call: Call, peer: int, found: Iterable[Scheduled]) -> api.Updates:
    """Send scheduled messages of one dialog; return what tells that they are sent and wait no more."""
    delivered = [(s, kept) for s in found if (kept := await deliver(call, s)) is not None]
    answer = await sent(call, [kept for _, kept in delivered])
    gone = ScheduledGone(
        peer=peer, ids=tuple(s.id for s, _ in delivered), sent=tuple(k.id for _, k in delivered)
    )
    answer.updates = [
        *(u for u in answer.updates if not isinstance(u, api.UpdateMessageID)),
        await gone.render(call.viewer(), 0),
    ]
    return answer


@method(
    api.MessagesDeleteScheduledMessages,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=accounts.PEER_ERRORS,
)
async def delete_scheduled_messages(
    call: Call, request: api.MessagesDeleteScheduledMessages
) -> api.TypeUpdates:
    """Delete scheduled messages; nobody else has seen them."""
    peer = accounts.peer_id(await accounts.peer_of(call, request.peer))
    async with call.change() as change:
        wanted = sorted(set(request.id[:SCHEDULED_MAX]))
        there = [s for i in wanted if (s := await change.get(Scheduled, peer, i)) is not None]
        gone = tuple(one.id for one in there)
        for one in there:
            change.drop(Scheduled, peer, one.id)
            await files.count_shown(change, one.message.media, -1)
        event = ScheduledGone(peer=peer, ids=gone)
        if gone:
            change.announce_without_pts(event)
    viewer = call.viewer()
    told = [await event.render(viewer, 0)] if gone else []
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=chats, date=call.now, seq=0)


async def has_scheduled(viewer: Viewer, peer: int) -> bool:
    """Whether somebody has scheduled anything in a dialog."""
    mine = viewer.look(Owner(Kind.USER, viewer.user))
    return bool(await mine.count(Scheduled, peer))


EVENTS: Final[tuple[type, ...]] = (
    NewScheduled,
    ScheduledGone,
    SendScheduled,
    CameOnline,
    Await,
)
