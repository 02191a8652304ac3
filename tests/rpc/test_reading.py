"""What is read of a call before anybody has asked whether it may be served."""

import asyncio
import struct
import zlib
from typing import Any

import pytest
from tests.features.village import village

from chappe import tl
from chappe.rpc import Client, forms
from chappe.tl import api, errors
from chappe.tl.decoding import ANY, PACKED_ID, VECTOR_ID, VECTOR_ITEMS_MAX


def string(raw: bytes) -> bytes:
    """Return bytes as TL writes them."""
    head = bytes([len(raw)]) if len(raw) < 254 else b"\xfe" + len(raw).to_bytes(3, "little")
    return head + raw + bytes(-(len(head) + len(raw)) % 4)


def packed(body: bytes) -> bytes:
    """Return a body as `gzip_packed`."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return struct.pack("<I", PACKED_ID) + string(squeeze.compress(body) + squeeze.flush())


def listing(items: int, item: bytes) -> bytes:
    """Return a call with a vector of objects that are encoded already."""
    head = tl.encode(api.UsersGetUsers(id=[]))[:4]
    return head + struct.pack("<II", VECTOR_ID, items) + item * items


GOOD = [
    api.HelpGetConfig(),
    api.InvokeWithLayer(layer=229, query=api.HelpGetConfig()),
    api.UsersGetUsers(id=[api.InputUserSelf()]),
    # Pyrogram names people and channels by peers everywhere, and Telegram takes it
    api.UsersGetUsers(id=[api.InputPeerUser(user_id=5, access_hash=7)]),
    api.ChannelsGetChannels(id=[api.InputPeerChannel(channel_id=5, access_hash=7)]),
    api.MessagesSendMessage(
        peer=api.InputUser(user_id=5, access_hash=7), message="hello", random_id=1
    ),
]


@pytest.mark.parametrize("call", GOOD)
@pytest.mark.parametrize("stranger", [False, True])
def test_what_apps_send_is_read(call: Any, stranger: bool) -> None:
    """Plain, packed as a whole, and packed within the wrapper around it."""
    body = tl.encode(call)
    assert forms.read_call(body, stranger=stranger) == call
    assert forms.read_call(packed(body), stranger=stranger) == call
    wrapper = tl.encode(api.InvokeAfterMsg(msg_id=8, query=api.HelpGetConfig()))[:-4]
    assert forms.read_call(wrapper + packed(body), stranger=stranger).query == call


WRONG = [
    # an object of another type where one is expected
    api.UsersGetUsers(id=[api.DataJSON(data="{}")]),
    api.MessagesSetTyping(peer=api.InputPeerSelf(), action=api.DataJSON(data="x" * 1000)),
    api.MessagesSetTyping(peer=api.InputUserSelf(), action=api.HelpGetConfig()),
    api.UsersGetUsers(id=[api.HelpGetConfig()]),
    api.InvokeWithLayer(layer=229, query=api.InputUserSelf()),
]


@pytest.mark.parametrize("call", WRONG)
def test_an_object_of_another_type_is_refused(call: Any) -> None:
    """Whoever sends it: a handler gets what its method declares."""
    with pytest.raises(errors.RpcError):
        forms.read_call(tl.encode(call), stranger=False)


def test_nothing_is_packed_within_a_call() -> None:
    """Neither an object, nor what was packed already: each would unpack to megabytes of its own."""
    item = packed(tl.encode(api.InputUserSelf()))
    for body in (listing(1, item), packed(listing(1, item)), packed(packed(tl.encode(GOOD[0])))):
        with pytest.raises(errors.RpcError):
            forms.read_call(body, stranger=False)


def test_objects_are_counted() -> None:
    """A small packet unpacks to a million of them; so many are not made."""
    item = tl.encode(api.InputUserSelf())
    for items, stranger in (
        (forms.OBJECTS_MAX, False),
        (forms.STRANGER_OBJECTS_MAX, True),
    ):
        assert len(forms.read_call(listing(items - 1, item), stranger=stranger).id) == items - 1
        with pytest.raises(errors.RpcError):
            forms.read_call(listing(items, item), stranger=stranger)
    numbers = api.MessagesDeleteMessages(id=[1] * VECTOR_ITEMS_MAX)
    assert forms.read_call(tl.encode(numbers), stranger=True) == numbers
    numbers.id.append(1)
    with pytest.raises(errors.RpcError):
        forms.read_call(tl.encode(numbers), stranger=False)


def test_less_is_unpacked_of_a_stranger() -> None:
    """Whoever is not logged in has no reason to send much."""
    text = "x" * forms.STRANGER_BYTES_MAX
    call = api.AuthSendCode(phone_number=text, api_id=1, api_hash="", settings=api.CodeSettings())
    body = packed(tl.encode(call))
    assert forms.read_call(body, stranger=False) == call
    with pytest.raises(errors.RpcError):
        forms.read_call(body, stranger=True)


def test_every_type_of_the_schema_has_a_reader_for_what_is_of_it() -> None:
    """Every field's type is the type of something, so that no method became impossible to call."""
    combinators = tl.schema().combinators()
    results = {c.result for c in combinators if not c.is_method} | {ANY, "#", "true", "Bool"}
    results |= {"int", "long", "double", "string", "bytes", "int128", "int256"}
    for combinator in combinators:
        for field in combinator.fields:
            inner = field.type
            while inner.startswith("Vector<"):
                inner = inner[7:-1]
            assert inner in results, (combinator.name, field)


async def test_keys_that_are_not_bound_yet_have_budgets_of_their_own() -> None:
    """One that asks without end does not keep others from binding theirs."""
    async with village(rate_scale=1.0) as v:
        dispatcher = v.server.dispatcher
        call = tl.encode(
            api.AuthBindTempAuthKey(
                perm_auth_key_id=1, nonce=1, expires_at=1, encrypted_message=b""
            )
        )

        async def ask(client: Client, msg_id: int) -> bytes:
            answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            dispatcher.call(client, msg_id, call, answer.set_result)
            return await answer

        greedy = Client(0, 1, lambda _: None, address="203.0.113.1", temp_key_id=11)
        other = Client(0, 2, lambda _: None, address="203.0.113.1", temp_key_id=22)
        for client in (greedy, other):
            dispatcher.clients.add(client)
        answers = [await ask(greedy, 4 * turn) for turn in range(1, 1500)]
        assert b"FLOOD_WAIT" in answers[-1]
        assert b"FLOOD_WAIT" not in await ask(other, 4)
