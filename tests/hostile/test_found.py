"""What hostile requests have found so far, each by itself."""

import asyncio
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.ports import Record
from chappe.tl import api
from tests.simulation.loop import simulate
from tests.simulation.world import Device, Refused, World, open_server

ADA, BERT = "4915550000001", "4915550000002"


async def a_channel(ada: Device) -> api.InputChannel:
    """Let Ada make a supergroup."""
    made = await ada.call(api.ChannelsCreateChannel(title="Tours", about="", megagroup=True))
    return api.InputChannel(channel_id=made.chats[0].id, access_hash=made.chats[0].access_hash)


class Thing(Record, frozen=True):
    """Something in a box."""

    table = "thing"
    key = ()

    value: int = 0


def test_a_box_erased_behind_a_change_stops_nothing() -> None:
    """Somebody deletes their account while something is being kept in it: the others go on."""

    async def story() -> None:
        context = (await open_server(1)).context
        gone, other = Owner(Kind.USER, 4096), Owner(Kind.USER, 8192)

        async def keep(owner: Owner) -> None:
            async with context.change(owner) as change:
                change.put(Thing())

        await asyncio.gather(keep(gone), context.erase(gone))
        await asyncio.wait_for(keep(other), 60)
        assert await context.look(other).get(Thing) == Thing()

    simulate(story())


@pytest.mark.parametrize("layer", [224, 225, 226, 227])
def test_a_layer_between_two_that_are_known_can_read_messages(layer: int) -> None:
    """No app was seen with layer 226; whoever says it hears what 225 would."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        old = await world.device(ADA, layer)
        peer = api.InputPeerSelf()
        await ada.call(api.MessagesSendMessage(peer=peer, message="hello", random_id=5))
        await world.settle()
        (push,) = [p for p in old.read_pushes() if p["updates"][0]["_"] == "updateNewMessage"][-1:]
        assert push["updates"][0]["message"]["message"] == "hello"

    simulate(story())


def test_a_method_newer_than_the_app_is_refused() -> None:
    """Its answer could not be said in that layer; in a newer one it is served."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        old, new = await world.device(ADA, 152), await world.device(ADA)
        request = api.MessagesGetSavedDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=5, hash=0
        )
        await new.call(request)
        with pytest.raises(Refused, match="INPUT_METHOD_INVALID"):
            await old.call(request)
        assert world.bugs == []

    simulate(story())


def test_mentioned_members_are_asked_for_without_a_name() -> None:
    """The filter's text may be left out."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        channel = await a_channel(ada)
        found = await ada.call(
            api.ChannelsGetParticipants(
                channel=channel,
                filter=api.ChannelParticipantsMentions(),
                offset=0,
                limit=10,
                hash=0,
            )
        )
        assert found.count == 1

    simulate(story())


def test_an_admin_log_of_somebody_nobody_knows_is_refused() -> None:
    """By an error that clients know."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        channel = await a_channel(ada)
        log = {"channel": channel, "q": "", "max_id": 0, "min_id": 0, "limit": 10}
        await ada.call(api.ChannelsGetAdminLog(**log, admins=[api.InputUserSelf()]))
        stranger = api.InputUser(user_id=4096, access_hash=1)
        with pytest.raises(Refused, match="USER_ID_INVALID"):
            await ada.call(api.ChannelsGetAdminLog(**log, admins=[stranger]))

    simulate(story())


def test_a_code_hash_of_foreign_letters_is_refused() -> None:
    """As any other that is wrong."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        new = await world.device(BERT)
        settings = api.CodeSettings()
        who = {"phone_number": ADA, "api_id": 1, "api_hash": ""}
        await new.call(api.AuthSendCode(**who, settings=settings))
        for request in (
            api.AuthCancelCode(phone_number=ADA, phone_code_hash="é" * 9),
            api.AuthSignIn(phone_number=ADA, phone_code_hash="é" * 9, phone_code="12345"),
            api.AuthSignUp(phone_number=ADA, phone_code_hash="é" * 9, first_name="A", last_name=""),
        ):
            with pytest.raises(Refused, match="PHONE_CODE_EXPIRED"):
                await ada.call(request)
        assert world.bugs == []

    simulate(story())


@pytest.mark.parametrize(
    "entity",
    [
        api.InputMessageEntityMentionName(offset=0, length=3, user_id=api.InputUserSelf()),
        api.InputMessageEntityMentionName(offset=0, length=3, user_id=api.InputUserEmpty()),
        api.MessageEntityMentionName(offset=0, length=3, user_id=-5),
        api.MessageEntityCustomEmoji(offset=0, length=3, document_id=0),
        api.MessageEntityTextUrl(offset=0, length=3, url=""),
        api.MessageEntityTextUrl(offset=0, length=3, url="x" * 70_000),
        api.MessageEntityPre(offset=0, length=3, language="x" * 70_000),
    ],
)
def test_no_entity_makes_a_message_unreadable(entity: Any) -> None:
    """In the draft, in the history, in the difference, on another device."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada, other = await world.device(ADA), await world.device(ADA, 158)
        text = {"peer": api.InputPeerSelf(), "message": "you", "entities": [entity]}
        await ada.call(api.MessagesSaveDraft(**text))
        await world.settle()
        assert other.read_pushes()[-1]["updates"][0]["_"] == "updateDraftMessage"
        await ada.call(api.MessagesSendMessage(**text, random_id=5))
        await world.settle()
        pushed = other.read_pushes()[-1]["updates"]
        assert "you" in [u["message"]["message"] for u in pushed if "message" in u]
        difference = await ada.call(api.UpdatesGetDifference(pts=1, date=1, qts=0))
        shown = difference.new_messages[-1].entities or []
        assert sum(len(getattr(e, "url", "") + getattr(e, "language", "")) for e in shown) < 5_000
        assert world.bugs == []

    simulate(story())


def test_a_mention_of_oneself_means_oneself() -> None:
    """It is what some apps make of it."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        mention = api.InputMessageEntityMentionName(offset=0, length=2, user_id=api.InputUserSelf())
        sent = await ada.call(
            api.MessagesSendMessage(
                peer=api.InputPeerSelf(), message="me", entities=[mention], random_id=5
            )
        )
        assert sent.updates[-1].message.entities[0].user_id == ada.client.user

    simulate(story())


def test_a_poll_is_not_uploaded() -> None:
    """It begins in the message that carries it; there it is checked."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        text = api.TextWithEntities(text="x" * 5_000, entities=[])
        poll = api.Poll(id=1, question=text, answers=[], hash=0)
        request = api.MessagesUploadMedia(
            peer=api.InputPeerSelf(), media=api.InputMediaPoll(poll=poll)
        )
        with pytest.raises(Refused, match="MEDIA_INVALID"):
            await ada.call(request)
        assert world.bugs == []

    simulate(story())


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1, 2**41, 0, -1])
def test_chats_that_cannot_be_have_no_part_in_privacy(number: int) -> None:
    """A rule that names one is refused as one that names a strange chat is; another rule is kept."""

    async def story() -> None:
        world = World(await open_server(1), 1)
        ada = await world.device(ADA)
        key = api.InputPrivacyKeyForwards()
        rules = [api.InputPrivacyValueAllowChatParticipants(chats=[number])]
        with pytest.raises(Refused, match="PRIVACY_VALUE_INVALID"):
            await ada.call(api.AccountSetPrivacy(key=key, rules=rules))
        await ada.call(api.AccountSetPrivacy(key=key, rules=[api.InputPrivacyValueAllowContacts()]))
        assert world.bugs == []

    simulate(story())
