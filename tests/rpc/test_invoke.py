"""Calls as objects: served, refused and counted as the same calls in bytes are."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.features.village import Device, Person, Village, village
from tests.operating import operate

from chappe import tl
from chappe.rpc import Client, Rate, dispatch, forms
from chappe.testing.device import RPC_ERROR
from chappe.tl import api, errors

NOT_BOUND = 77  # a temporary key that belongs to no permanent one


async def in_bytes(village: Village, client: Client, request: Any, number: int = 4) -> bytes:
    """Return what a call in bytes is answered."""
    answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    village.server.dispatcher.call(client, number, tl.encode(request), answered.set_result)
    return await answered


async def as_object(village: Village, client: Client, request: Any) -> bytes:
    """Return the bytes of what a call as an object is answered."""
    try:
        result = await village.server.dispatcher.invoke(client, request)
    except errors.RpcError as error:
        return forms.encode_error(error)
    return bytes(tl.encode_result(request, result, client.layer or tl.LAYER))


async def test_answers_are_the_same_both_ways() -> None:
    """An object, a list of objects, a list of numbers, a yes."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "good morning")
        client = ada.device.client
        for number, request in enumerate(
            (
                api.UpdatesGetState(),
                api.UsersGetUsers(id=[ada.user(claude), api.InputUserSelf()]),
                api.MessagesGetDialogs(
                    offset_date=0,
                    offset_id=0,
                    offset_peer=api.InputPeerEmpty(),
                    limit=10,
                    hash=0,
                ),
                api.ContactsGetContactIDs(hash=0),
                api.AccountUpdateStatus(offline=False),
                api.InvokeWithoutUpdates(query=api.HelpGetNearestDc()),
            )
        ):
            answer = await in_bytes(v, client, request, number)
            assert not answer.startswith(RPC_ERROR)
            inner = getattr(request, "query", request)
            result = await v.server.dispatcher.invoke(client, request)
            assert tl.encode_result(inner, result) == answer, inner.tl_name


async def test_what_is_done_is_told_to_everybody_else() -> None:
    """The result is an object of the newest layer; the device that asked is not told."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        asking = ada.device.client
        asking.layer = 158
        sent = await v.server.dispatcher.invoke(
            asking, api.MessagesSendMessage(peer=ada.peer(claude), message="hello", random_id=1)
        )
        assert isinstance(sent, api.UpdateShortSentMessage)
        await v.settle()
        assert await claude.texts(ada) == ["hello"]
        assert claude.told(api.UpdateNewMessage)
        assert ada.told(api.UpdateNewMessage)
        assert not [u for u in ada.device.heard if isinstance(u, api.UpdateNewMessage)]


Who = Callable[[Village, Person], Client]


def _stranger(_: Village, person: Person) -> Client:
    client = Client(999, 999, lambda _: None)
    client.identified = True
    return client


def _half_in(village: Village, person: Person) -> Client:
    client = _stranger(village, person)
    client.pending_user = person.id
    return client


def _unbound(_: Village, person: Person) -> Client:
    client = Client(0, 999, lambda _: None, temp_key_id=NOT_BOUND)
    client.identified = True
    return client


def _bot(_: Village, person: Person) -> Client:
    client = Client(person.device.key_id, 999, lambda _: None)
    client.user, client.bot, client.identified = person.id, True, True
    return client


def _person(_: Village, person: Person) -> Client:
    return person.device.client


@pytest.mark.parametrize(
    ("who", "request_", "token"),
    [
        (_stranger, api.UpdatesGetState(), "AUTH_KEY_UNREGISTERED"),
        (_half_in, api.UpdatesGetState(), "SESSION_PASSWORD_NEEDED"),
        (_unbound, api.UpdatesGetState(), "AUTH_KEY_PERM_EMPTY"),
        (_bot, api.ContactsGetContactIDs(hash=0), "BOT_METHOD_INVALID"),
        (_person, api.AccountUpdateUsername(username="no name"), "USERNAME_INVALID"),
        (_person, api.PhoneGetCallConfig(), None),
        (_person, api.InvokeWithBusinessConnection, "CONNECTION_ID_INVALID"),
        (_person, api.InvokeAfterMsg, "MSG_WAIT_FAILED"),
    ],
)
async def test_refusals_are_the_same_both_ways(who: Who, request_: Any, token: str | None) -> None:
    """Of a stranger, somebody half logged in, a key that is not bound, a bot, and a person."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        client = who(v, ada)
        client.failed.append(-7)
        request = request_
        if request_ is api.InvokeWithBusinessConnection:
            request = request_(connection_id="x", query=api.UpdatesGetState())
        elif request_ is api.InvokeAfterMsg:
            request = request_(msg_id=-7, query=api.UpdatesGetState())
        said = await in_bytes(v, client, request)
        assert said == await as_object(v, client, request)
        if token is not None:
            assert said == forms.encode_error(errors.RpcError(_code(said), token))
        assert not client.running


