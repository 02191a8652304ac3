"""Whatever cannot be logged or counted, callers are answered and everybody else is served."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from bench.client import Client, Refused

from chappe.core import Kind, Owner
from chappe.gateways.mtproto.connection import Connection
from chappe.telemetry import logs
from chappe.tl import api
from chappe.updates import Command, Context, Event, Job, Pruner, Registry, pruning

from .wired import Wired, wired


def full() -> TextIO:
    """Return a file on a disk without room."""
    return Path("/dev/full").open("w", encoding="utf-8")


def dead() -> TextIO:
    """Return a pipe that nobody reads any more."""
    reads, writes = os.pipe()
    os.close(reads)
    return os.fdopen(writes, "w", encoding="utf-8")


def closed() -> TextIO:
    """Return a file that was closed."""
    file = dead()
    file.close()
    return file


def nothing() -> None:
    """Return what a process has that was started without any."""


@pytest.fixture(params=[full, dead, closed, nothing])
def broken_stderr(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A standard error that nothing can be written to."""
    file = request.param()
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", file)
        logs.configure("info", "console")
        yield
    logs.configure("info", "console")
    if file is not None and not file.closed:
        try:
            file.close()
        except OSError:
            os.close(file.fileno()) if not file.closed else None


async def fail(*_: Any) -> Any:
    """Do what no handler should."""
    raise LookupError("a bug")


def break_method(here: Wired, request: Any) -> None:
    """Have a method fail by our mistake."""
    methods: Any = here.server.dispatcher.methods
    sound = methods[request]
    methods[request] = type(sound)(
        request, fail, sound.needs, sound.rate, sound.raises, sound.summary
    )


async def answered(ada: Client) -> None:
    """Ask for what fails and for what does not; both must be answered."""
    with pytest.raises(Refused, match="INTERNAL_SERVER_ERROR"):
        await ada.call(api.UpdatesGetState())
    assert await ada.call(api.HelpGetNearestDc())


@pytest.mark.usefixtures("broken_stderr")
async def test_a_failing_call_is_answered_when_nothing_can_be_logged() -> None:
    """A reader that is gone, or a disk that is full, is the operator's trouble and not the caller's."""
    before = logs.LogWriter.lost
    async with wired() as here:
        ada = await here.person()
        break_method(here, api.UpdatesGetState)
        await answered(ada)
        assert logs.LogWriter.lost > before
        assert f"chappe_log_lines_lost {logs.LogWriter.lost}".encode() in here.server.metrics.page()


def deaf(*_: Any) -> None:
    """Fail to hear."""
    raise OSError("no room")


async def test_calls_are_answered_whatever_counts_them_does() -> None:
    """Neither what is right nor what is wrong hangs on who observes it."""
    async with wired() as here:
        ada = await here.person()
        observer: Any = here.server.metrics
        observer.called = observer.bug = deaf
        break_method(here, api.UpdatesGetState)
        await answered(ada)


async def test_a_connection_ends_by_our_mistake_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hears of it fails as well: that connection is cut, another is served."""
    async with wired() as here:
        ada, bob = await here.person(), await here.person()
        here.server.gateway.admission.on_bug = deaf  # type: ignore[union-attr]
        monkeypatch.setattr(Connection, "_find_key", fail)
        here.server.gateway.forget_key(ada._session.key_id)  # type: ignore[union-attr]
        with pytest.raises(ConnectionError):
            await ada.call(api.UpdatesGetState())
        assert (await bob.call(api.UpdatesGetState())).pts


class Odd(Event, frozen=True):
    """Cannot be shown to anybody."""

    name = "test.odd"

    async def render(self, _viewer: Any, _pts: int) -> Any:
        """See `Event`."""
        await fail()


class OddCommand(Command, frozen=True):
    """Cannot be applied."""

    name = "test.odd_line"

    async def apply(self, _change: Any, _context: Context) -> None:
        """See `Command`."""
        await fail()


class OddJob(Job, frozen=True):
    """Cannot be done."""

    name = "test.odd_deed"

    async def run(self, _context: Context) -> None:
        """See `Job`."""
        await fail()


async def test_those_who_come_after_a_mistake_are_served_though_nobody_hears_of_it() -> None:
    """Telling, commands between boxes and jobs that are due go on behind what failed."""
    async with wired() as here:
        ada, bob = await here.person("33620000001"), await here.person("33620000002")
        context = here.server.context
        here.server.metrics.bug = deaf
        context.registry._kinds.update(Registry([Odd, OddCommand, OddJob])._kinds)
        heard: asyncio.Queue[Any] = asyncio.Queue()
        bob.on_update = heard.put_nowait
        box = Owner(Kind.USER, bob.user)
        context.delivery.push_transient(Owner.user(bob.user), Odd())
        async with context.change(Owner(Kind.USER, ada.user)) as change:
            change.send_command(box, OddCommand())
            change.schedule(change.now, OddJob())
        await here.server.delivery.scheduler.tick()
        contact = api.InputPhoneContact(
            client_id=1, phone="33620000002", first_name="B", last_name=""
        )
        found = await ada.call(api.ContactsImportContacts(contacts=[contact]))
        peer = api.InputPeerUser(user_id=bob.user, access_hash=found.users[0].access_hash)
        await ada.call(api.MessagesSendMessage(peer=peer, message="after it", random_id=7))
        while True:
            pushed = await asyncio.wait_for(heard.get(), 30)
            said = [getattr(u, "message", None) for u in getattr(pushed, "updates", ())]
            if any(getattr(message, "message", "") == "after it" for message in said):
                break


async def test_pruning_goes_on_though_nobody_hears_that_it_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next round comes."""
    tried: asyncio.Queue[int] = asyncio.Queue()

    async def odd(*_: Any) -> int:
        tried.put_nowait(1)
        raise LookupError("a bug")

    monkeypatch.setattr(pruning, "prune", odd)
    monkeypatch.setattr(pruning, "PRUNE_EVERY_S", 0)
    async with wired() as here:
        here.server.metrics.bug = deaf
        pruner = Pruner(here.server.context, here.server.metrics, odd)
        pruner.start()
        for _ in range(2):
            await asyncio.wait_for(tried.get(), 30)
        pruner.stop()
