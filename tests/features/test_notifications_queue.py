"""Push messages wait in memory within bounds, and nobody waits for somebody else's slow browser."""

import asyncio
import json
from typing import Any

import pytest
from tests.features.village import Clock

from chappe.features.notifications import push_queue
from chappe.features.notifications.push_queue import (
    AT_ONCE_MAX,
    AT_ONCE_OF_ONE_MAX,
    Browser,
    PushQueue,
)
from chappe.features.notifications.rules import (
    FAILURES_MAX,
    FIRST_WAIT_S,
    GAP_S,
    SLOWNESS,
    TOGETHER_MAX,
    WAIT_S_MAX,
    Settings,
    loudness_of,
    payload_of,
    together,
    wait_after,
)
from chappe.ports import PushOutcome, PushResult
from chappe.updates import Notification, NotificationKind

MESSAGE, MENTION, REACTION = (
    NotificationKind.MESSAGE,
    NotificationKind.MENTION,
    NotificationKind.REACTION,
)
TAKEN = PushResult(PushOutcome.TAKEN)


def message(number: int = 1, peer: int = 7, **other: Any) -> Notification:
    """Return a notification."""
    return Notification(**{"kind": MESSAGE, "peer": peer, "id": number, "sender": 7, **other})


class Notes:
    """Counts outcomes, and keeps bugs."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self.bugs: list[BaseException] = []

    def pushed(self, outcome: str) -> None:
        """See `PushObserver`."""
        self.outcomes.append(outcome)

    def bug(self, _where: str, error: BaseException) -> None:
        """See `Observer`."""
        self.bugs.append(error)

    def works_again(self) -> None:
        """See `Observer`."""


class Line:
    """A queue, and what it has tried; nothing is answered while the gate is closed."""

    def __init__(self) -> None:
        self.clock, self.notes = Clock(), Notes()
        self.tried: list[tuple[Browser, tuple[Notification, ...]]] = []
        self.answer: PushResult | None = TAKEN
        self.fails: BaseException | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.queue = PushQueue(self.clock, self.attempt, self.notes)

    async def attempt(
        self, browser: Browser, wanted: tuple[Notification, ...]
    ) -> PushResult | None:
        """See `push_queue.Attempt`."""
        self.tried.append((browser, wanted))
        await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        return self.answer

    async def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.time += seconds
        self.queue.tick()
        await self.queue.settle()


async def turn() -> None:
    """Let every task that can go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_so_many_are_under_way_and_no_more() -> None:
    """Of all, and of one person; when one ends the next begins."""
    line = Line()
    line.gate.clear()
    for key_id in range(AT_ONCE_OF_ONE_MAX + 3):
        line.queue.add(Browser(1, key_id), message())
    await turn()
    assert len(line.tried) == AT_ONCE_OF_ONE_MAX
    for user in range(2, AT_ONCE_MAX + 10):
        line.queue.add(Browser(user, 0), message())
    await turn()
    assert len(line.tried) == AT_ONCE_MAX
    line.gate.set()
    await line.queue.settle()
    assert (
        len(line.tried)
        == len({b for b, _ in line.tried})
        == AT_ONCE_OF_ONE_MAX + 3 + AT_ONCE_MAX + 8
    )
    assert not line.queue._of_user
    await line.later(GAP_S)
    assert not line.queue._browsers


async def test_what_comes_meanwhile_is_told_together() -> None:
    """After a gap; what is not news to anybody any more leaves no gap."""
    line = Line()
    ada = Browser(1, 1)
    line.gate.clear()
    for number in range(5):
        line.queue.add(ada, message(number, peer=number))
        await turn()
    line.gate.set()
    await line.queue.settle()
    await line.later(GAP_S - 1)
    assert [len(wanted) for _, wanted in line.tried] == [1]
    await line.later(1)
    assert [len(wanted) for _, wanted in line.tried] == [1, 4]
    await line.later(GAP_S)
    line.answer = None
    for _ in range(2):
        line.queue.add(ada, message())
        await line.queue.settle()
    assert [len(wanted) for _, wanted in line.tried] == [1, 4, 1, 1]


async def test_what_waits_is_not_held_for_longer_by_what_comes() -> None:
    """Nor does what is held begin sooner because something was sent just now."""
    line = Line()
    ada = Browser(1, 1)
    line.queue.add(ada, message(), 30)
    await line.later(20)
    line.queue.add(ada, message(2), 30)
    await line.later(9)
    assert line.tried == []
    await line.later(1)
    assert len(line.tried) == 1
    line.gate.clear()
    await line.later(GAP_S)
    line.queue.add(ada, message(3))
    await turn()
    line.queue.add(ada, message(4), 30)
    line.gate.set()
    await line.queue.settle()
    await line.later(29)
    assert len(line.tried) == 2
    await line.later(1)
    assert len(line.tried) == 3