def _code(refusal: bytes) -> int:
    return int.from_bytes(refusal[4:8], "little", signed=True)


async def test_rates_are_drawn_from_the_same_bucket() -> None:
    """Whoever has emptied it in bytes is refused objects, for as long."""
    async with village(rate_scale=1.0) as v:
        (ada,) = await v.people_named("Ada")
        request = api.AccountUpdateStatus(offline=False)
        rate = v.server.dispatcher.methods[api.AccountUpdateStatus].rate
        while True:
            said = await in_bytes(v, ada.device.client, request)
            if said.startswith(RPC_ERROR):
                break
        assert rate in (Rate.FREE, Rate.READ, Rate.WRITE)
        assert said == await as_object(v, ada.device.client, request)
        with pytest.raises(errors.FloodWait):
            await v.server.dispatcher.invoke(ada.device.client, request)


async def test_no_more_calls_run_than_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many at a time are refused before anything is looked at."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        monkeypatch.setattr(dispatch, "RUNNING_CALLS_MAX", 1)
        ada.device.client.running[1] = []
        with pytest.raises(errors.FloodWait):
            await v.server.dispatcher.invoke(ada.device.client, api.UpdatesGetState())
        del ada.device.client.running[1]


async def test_what_is_no_method_is_refused() -> None:
    """An object that is none, and a method nobody serves."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        nothing: Any = api.InputPeerSelf()
        v.server.dispatcher.methods = {}
        for request, token in (
            (nothing, "INPUT_METHOD_INVALID"),
            (api.UpdatesGetState(), dispatch.NOT_SERVED),
        ):
            with pytest.raises(errors.RpcError, match=token):
                await v.server.dispatcher.invoke(ada.device.client, request)


async def test_a_bug_is_reported_and_refused_as_ours() -> None:
    """The caller is told that it was our fault, as in bytes; and so they are of a call that is no TL."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        wrong = api.UsersGetUsers(id=[7])
        with pytest.raises(errors.RpcError, match="INTERNAL_SERVER_ERROR"):
            await v.server.dispatcher.invoke(ada.device.client, wrong)
        assert len(v.bugs) == 1
        v.bugs.clear()
        assert not ada.device.client.running


async def test_a_caller_who_goes_away_ends_nothing() -> None:
    """What was begun is kept and told though nobody waits for the answer any more."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        asking = asyncio.create_task(
            v.server.dispatcher.invoke(
                ada.device.client,
                api.MessagesSendMessage(peer=ada.peer(claude), message="gone", random_id=1),
            )
        )
        await asyncio.sleep(0)
        assert asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await v.settle()
        assert await claude.texts(ada) == ["gone"]
        assert not ada.device.client.running


def device_of(village: Village, person: Person, heard: list[Any], **given: Any) -> Client:
    """Return a client of somebody's account that has no key, and is told."""
    client = Client.of_account(person.id, heard.append, address="127.0.0.1", **given)
    village.server.dispatcher.clients.add(client)
    return client


