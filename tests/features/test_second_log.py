"""The second log: what is addressed to one device, or to a bot, counted by qts until it is acknowledged."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.tl import api, errors
from chappe.updates import (
    Change,
    Command,
    Context,
    Event,
    NoticeRow,
    QtsLog,
    QtsRow,
    Registry,
    pruning,
)

from .replica import catch_up
from .village import START, Device, Person, Village, village


class Sealed(Event, frozen=True):
    """A message that only one device can open."""

    name = "test.sealed"

    text: bytes

    async def render(self, viewer: Any, pts: int) -> Any:
        """See `Event`."""
        file = api.EncryptedFileEmpty()
        message = api.EncryptedMessage(
            random_id=pts, chat_id=7, date=START, bytes=self.text, file=file
        )
        return api.UpdateNewEncryptedMessage(message=message, qts=pts)


class Stopped(Event, frozen=True):
    """Somebody stopped a bot."""

    name = "test.stopped"

    user: int

    async def render(self, viewer: Any, pts: int) -> Any:
        """See `Event`."""
        viewer.mention_user(self.user)
        stopped = api.BoolTrue()
        return api.UpdateBotStopped(user_id=self.user, date=START, stopped=stopped, qts=pts)


class Discarded(Event, frozen=True):
    """A secret chat has ended: its update carries no qts."""

    name = "test.discarded"

    async def render(self, viewer: Any, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateEncryption(chat=api.EncryptedChatDiscarded(id=7), date=START)


class Typing(Event, frozen=True):
    """Somebody types in a secret chat: it is not kept."""

    name = "test.typing"

    async def render(self, viewer: Any, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateEncryptedChatTyping(chat_id=7)


class Deliver(Command, frozen=True):
    """Have a device of somebody hear a text."""

    name = "test.deliver"

    device: int
    text: bytes

    async def apply(self, change: Change, _context: Context) -> None:
        """See `Command`."""
        change.announce(Sealed(text=self.text), QtsLog(self.device))


def know(v: Village) -> None:
    """Have the server know what this test declares."""
    v.context.registry._kinds.update(Registry([Sealed, Stopped, Discarded, Typing, Deliver])._kinds)


def box(person: Person) -> Owner:
    """Return somebody's box."""
    return Owner(Kind.USER, person.id)


async def deliver(v: Village, sender: Person, to: Person, device: Device, *texts: bytes) -> None:
    """Send texts to one device of somebody, by the outbox."""
    for text in texts:
        async with v.context.change(box(sender)) as change:
            change.send_command(box(to), Deliver(device=device.key_id, text=text))
    await v.settle()


def texts(found: list[Any]) -> list[bytes]:
    """Return what encrypted messages hold, pushed or from a difference."""
    return [getattr(one, "message", one).bytes for one in found]


async def rows(v: Village, person: Person) -> list[tuple[int, int]]:
    """Return device and qts of whatever is kept in somebody's second logs."""
    return [(r.device, r.qts) for r in await v.context.look(box(person)).scan(QtsRow)]


async def test_one_device_hears_it_and_no_other() -> None:
    """Each counts its own from 1, beside a pts that stands still; a third device hears nothing."""
    async with village() as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone, tablet = claude.device, claude.listener
        before = await phone(api.UpdatesGetState())
        await deliver(v, ada, claude, phone, b"one", b"two")
        await deliver(v, ada, claude, tablet, b"three")
        assert texts(phone.heard) == [b"one", b"two"]
        assert texts(tablet.heard) == [b"three"]
        assert [u.qts for u in phone.heard] == [1, 2]
        assert ada.device.heard == []
        states = [await d(api.UpdatesGetState()) for d in (phone, tablet, ada.device)]
        assert [(s.qts, s.pts) for s in states[:2]] == [(2, before.pts), (1, before.pts)]
        assert (before.qts, states[2].qts) == (0, 0)


