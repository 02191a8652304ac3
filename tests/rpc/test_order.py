"""Calls that name earlier ones, and what else the wrappers around a call ask for."""

import asyncio
from typing import Any

import pytest
from tests.features.village import Device, Person, Village, village

from chappe import tl
from chappe.gateways.mtproto.served import ServedCalls
from chappe.rpc import dispatch
from chappe.testing.device import RPC_ERROR
from chappe.tl import api

RIGHT = api.UpdatesGetState()
WRONG = api.AccountUpdateUsername(username="no name")


class Command:
    """Calls of one device, sent without waiting; what is answered is noted in its order."""

    def __init__(self, village: Village, device: Device) -> None:
        self.village = village
        self.device = device
        self.answers: dict[int, bytes] = {}

    def send(self, query: Any) -> int:
        """Send a call; return its msg_id."""
        number, self.device.next_msg_id = self.device.next_msg_id, self.device.next_msg_id + 4
        self.village.server.dispatcher.call(
            self.device.client,
            number,
            tl.encode(query),
            lambda answer: self.answers.setdefault(number, answer) and None,
        )
        return number

    def refusal(self, number: int) -> str:
        """Return the token with which a call was refused, or nothing."""
        answer = self.answers[number]
        return answer[9 : 9 + answer[8]].decode() if answer.startswith(RPC_ERROR) else ""


def saying(person: Person, text: str) -> Any:
    """Return a call that has to wait until something is kept."""
    return api.MessagesSendMessage(
        peer=person.peer(person), message=text, random_id=person.village.number()
    )


def after(*earlier: int, query: Any) -> Any:
    """Return a call that waits for others."""
    if len(earlier) == 1:
        return api.InvokeAfterMsg(msg_id=earlier[0], query=query)
    return api.InvokeAfterMsgs(msg_ids=list(earlier), query=query)


async def test_a_call_waits_for_those_it_names() -> None:
    """It is answered after them; one that names none overtakes."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line = Command(v, ada.device)
        one, two = line.send(saying(ada, "one")), line.send(saying(ada, "two"))
        waits = line.send(after(one, query=RIGHT))
        waits_for_both = line.send(after(one, two, query=RIGHT))
        overtakes = line.send(RIGHT)
        assert list(line.answers) == [overtakes]
        await v.settle()
        order = list(line.answers)
        assert order.index(one) < order.index(waits)
        assert max(order.index(one), order.index(two)) < order.index(waits_for_both)
        assert not any(map(line.refusal, order))


async def test_what_waits_for_a_refused_call_is_refused_and_not_done() -> None:
    """Whether that was refused before or while it waited; and so is what waits for this."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line = Command(v, ada.device)
        wrong = line.send(after(line.send(saying(ada, "kept")), query=WRONG))
        behind = line.send(after(wrong, query=saying(ada, "not sent")))
        last = line.send(after(behind, query=saying(ada, "nor this")))
        await v.settle()
        assert line.refusal(wrong) == "USERNAME_INVALID"
        assert line.refusal(behind) == line.refusal(last) == "MSG_WAIT_FAILED"
        later = line.send(after(wrong, query=saying(ada, "nor later")))
        await v.settle()
        assert line.refusal(later) == "MSG_WAIT_FAILED"
        assert await ada.texts(ada) == ["kept"]


@pytest.mark.parametrize("named", [4_000_000, 1 << 62, -4])
async def test_a_call_waits_for_none_that_was_not_made(named: int) -> None:
    """Nor for one that is still to come, itself included: nothing would ever end it."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line = Command(v, ada.device)
        number = line.send(after(named, query=RIGHT))
        itself = line.send(after(ada.device.next_msg_id, query=RIGHT))
        assert (line.refusal(number), line.refusal(itself)) == ("", "")


async def test_who_asks_for_no_updates_gets_none() -> None:
    """On that device; another one of the same person is told."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada(api.InvokeWithoutUpdates(query=api.UpdatesGetState()))
        ada.device.heard.clear()
        await bob.say(ada, "hello")
        assert ada.device.heard == []
        assert ada.told(api.UpdateNewMessage)


async def test_wrappers_are_bounded() -> None:
    """As many as any client uses are taken off; a call wrapped without end is refused."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line = Command(v, ada.device)
        query: Any = RIGHT
        for _ in range(dispatch.WRAPPERS_NESTED_MAX - 1):
            query = api.InvokeWithoutUpdates(query=query)
        assert line.refusal(line.send(query)) == ""
        deep = api.InvokeWithoutUpdates(query=query)
        assert line.refusal(line.send(deep)) == "INPUT_REQUEST_TOO_LONG"


async def test_calls_at_the_same_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has too many under way is told to wait; once they are answered, the next is served."""
    monkeypatch.setattr(dispatch, "RUNNING_CALLS_MAX", 3)
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line = Command(v, ada.device)
        under_way = [line.send(saying(ada, str(n))) for n in range(4)]
        assert line.refusal(under_way[-1]) == "FLOOD_WAIT_1"
        await v.settle()
        assert line.refusal(line.send(RIGHT)) == ""
        await asyncio.sleep(0)
        assert await ada.texts(ada) == ["0", "1", "2"]


async def test_a_stop_waits_for_calls_that_are_served() -> None:
    """Those whose commit is under way are answered; one that would never end is not waited for."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        line, calls = Command(v, ada.device), ServedCalls(v.server.dispatcher)
        sent = line.send(saying(ada, "last words"))
        assert not line.answers
        await calls.settle(30)
        assert line.refusal(sent) == ""
        await calls.settle(30)
        ada.device.client.running[4] = []
        await calls.settle(0.01)
        ada.device.client.running.clear()