async def test_an_account_may_act_without_a_key() -> None:
    """Whoever the gateway vouches for; but nothing that is about the key itself."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        client = device_of(v, ada, [])
        invoke = v.server.dispatcher.invoke
        assert (await invoke(client, api.UsersGetUsers(id=[api.InputUserSelf()])))[0].id == ada.id
        await invoke(
            client, api.MessagesSendMessage(peer=ada.peer(claude), message="by HTTP", random_id=1)
        )
        await v.settle()
        assert await claude.texts(ada) == ["by HTTP"]
        sending = api.AuthSendCode(
            phone_number="1", api_id=1, api_hash="x", settings=api.CodeSettings()
        )
        with pytest.raises(errors.RpcError, match="AUTH_KEY_PERM_EMPTY"):
            await invoke(client, sending)
        keyless = Client(0, 5, lambda _: None)
        keyless.identified, keyless.user = True, ada.id
        with pytest.raises(errors.RpcError, match="AUTH_KEY_PERM_EMPTY"):
            await invoke(keyless, api.UpdatesGetState())


async def test_what_an_account_is_told_comes_as_objects() -> None:
    """Of the newest layer; but not what it did itself, and nothing once it has left."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        heard: list[Any] = []
        client = device_of(v, claude, heard)
        assert v.server.delivery.hub.online(claude.id)
        sent = await ada.say(claude, "hello")
        (told,) = [u for one in heard for u in one.updates]
        assert isinstance(told, api.UpdateNewMessage)
        assert told.message.message == "hello"
        assert [u.id for u in heard[0].users] == [ada.id]
        await v.server.dispatcher.invoke(
            client, api.MessagesSendMessage(peer=claude.peer(ada), message="self", random_id=1)
        )
        await v.settle()
        assert len(heard) == 1
        v.server.dispatcher.clients.remove(client)
        await ada.say(claude, "too late")
        assert len(heard) == 1
        assert sent


async def test_channels_are_told_as_objects_too() -> None:
    """Also where many read what is rendered once for all of them."""
    async with village() as v:
        ada, *others = await v.people_named("Ada", *(f"P{n}" for n in range(9)))
        channel = await ada.supergroup("news", *others, broadcast=True)
        heard: list[Any] = []
        device_of(v, others[0], heard)
        await v.settle()
        await ada.say(channel, "first")
        posts = [u for one in heard for u in one.updates]
        assert [p.message.message for p in posts if isinstance(p, api.UpdateNewChannelMessage)] == [
            "first"
        ]


async def test_a_bot_without_a_key_is_a_bot() -> None:
    """It may not do what is for people."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        client = device_of(v, ada, [], bot=True)
        with pytest.raises(errors.RpcError, match="BOT_METHOD_INVALID"):
            await v.server.dispatcher.invoke(client, api.ContactsGetContactIDs(hash=0))
        v.server.dispatcher.clients.remove(client)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await v.server.dispatcher.invoke(client, api.ContactsGetContactIDs(hash=0))


async def test_nobody_acts_for_an_account_that_is_deleted() -> None:
    """Neither by a key nor without one; others go on."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        hers, his = device_of(v, ada, []), device_of(v, claude, [])
        await operate(v.server, "erase", user=ada.id)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await v.server.dispatcher.invoke(hers, api.UpdatesGetState())
        assert not v.server.delivery.hub.online(ada.id)
        assert await v.server.dispatcher.invoke(his, api.UpdatesGetState())


async def test_keys_and_clients_without_one_end_apart() -> None:
    """Leaving an account without a key ends no session, and logging out ends no other client."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        client = device_of(v, ada, [])
        device: Device = await ada.log_in()
        await device(api.AuthLogOut())
        assert await v.server.dispatcher.invoke(client, api.UpdatesGetState())
        v.server.dispatcher.clients.remove(client)
        assert await ada(api.UpdatesGetState())
