"""The house rule about strangers: who may be written to without it, and how everybody else is refused."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.operating import operate

from chappe.features import accounts
from chappe.tl import api, errors

from .village import Person, Village, village

OTHERS = ("groups", "channels", "names")


@pytest.fixture
async def v() -> AsyncIterator[Village]:
    """A server on which not everybody may write to strangers."""
    async with village(people_may=OTHERS, contact="@principal") as server:
        yield server


async def test_whoever_does_not_know_one_is_not_written_to(v: Village) -> None:
    """In no way that would be a first word; and nothing comes to them."""
    ada, claude = await v.people_named("Ada", "Claude")
    await ada(api.ContactsAddContact(id=ada.user(claude), first_name="C", last_name="", phone=""))
    poll = api.Poll(
        id=0,
        hash=0,
        question=api.TextWithEntities(text="Well?", entities=[]),
        answers=[
            api.PollAnswer(text=api.TextWithEntities(text=t, entities=[]), option=t.encode())
            for t in "ab"
        ],
    )
    peer, number = ada.peer(claude), v.number
    for first_word, refusal in (
        (api.MessagesSendMessage(peer=peer, message="x", random_id=number()), errors.PeerFlood),
        (
            api.MessagesSendMedia(
                peer=peer, media=api.InputMediaPoll(poll=poll), message="", random_id=number()
            ),
            errors.PeerFlood,
        ),
        (
            api.MessagesSendMessage(
                peer=peer, message="x", random_id=number(), schedule_date=int(v.clock.now()) + 600
            ),
            errors.PeerFlood,
        ),
        (api.MessagesSetHistoryTTL(peer=peer, period=86_400), errors.PeerFlood),
        (
            api.UsersSuggestBirthday(id=ada.user(claude), birthday=api.Birthday(day=1, month=2)),
            errors.UserIdInvalid,
        ),
    ):
        with pytest.raises(refusal):
            await ada(first_word)
    made = await ada(api.MessagesCreateChat(users=[ada.user(claude)], title="Club"))
    assert [m.user_id for m in made.missing_invitees] == [claude.id]
    await v.settle()
    shown = await claude(
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=10, hash=0
        )
    )
    assert [d.peer.user_id for d in shown.dialogs] == [accounts.SERVICE_USER]


async def in_contacts(v: Village, ada: Person, claude: Person) -> None:
    """Claude keeps Ada among his contacts."""
    given = claude.user(ada)
    await claude(api.ContactsAddContact(id=given, first_name="A", last_name="", phone=""))


async def wrote_before(v: Village, ada: Person, claude: Person) -> None:
    """Claude, who is let, has written to Ada."""
    await operate(v.server, "grant", user=claude.id, rights="strangers")
    await claude.say(ada, "Good morning.")


async def in_a_group(v: Village, ada: Person, claude: Person) -> None:
    """Somebody who is let has put both into a group."""
    teacher = await v.person("Marie")
    await operate(v.server, "grant", user=teacher.id, rights="strangers")
    await teacher.group("7b", ada, claude)


async def granted(v: Village, ada: Person, claude: Person) -> None:
    """Ada is let write to strangers."""
    await operate(v.server, "grant", user=ada.id, rights="strangers")


async def in_the_address_book(v: Village, ada: Person, claude: Person) -> None:
    """Ada has Claude's number, by which he lets himself be found."""
    known = api.InputPhoneContact(
        client_id=1, phone=f"+{claude.phone}", first_name="C", last_name=""
    )
    await ada(api.ContactsImportContacts(contacts=[known]))


async def runs_the_server(v: Village, ada: Person, claude: Person) -> None:
    """Claude is whom the operator named as contact."""
    await claude(api.AccountUpdateUsername(username="principal"))


@pytest.mark.parametrize(
    "known_by",
    [in_contacts, wrote_before, in_a_group, granted, in_the_address_book, runs_the_server],
    ids=lambda f: f.__name__,
)
async def test_whoever_knows_one_is_written_to(v: Village, known_by: Any) -> None:
    """However they do; and not before."""
    ada, claude = await v.people_named("Ada", "Claude")
    with pytest.raises(errors.PeerFlood):
        await ada.say(claude, "Hello.")
    await known_by(v, ada, claude)
    await ada.say(claude, "Hello.")
    assert (await claude.texts(ada))[-1] == "Hello."
    made = await ada(api.MessagesCreateChat(users=[ada.user(claude)], title="Club"))
    assert made.missing_invitees == []


async def test_where_just_anybody_comes_in_nobody_gets_acquainted(v: Village) -> None:
    """Not in a public group, not in one that hides its members, not in a channel."""
    marie, ada, claude = await v.people_named("Marie", "Ada", "Claude")
    await operate(v.server, "grant", user=marie.id, rights="strangers")
    await marie.supergroup("News", ada, claude, broadcast=True)
    public = await marie.supergroup("Everybody", ada, claude)
    await marie(api.ChannelsUpdateUsername(channel=marie.channel(public), username="everybody_1"))
    hidden = await marie.supergroup("School", ada, claude)
    await marie(api.ChannelsToggleParticipantsHidden(channel=marie.channel(hidden), enabled=True))
    with pytest.raises(errors.PeerFlood):
        await ada.say(claude, "Hello.")
    await marie.supergroup("7b", ada, claude)
    await ada.say(claude, "Hello.")