async def test_a_push_service_that_is_slow_is_left_alone_for_as_long_again() -> None:
    """Many times: otherwise a few of them would have all the places there are."""
    line = Line()
    ada = Browser(1, 1)
    line.gate.clear()
    line.queue.add(ada, message())
    await turn()
    line.clock.time += 9
    line.queue.add(ada, message(2))
    line.gate.set()
    await line.queue.settle()
    await line.later(9 * SLOWNESS - 1)
    assert len(line.tried) == 1
    await line.later(1)
    assert len(line.tried) == 2


async def test_too_many_browsers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """And told nothing; those that wait already are."""
    monkeypatch.setattr(push_queue, "BROWSERS_MAX", 2)
    line = Line()
    line.gate.clear()
    for user in (1, 2, 3, 2):
        line.queue.add(Browser(user, 0), message())
    line.gate.set()
    await line.queue.settle()
    assert [browser.user for browser, _ in line.tried] == [1, 2]
    assert line.notes.outcomes == ["dropped"]


async def test_a_bug_is_told_and_the_others_go_on() -> None:
    """What waited for this browser is lost, what comes is not."""
    line = Line()
    line.fails = RuntimeError("ours")
    line.queue.add(Browser(1, 0), message())
    line.queue.add(Browser(2, 0), message())
    await line.queue.settle()
    assert line.notes.bugs == [line.fails, line.fails]
    line.fails = None
    line.queue.add(Browser(1, 0), message())
    await line.queue.settle()
    assert len(line.tried) == 3


async def test_a_stop_gives_up_what_is_under_way() -> None:
    """At once, whatever the push service does."""
    line = Line()
    line.gate.clear()
    for key_id in range(AT_ONCE_OF_ONE_MAX + 1):
        line.queue.add(Browser(1, key_id), message())
    await turn()
    await line.queue.stop()
    assert not line.queue._tasks
    assert len(line.tried) == AT_ONCE_OF_ONE_MAX
    await line.queue.stop()


def test_the_closest_setting_counts() -> None:
    """Each by itself: what is not said is that of the kind, and a kind is loud."""
    now = 1_000
    muted, loud, soft = Settings(mute_until=now + 1), Settings(mute_until=0), Settings(silent=True)
    for said, expected in (
        ((), (False, False)),
        ((None, None), (False, False)),
        ((None, muted), (True, False)),
        ((loud, muted), (False, False)),
        ((muted, loud), (True, False)),
        ((soft, muted), (True, True)),
        ((Settings(silent=False), soft), (False, False)),
        ((Settings(mute_until=now),), (False, False)),
    ):
        assert loudness_of(said, now) == expected


def test_one_message_stands_for_several() -> None:
    """For the newest of each dialog, topic and kind, and for so many of them."""
    first, second, other = message(1), message(2), message(1, peer=8)
    assert together((first, other), (second,)) == (other, second)
    assert together((), (first, message(1, topic=3), message(1, kind=MENTION))) != (first,)
    many = tuple(message(1, peer=peer) for peer in range(TOGETHER_MAX + 3))
    assert together((), many) == many[3:]


def test_a_browser_is_told_the_most_urgent_kind_and_nothing_else() -> None:
    """Whether it makes a sound, and for which account."""
    for kinds, told in (
        ((MESSAGE,), "message"),
        ((REACTION,), "reaction"),
        ((REACTION, MESSAGE), "message"),
        ((REACTION, MESSAGE, MENTION), "mention"),
    ):
        said = json.loads(payload_of([message(kind=kind) for kind in kinds], "tag"))
        assert said == {"v": 1, "n": told, "a": "tag"}
    soft = message(silent=True)
    assert json.loads(payload_of([soft], "")) == {"v": 1, "n": "message", "s": 1}
    assert json.loads(payload_of([soft, message()], "")) == {"v": 1, "n": "message"}
    assert len(payload_of([soft], "f" * 16)) < 128


def test_who_fails_again_is_left_alone_for_longer() -> None:
    """To an hour; as long as it asks, but no longer than that."""
    waits = [wait_after(failures, 0) for failures in range(1, FAILURES_MAX + 3)]
    assert waits[:3] == [FIRST_WAIT_S, FIRST_WAIT_S * 3, FIRST_WAIT_S * 9]
    assert waits == sorted(waits)
    assert waits[-1] == wait_after(10**6, 0) == wait_after(1, 10**9) == WAIT_S_MAX
    assert wait_after(1, 600) == 600