async def test_who_slept_finds_it_in_slices_and_acknowledges_by_going_on() -> None:
    """Each difference names what the device has: that is removed, and the next part comes."""
    async with village() as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone = await claude.log_in()
        phone.disconnect()
        await deliver(v, ada, claude, phone, *(b"%d" % n for n in range(5)))
        phone.reconnect()
        state = await phone(api.UpdatesGetState())
        given = {"pts": state.pts, "date": state.date, "qts_limit": 2}
        got = await phone(api.UpdatesGetDifference(qts=0, **given))
        assert isinstance(got, api.UpdatesDifferenceSlice)
        assert texts(got.new_encrypted_messages) == [b"0", b"1"]
        assert (got.intermediate_state.qts, got.intermediate_state.pts) == (2, state.pts)
        again = await phone(api.UpdatesGetDifference(qts=0, **given))
        assert texts(again.new_encrypted_messages) == [b"0", b"1"]  # it did not say it has them
        got = await phone(api.UpdatesGetDifference(qts=2, **given))
        assert texts(got.new_encrypted_messages) == [b"2", b"3"]
        assert await rows(v, claude) == [(phone.key_id, n) for n in (3, 4, 5)]
        got = await phone(api.UpdatesGetDifference(qts=4, **given))
        assert isinstance(got, api.UpdatesDifference)
        assert (texts(got.new_encrypted_messages), got.state.qts) == ([b"4"], 5)
        got = await phone(api.UpdatesGetDifference(qts=5, **given))
        assert (got.new_encrypted_messages, got.state.qts) == ([], 5)
        assert await rows(v, claude) == []
        assert (await phone(api.UpdatesGetState())).qts == 5


async def test_slices_without_end_hold_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever cuts them: how many, or how large they are; beside slices of the box's own log."""
    async with village() as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone = await claude.log_in()
        await deliver(v, ada, claude, phone, *(b"%d" % n for n in range(7)))
        found = [update for _, update in await catch_up(phone, 0, limit=3)]
        assert texts(found) == [b"%d" % n for n in range(7)]
        await deliver(v, ada, claude, phone, *(b"x" * 100 for _ in range(5)))
        monkeypatch.setattr("chappe.features.conversations.ANSWER_BYTES_MAX", 250)
        reached = [qts for qts, _ in await catch_up(phone, 7)]
        assert reached == [9, 9, 11, 11, 12]


async def test_what_a_device_says_it_has_is_removed() -> None:
    """By messages.receivedQueue; no further than it can have, and its own only."""
    async with village() as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone, tablet = claude.device, claude.listener
        await deliver(v, ada, claude, phone, b"one", b"two", b"three")
        await deliver(v, ada, claude, tablet, b"four")
        for wrong in (-1, 4, 1 << 30):
            with pytest.raises(errors.MaxQtsInvalid):
                await phone(api.MessagesReceivedQueue(max_qts=wrong))
        assert len(await rows(v, claude)) == 4
        assert await phone(api.MessagesReceivedQueue(max_qts=2)) == []
        assert await rows(v, claude) == [(phone.key_id, 3), (tablet.key_id, 1)]
        assert await phone(api.MessagesReceivedQueue(max_qts=2)) == []
        with pytest.raises(errors.MaxQtsInvalid):
            await ada(api.MessagesReceivedQueue(max_qts=1))
        phone.acknowledged = 2
        assert texts([u for _, u in await catch_up(phone, 2)]) == [b"three"]


