"""Where a device is told something: tokens and subscriptions are kept for a session, and go with it."""

import json
from typing import Any, Final

import pytest
from tests.contracts.push_service import Browser, text_of

from chappe.core import Kind, Owner
from chappe.features.auth import end_every_session
from chappe.features.auth.sessions import session_hash
from chappe.features.notifications.devices import (
    DEVICES_MAX,
    TOKEN_CHARACTERS_MAX,
    Device,
    tag_of,
)
from chappe.features.notifications.subscriptions import (
    ACCOUNTS_MAX,
    PLACES_BOX,
    PushPlace,
    PushSubscription,
)
from chappe.rpc import Client
from chappe.tl import api, errors

from .village import Person, Village, village

ENDPOINT: Final = "https://push.example/device/"
SECRET: Final = bytes(range(256))


def registering(token: str, kind: int = 10, others: tuple[int, ...] = ()) -> Any:
    """Return the call that registers a token."""
    return api.AccountRegisterDevice(
        token_type=kind, token=token, app_sandbox=False, secret=SECRET, other_uids=[*others]
    )


def leaving(token: str, kind: int = 10) -> Any:
    """Return the call that withdraws it."""
    return api.AccountUnregisterDevice(token_type=kind, token=token, other_uids=[])


async def subscribed(v: Village, person: Person) -> list[str]:
    """Return the endpoints at which somebody is told something; the house must know as much."""
    await v.settle()
    box = v.context.look(Owner(Kind.USER, person.id))
    kept = await box.scan(PushSubscription)
    places = await v.context.look(PLACES_BOX).scan(PushPlace)
    assert {p.blind for p in places if person.id in p.users} == {s.blind for s in kept}
    assert all(p.users for p in places)
    return [s.endpoint for s in kept]


async def test_a_device_says_where_it_is_pushed_to_and_leaves() -> None:
    """What is no token is refused, and so is another's; the oldest of too many is forgotten."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")

        def register(token: str) -> Any:
            return api.AccountRegisterDevice(
                token_type=2, token=token, app_sandbox=False, secret=b"", other_uids=[]
            )

        def unregister(token: str) -> Any:
            return api.AccountUnregisterDevice(token_type=2, token=token, other_uids=[])

        for bad in ("", "x" * (TOKEN_CHARACTERS_MAX + 1)):
            with pytest.raises(errors.TokenInvalid):
                await ada(register(bad))
        assert await ada(register("mine"))
        with pytest.raises(errors.TokenInvalid):
            await eve(unregister("mine"))
        assert await ada(unregister("mine"))
        with pytest.raises(errors.TokenInvalid):
            await ada(unregister("mine"))
        for number in range(DEVICES_MAX + 1):
            v.clock.time += 1
            assert await ada(register(f"token {number}"))
        with pytest.raises(errors.TokenInvalid):
            await ada(unregister("token 0"))
        assert await ada(unregister("token 1"))


async def test_a_browser_subscribes_for_its_session() -> None:
    """One place a session: a new one replaces it, and so does a new session at the same place."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        first, second = Browser(ENDPOINT + "1"), Browser(ENDPOINT + "2")
        assert await ada(registering(first.token()))
        assert await ada(registering(first.token(expirationTime=7)))
        assert await subscribed(v, ada) == [first.endpoint]
        (kept,) = await v.context.look(Owner(Kind.USER, ada.id)).scan(PushSubscription)
        assert kept.address == (first.endpoint, first.point, first.auth)
        assert (kept.key_id, kept.tag) == (ada.device.key_id, tag_of(SECRET))
        assert await ada(registering(second.token()))
        assert await subscribed(v, ada) == [second.endpoint]
        assert await ada.listener(registering(second.token()))
        assert await subscribed(v, ada) == [second.endpoint]
        assert await ada(registering(first.token()))
        assert sorted(await subscribed(v, ada)) == [first.endpoint, second.endpoint]
        assert await subscribed(v, eve) == []


async def test_a_browser_withdraws_its_own_only() -> None:
    """Somebody else cannot, whatever they know; nor can it be done twice."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        browser = Browser(ENDPOINT)
        assert await ada(registering(browser.token()))
        for refused in (browser.token(), Browser(ENDPOINT).token()):
            with pytest.raises(errors.TokenInvalid):
                await eve(leaving(refused))
        with pytest.raises(errors.TokenInvalid):
            await ada(leaving(Browser(ENDPOINT).token()))
        with pytest.raises(errors.WebpushTokenInvalid):
            await ada(leaving("x"))
        assert await subscribed(v, ada) == [ENDPOINT]
        assert await ada.listener(leaving(browser.token()))
        assert await subscribed(v, ada) == []
        with pytest.raises(errors.TokenInvalid):
            await ada(leaving(browser.token()))


async def test_what_is_no_subscription_is_refused_by_its_part() -> None:
    """Nothing of it is kept."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        good = json.loads(Browser(ENDPOINT).token())
        for part, value, refusal in (
            ("endpoint", "http://push.example/", errors.WebpushTokenInvalid),
            ("endpoint", "https://127.0.0.1/", errors.WebpushTokenInvalid),
            ("p256dh", text_of(bytes(65)), errors.WebpushKeyInvalid),
            ("auth", text_of(bytes(15)), errors.WebpushAuthInvalid),
        ):
            keys = good["keys"] | ({part: value} if part != "endpoint" else {})
            bad = {"endpoint": good["endpoint"] if part != "endpoint" else value, "keys": keys}
            with pytest.raises(refusal):
                await ada(registering(json.dumps(bad)))
        for token in ("", "{}", "x" * (TOKEN_CHARACTERS_MAX + 1)):
            with pytest.raises(errors.WebpushTokenInvalid):
                await ada(registering(token))
        assert await subscribed(v, ada) == []


