"""A whole server and a push service that listens in: what it can learn, and what ends a subscription."""

import json
from pathlib import Path
from typing import Final

import pytest
from tests.contracts.push_service import Browser, PushService, claims_of, push_service

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.features.notifications.rules import GAP_S
from chappe.features.notifications.subscriptions import PushSubscription
from chappe.tl import api

from .village import Clock, Device, Person, Village, village

PLANTED: Final = "planted words of a message"


class Unmoved(Clock):
    """Nobody looks at it: the server has the real one."""


async def subscribe(device: Device, browser: Browser) -> None:
    """Have a browser told something from now on."""
    request = api.AccountRegisterDevice(
        token_type=10, token=browser.token(), app_sandbox=False, secret=b"app", other_uids=[]
    )
    assert await device(request)


async def settle(v: Village) -> None:
    """Wait until what happened was told, and let the gap after it pass."""
    await v.settle()
    await v.server.notifier.settle()
    v.clock.time += GAP_S
    await v.server.notifier.run()
    await v.server.notifier.settle()
    await v.settle()


async def asleep(person: Person, service: PushService) -> tuple[Device, Browser]:
    """Log somebody in in a browser that subscribes, and close it."""
    browser = Browser(service.endpoint("capability"))
    device = await person.log_in()
    await subscribe(device, browser)
    device.disconnect()
    person.devices.remove(device)
    await settle(person.village)
    service.told.clear()
    return device, browser


async def test_a_push_service_learns_that_something_came(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing of chat, sender and text, encrypted or not; nor does a log say who was told."""
    async with push_service() as service, village(push_also=(service.place,)) as v:
        ada, claude = await v.people_named("Ada Lovelace", "Claude Chappe")
        _, browser = await asleep(ada, service)
        group = await claude.group("Planted Title", ada)
        for to in (ada, group):
            await claude.say(to, PLANTED)
            await settle(v)
        for status in (503, 403, 302, 201):
            service.status = status
            v.clock.time += 3600
            await claude.say(ada, PLANTED)
            await settle(v)
        assert len(service.told) >= 5
        texts = [browser.read(told.body) for told in service.told]
        assert set(texts) == {b'{"v":1,"n":"message","a":"%s"}' % tag_of(texts[0])}
        heads = [{**told.headers, "Authorization": ""} for told in service.told]
        assert all(head == heads[0] for head in heads)
        assert len({len(told.body) for told in service.told}) == 1
        written = "".join(capfd.readouterr())
        learnt = json.dumps([[t.path, t.headers] for t in service.told]).encode()
        learnt += b"".join(told.body for told in service.told) + b"".join(texts)
        for told in service.told:
            claims = claims_of(told.headers["Authorization"], v.server.push.public_key)
            assert claims["aud"] == f"http://{service.place}"
            learnt += json.dumps(claims).encode()
        people = [PLANTED, "Lovelace", "Claude", "Title"]
        people += [str(number) for one in (ada, claude) for number in (one.id, one.phone)]
        people += [str(group.id), *(str(one.device.key_id) for one in (ada, claude))]
        for planted in people:
            assert planted.encode() not in learnt, planted
            assert planted not in written, planted
        assert "capability" not in written
        page = v.server.metrics.page().decode()
        assert 'chappe_pushes_total{outcome="taken"}' in page
        assert "capability" not in page


def tag_of(text: bytes) -> bytes:
    """Return the word by which a browser knows its account."""
    return str(json.loads(text)["a"]).encode()


async def test_a_dead_subscription_is_removed() -> None:
    """The push service says so once, and is asked no more."""
    async with push_service() as service, village(push_also=(service.place,)) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        device, _ = await asleep(ada, service)
        service.status = 410
        for text in ("one", "two"):
            await claude.say(ada, text)
            await settle(v)
        assert len(service.told) == 1
        box = v.context.look(Owner(Kind.USER, ada.id))
        assert await box.get(PushSubscription, device.key_id) is None
        assert 'chappe_pushes_total{outcome="gone"} 1.0' in v.server.metrics.page().decode()


async def test_a_restarted_server_tells_on_under_the_same_key(tmp_path: Path) -> None:
    """A browser that subscribed for its key needs no new page."""
    async with push_service() as service:
        config = Configuration(
            push_also=(service.place,), codes_console=False, rate_scale=1000.0, strict=True
        )
        first = Village(await app.start(config, tmp_path, None), Unmoved())
        key = first.server.push.public_key
        ada, claude = await first.people_named("Ada", "Claude")
        await asleep(ada, service)
        await first.server.stop()
        second = Village(await app.start(config, tmp_path, None), Unmoved())
        assert second.server.push.public_key == key
        claude.device.village = claude.village = second
        claude.device.server = second.server
        claude.device.reconnect()
        await second.settle()
        await claude.say(ada, PLANTED)
        await second.server.notifier.settle()
        assert len(service.told) == 1
        claims_of(service.told[0].headers["Authorization"], key)
        await second.server.stop()
