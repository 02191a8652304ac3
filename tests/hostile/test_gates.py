"""Gates before every method: keys that are not bound, guesses at once; and what a log says of mistakes."""

import asyncio
import random

import pytest

from chappe import tl
from chappe.rpc import Needs
from chappe.telemetry import logs
from chappe.tl import api
from tests.simulation.loop import simulate
from tests.simulation.world import Device, Refused, World, open_server

from .requests import Author, Known

ADA = "4915550000001"
OPEN_TO_ALL = {"auth.bindTempAuthKey", "help.getConfig", "help.getNearestDc"}


def plain(author: Author, kind: type[tl.TlRequest]) -> bytes:
    """Return a well-formed request of a method, in the newest layer that has it."""
    return tl.encode(author.request(kind), tl.schema().newest(kind.tl_name).last)


def test_a_key_that_is_not_bound_may_do_three_things() -> None:
    """Whatever else it asks for is refused before it is looked at."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        unbound = Device(world.server, 0, tl.LAYER)
        author = Author(random.Random(1), Known())
        methods = world.server.dispatcher.methods
        open_ones = {kind.tl_name for kind, m in methods.items() if m.needs is Needs.ANY}
        assert open_ones == OPEN_TO_ALL
        for kind in methods:
            if kind.tl_name not in OPEN_TO_ALL:
                # one that is longer than strangers' calls may be is not even read so far
                with pytest.raises(Refused, match=r"401 AUTH_KEY_(PERM_EMPTY|UNREGISTERED)"):
                    unbound.read(kind, await unbound.exchange(plain(author, kind)))
        await unbound.call(api.HelpGetConfig())
        assert world.bugs == []

    simulate(story())


def test_a_key_nobody_is_logged_in_on_does_nothing_for_a_person() -> None:
    """Every method that needs somebody says so, and is served to somebody."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        nobody = Device(world.server, 5, tl.LAYER)
        author = Author(random.Random(1), Known())
        for kind, method in world.server.dispatcher.methods.items():
            if method.needs in (Needs.LOGIN, Needs.USER, Needs.BOT):
                with pytest.raises(Refused, match="401 AUTH_KEY_UNREGISTERED"):
                    nobody.read(kind, await nobody.exchange(plain(author, kind)))
        assert await ada.call(api.UpdatesGetState())

    simulate(story())


@pytest.mark.parametrize("guesses", [4, 30])
def test_guesses_made_at_once_are_counted_one_by_one(guesses: int) -> None:
    """After four wrong ones the right code still opens; thirty at once win nothing more than five."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        await world.device(ADA)
        devices = [Device(world.server, 100 + n, 229) for n in range(guesses)]
        settings = api.CodeSettings()
        sent = await devices[0].call(
            api.AuthSendCode(phone_number=ADA, api_id=1, api_hash="", settings=settings)
        )
        (code,) = [c["code"] for c in world.server.console.recent if c["to"] == ADA][-1:]
        who = {"phone_number": ADA, "phone_code_hash": sent.phone_code_hash}
        wrong = [f"{(int(code) + 1 + n) % 100_000:05}" for n in range(guesses)]

        async def guess(device: Device, given: str) -> str:
            try:
                await device.call(api.AuthSignIn(**who, phone_code=given))
            except Refused as refusal:
                return refusal.token
            return "in"

        told = await asyncio.gather(*map(guess, devices, wrong))
        assert told.count("PHONE_CODE_INVALID") == min(guesses, 5)
        assert "in" not in told
        assert (await guess(devices[0], code) == "in") is (guesses < 5)

    simulate(story())


@pytest.mark.parametrize("level", ["debug", "info"])
def test_a_mistake_of_ours_says_nothing_of_what_was_said(
    level: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to the one who asked nor in the log, though the error's text holds all of it."""
    secret = "meet me at the semaphore tower"

    def fail(*_: object, **__: object) -> None:
        raise ValueError(secret, ADA)

    async def story() -> None:
        logs.configure(level, "json")
        server = await open_server(1)
        world = World(server, 1)
        ada = await world.device(ADA)
        del server.metrics.bug  # the real one, which logs
        monkeypatch.setattr("chappe.features.messages.handlers.check_text", fail)
        with pytest.raises(Refused) as refusal:
            await ada.call(
                api.MessagesSendMessage(peer=api.InputPeerSelf(), message=secret, random_id=5)
            )
        assert str(refusal.value) == "500 INTERNAL_SERVER_ERROR"
        assert server.metrics.bugs_counted == 1

    simulate(story())
    said = "".join(capsys.readouterr())
    assert "ValueError" in said
    assert "semaphore" not in said
    assert ADA not in said