async def test_a_notice_to_one_device_is_found_by_no_other() -> None:
    """Pushed or by date, as any event without a pts; what is not kept reaches it while it is here."""
    async with village() as v:
        know(v)
        (claude,) = await v.people_named("Claude")
        phone, tablet = claude.device, claude.listener
        since = await phone(api.UpdatesGetState())
        async with v.context.change(box(claude)) as change:
            change.announce_without_pts(Discarded(), QtsLog(phone.key_id))
        v.context.delivery.push_transient(Owner.user(claude.id), Typing(), device=phone.key_id)
        await v.settle()
        kinds = [type(u) for u in phone.heard]
        assert kinds == [api.UpdateEncryption, api.UpdateEncryptedChatTyping]
        assert tablet.heard == []
        asked = api.UpdatesGetDifference(pts=since.pts, date=since.date, qts=0)
        found = [type(u) for u in (await phone(asked)).other_updates]
        assert found.count(api.UpdateEncryption) == 1
        found.remove(api.UpdateEncryption)
        assert [type(u) for u in (await tablet(asked)).other_updates] == found
        notices = await v.context.look(box(claude)).scan(NoticeRow)
        assert [n.device for n in notices if n.device] == [phone.key_id]


async def test_a_bot_has_one_log_for_all_its_sessions() -> None:
    """Each hears it; whoever acknowledges does so for all, since they are one bot."""
    async with village(twins=False) as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        for device in claude.devices:
            device.client.identified = device.client.bot = True
        async with v.context.change(box(claude)) as change:
            assert change.announce(Stopped(user=ada.id), QtsLog(0)) == 1
        await v.settle()
        one, other = claude.devices
        assert [(u.user_id, u.qts) for u in one.heard + other.heard] == [(ada.id, 1)] * 2
        assert ada.id in one.peers
        got = await one(api.UpdatesGetDifference(pts=1, date=START, qts=0))
        assert [u.qts for u in got.other_updates if hasattr(u, "qts")] == [1]
        assert got.state.qts == 1
        await other(api.UpdatesGetDifference(pts=1, date=START, qts=1))
        assert await rows(v, claude) == []


async def test_a_device_that_logs_out_leaves_nothing_and_counts_anew() -> None:
    """The same key logged in again begins at 1; the other device keeps its log."""
    async with village(twins=False) as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone, tablet = await claude.log_in(), claude.listener
        await deliver(v, ada, claude, phone, b"one", b"two")
        await deliver(v, ada, claude, tablet, b"three")
        await phone(api.AuthLogOut())
        assert await rows(v, claude) == [(tablet.key_id, 1)]
        look = v.context.look(box(claude))
        assert await look.counter(QtsLog(phone.key_id).counter) == 0
        assert await look.counter(QtsLog(tablet.key_id).counter) == 1
        await deliver(v, ada, claude, phone, b"too late")
        assert texts(phone.heard_qts()) == [b"one", b"two"]


async def test_a_device_that_acknowledges_nothing_is_kept_a_bounded_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest go with the daily round; what is left comes with the difference."""
    monkeypatch.setattr(pruning, "QTS_KEPT_MAX", 3)
    monkeypatch.setattr(pruning, "ROWS_DROPPED_MAX", 2)
    async with village(twins=False) as v:
        know(v)
        ada, claude = await v.people_named("Ada", "Claude")
        phone, tablet = claude.device, claude.listener
        await deliver(v, ada, claude, phone, *(b"%d" % n for n in range(8)))
        await deliver(v, ada, claude, tablet, b"x", b"y")
        assert await v.server.pruner.once() == 5
        assert await v.server.pruner.once() == 0
        kept = [(phone.key_id, n) for n in (6, 7, 8)] + [(tablet.key_id, n) for n in (1, 2)]
        assert sorted(await rows(v, claude)) == sorted(kept)
        assert texts([u for _, u in await catch_up(phone, 0)]) == [b"5", b"6", b"7"]


async def test_only_a_person_or_bot_has_a_second_log() -> None:
    """A channel has readers, and no device; nothing of such a change is kept."""
    async with village(twins=False) as v:
        owner = Owner(Kind.CHANNEL, 5)
        with pytest.raises(ValueError, match="second log"):
            async with v.context.change(owner) as change:
                change.announce(Sealed(text=b"x"), QtsLog(1))
        assert await v.context.look(owner).scan(QtsRow) == []