async def test_where_pushes_are_off_nobody_subscribes() -> None:
    """Other tokens are kept as before."""
    async with village(push=False) as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(errors.WebpushTokenInvalid):
            await ada(registering(Browser(ENDPOINT).token()))
        assert await ada(registering("token", 2))
        assert await subscribed(v, ada) == []


async def test_who_has_no_session_cannot_subscribe() -> None:
    """What comes by a gateway that knows accounts only would stay for ever."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        visitor = Client.of_account(ada.id, lambda _: None)
        v.server.dispatcher.clients.add(visitor)
        with pytest.raises(errors.WebpushTokenInvalid):
            await v.server.dispatcher.invoke(visitor, registering(Browser(ENDPOINT).token()))
        v.server.dispatcher.clients.remove(visitor)
        assert await subscribed(v, ada) == []


@pytest.mark.parametrize("way", ["out", "ended", "others", "key", "restored", "deleted"])
async def test_a_subscription_goes_with_its_session(way: str) -> None:
    """However it ends; those of other sessions and other people stay, and tokens go likewise."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        phone = await ada.log_in()
        mine, other, hers = (Browser(ENDPOINT + name) for name in ("mine", "other", "hers"))
        for device, browser in ((phone, mine), (ada.device, other), (eve.device, hers)):
            assert await device(registering(browser.token()))
            assert await device(registering(f"token {browser.endpoint}", 2))
        v.clock.time += 2 * 86_400  # a session may end others from then on
        if way == "out":
            await phone(api.AuthLogOut())
        elif way == "ended":
            hashed = session_hash(v.context, ada.id, phone.key_id)
            await ada(api.AccountResetAuthorization(hash=hashed))
        elif way == "others":
            await ada(api.AuthResetAuthorizations())
        elif way == "key":
            await v.server.auth_keys.destroy(phone.key_id)
        elif way == "restored":
            await end_every_session(v.context)
        else:
            await ada(api.AccountDeleteAccount(reason="", password=None))
        gone = way in ("restored", "deleted")
        assert await subscribed(v, ada) == ([] if gone else [other.endpoint])
        assert await subscribed(v, eve) == ([] if way == "restored" else [hers.endpoint])
        tokens = [d.token for d in await v.context.look(Owner(Kind.USER, ada.id)).scan(Device)]
        assert tokens == ([] if gone else [f"token {other.endpoint}"])
        places = await v.context.look(PLACES_BOX).scan(PushPlace)
        assert len(places) == {"restored": 0, "deleted": 1}.get(way, 2)


async def test_a_browser_is_whose_it_was_last() -> None:
    """Who was logged in there before is told nothing there, unless they are still among its accounts."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        shared = Browser(ENDPOINT)
        assert await ada(registering(shared.token()))
        assert await bob(registering(shared.token(), others=(ada.id,)))
        assert await subscribed(v, ada) == await subscribed(v, bob) == [ENDPOINT]
        assert await eve(registering(shared.token(), others=(bob.id, eve.id)))
        assert await subscribed(v, ada) == []
        assert await subscribed(v, bob) == await subscribed(v, eve) == [ENDPOINT]
        # who knows the address alone takes nothing from anybody
        assert await ada(registering(Browser(ENDPOINT).token()))
        assert await subscribed(v, eve) == [ENDPOINT]


async def test_one_person_has_a_bounded_number_of_browsers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest is told nothing any more; one that subscribes again takes no other's place."""
    monkeypatch.setattr("chappe.features.notifications.devices.SUBSCRIPTIONS_MAX", 2)
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        browsers = [Browser(ENDPOINT + name) for name in "123"]
        devices = [ada.device, ada.listener, await ada.log_in()]
        for device, browser in zip(devices, browsers, strict=True):
            v.clock.time += 1
            assert await device(registering(browser.token()))
            assert await device(registering(browser.token()))
        assert sorted(await subscribed(v, ada)) == [browsers[1].endpoint, browsers[2].endpoint]


async def test_one_browser_has_a_bounded_number_of_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that came first are told nothing there any more."""
    assert ACCOUNTS_MAX > 2
    monkeypatch.setattr("chappe.features.notifications.subscriptions.ACCOUNTS_MAX", 2)
    async with village() as v:
        people = await v.people_named("Ada", "Bob", "Eve")
        ids = tuple(person.id for person in people)
        shared = Browser(ENDPOINT)
        for person in people:
            assert await person(registering(shared.token(), others=ids))
        assert [await subscribed(v, person) for person in people] == [[], [ENDPOINT], [ENDPOINT]]


async def test_a_subscription_is_sealed() -> None:
    """Whoever has the files reads neither address nor keys, nor whose it is in the house's own box."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        browser = Browser(ENDPOINT + "planted")
        assert await ada(registering(browser.token()))
        await v.settle()
        engine: Any = v.context.store.engine
        for owner in (Owner(Kind.USER, ada.id), PLACES_BOX):
            rows = await engine.inner.walk(owner, ("", b""), limit=10_000)
            assert any(table.startswith("push_") for table, *_ in rows)
            stored = b"".join(part for _, *rest in rows for part in rest)
            for planted in (b"planted", browser.auth, browser.point[1:]):
                assert planted not in stored


def test_a_tag_is_made_as_the_id_of_a_key_is() -> None:
    """The lower 64 bits of SHA-1; without a secret there is none."""
    assert tag_of(b"") == ""
    assert tag_of(b"abc") == "7850c26c9cd0d89d"
