"""Which sessions of one device are told: those it does more on than moving files."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.features.village import Person, village

from chappe import tl
from chappe.rpc import Client
from chappe.tl import api

OPENING = api.HelpGetConfig()
FILES = api.UploadSaveFilePart(file_id=7, file_part=0, bytes=b"part")
MAIN = api.UpdatesGetState()


class Session:
    """Another session of a device: the same key, told and asking by itself."""

    def __init__(self, person: Person) -> None:
        self.village = person.village
        self.heard: list[Any] = []
        first = person.device.client
        self.client = Client(
            first.key_id, person.village.number(), lambda body: self.heard.append(tl.decode(body))
        )
        self.clients.add(self.client)
        self.calls = 0

    @property
    def clients(self) -> Any:
        """Every open session."""
        return self.village.server.dispatcher.clients

    async def __call__(self, *requests: Any) -> "Session":
        """Call methods, one after the other."""
        for request in requests:
            self.calls += 4
            self.village.server.dispatcher.call(
                self.client, self.calls, tl.encode(request), lambda _: None
            )
            await self.village.settle()
        return self

    def close(self) -> None:
        """End the session."""
        self.clients.remove(self.client)


def heard(*sessions: Session) -> list[int]:
    """Return how often each was told something since this was last asked."""
    counts = [len(session.heard) for session in sessions]
    for session in sessions:
        session.heard.clear()
    return counts


@pytest.mark.parametrize("called", [(OPENING,), (OPENING, FILES), (FILES,), (FILES, OPENING)])
async def test_a_session_that_only_moves_files_is_told_nothing(called: tuple[Any, ...]) -> None:
    """Beside the one its app lives on: else an echo bot answers twice after a download."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        files = await Session(ada)(*called)
        ada.device.heard.clear()
        await bob.say(ada, "hello")
        assert len(ada.device.told(api.UpdateNewMessage)) == 1
        assert heard(files) == [0]
        await files(MAIN)
        await bob.say(ada, "again")
        assert heard(files) == [1]


@pytest.mark.parametrize("called", [(OPENING,), (OPENING, FILES), (FILES,)])
async def test_a_session_alone_is_told_whatever_it_began_with(called: tuple[Any, ...]) -> None:
    """An app that comes back and sends first what was left over must not be deaf until it does more."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ada.device.disconnect()
        alone = await Session(ada)(*called)
        await bob.say(ada, "hello")
        assert heard(alone) == [1]
        await alone(MAIN)
        await bob.say(ada, "again")
        assert heard(alone) == [1]
        ada.device.reconnect()


async def test_of_sessions_that_come_back_one_is_told() -> None:
    """After a restart all of them begin alike: the one that moves files gives way, whoever came first."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ada.device.disconnect()
        files = await Session(ada)(OPENING)
        main = await Session(ada)(OPENING)
        await bob.say(ada, "one")
        assert sum(heard(files, main)) == 1
        await files(FILES)
        await bob.say(ada, "two")
        assert heard(files, main) == [0, 1]
        await main(MAIN)
        await bob.say(ada, "three")
        assert heard(files, main) == [0, 1]
        main.close()
        await bob.say(ada, "four")
        assert heard(files) == [1]
        ada.device.reconnect()


async def test_a_session_without_a_connection_is_not_the_one_that_is_told() -> None:
    """While none has done more than begin: the one that is here is told instead."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ada.device.disconnect()
        gone, here = await Session(ada)(OPENING), await Session(ada)(OPENING)
        gone.clients.rest(gone.client, resting=True)
        await bob.say(ada, "one")
        assert heard(gone, here) == [0, 1]
        gone.clients.rest(gone.client, resting=False)
        here.clients.rest(here.client, resting=True)
        await bob.say(ada, "two")
        assert heard(gone, here) == [1, 0]
        ada.device.reconnect()


async def test_who_rests_is_missed_and_nobody_told_in_their_stead() -> None:
    """A session that its app lives on hears of what it missed when it comes back, so not twice."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        files = await Session(ada)(OPENING, FILES)
        ada.device.heard.clear()
        files.clients.rest(ada.device.client, resting=True)
        await bob.say(ada, "hello")
        assert (len(ada.device.told(api.UpdateNewMessage)), heard(files)) == (1, [0])


async def test_who_wants_no_updates_gets_none_by_a_session_for_files() -> None:
    """The app asked for silence on the session it lives on."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada(api.InvokeWithoutUpdates(query=MAIN))
        files = await Session(ada)(OPENING, FILES)
        ada.device.heard.clear()
        await bob.say(ada, "hello")
        assert (ada.device.heard, heard(files)) == ([], [0])


async def test_somebody_is_here_while_their_sessions_change_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever asks meanwhile must not find them gone: who is told first is told before another is not."""
    async with village() as v:
        ada, _ = await v.people_named("Ada", "Bob")
        for listener in ada.devices:
            listener.disconnect()
        hub = v.server.delivery.hub
        seen: list[bool] = []
        leave: Callable[..., None] = hub.unsubscribe

        def note(*given: Any) -> None:
            leave(*given)
            seen.append(hub.online(ada.id))

        monkeypatch.setattr(hub, "unsubscribe", note)
        first = await Session(ada)(OPENING)
        second = await Session(ada)(MAIN)
        first.close()
        third = await Session(ada)(OPENING)
        second.close()
        assert seen
        assert all(seen)
        third.close()
        for listener in ada.devices:
            listener.reconnect()
