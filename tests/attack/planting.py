"""Planting: two people write a marker into every place where somebody can write."""

import io
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from telethon.tl import functions, types

from tests.contracts.post_office import PostOffice
from tests.journeys.server import RealServer

from .markers import Marker, Place
from .people import Person, new_phone
from .waiting import until

FILE_BYTES: Final = 3_000  # bytes of a file at least: part of one chunk


def _word(place: Place) -> str:
    """Return a word for a place, such as a username may be: nobody else has ever written it."""
    return f"zq{place.name.lower().replace('_', '')}{secrets.token_hex(5)}"


@dataclass
class World:
    """A server, who is there, and what they wrote."""

    server: RealServer
    ada: Person
    claude: Person
    words: dict[Place, str]
    markers: list[Marker]
    claude_to_ada: Any = None
    ada_to_claude: Any = None
    group: Any = None
    sent: dict[Place, int] = field(default_factory=dict)  # messages, by number

    async def leave(self) -> None:
        """Let everybody disconnect."""
        await self.ada.leave()
        await self.claude.leave()


async def plant(server: RealServer, office: PostOffice) -> World:
    """Let Ada and Claude sign up and write everything."""
    words = {place: _word(place) for place in Place}
    words[Place.PHONE], words[Place.CARD_PHONE] = new_phone(), new_phone()
    words[Place.MAIL] += "@example.org"
    words[Place.PASSPHRASE] = server.passphrase or words[Place.PASSPHRASE]
    ada = await Person(server, words[Place.PHONE], words[Place.DEVICE]).sign_up(
        words[Place.FIRST_NAME]
    )
    claude = await Person(server, new_phone()).sign_up("Claude")
    world = World(server, ada, claude, words, [])
    world.ada_to_claude = await ada.befriend(claude, words[Place.CONTACT])
    world.claude_to_ada = await claude.befriend(ada, "Ada")
    for write in (_profile, _messages, _media, _group, _channel, _password, _mail):
        await write(world, office)
    await Person(server, ada.phone).ask_code()
    words[Place.CODE] = server.code(ada.phone)
    world.markers = [Marker(place, word.lstrip("+").encode()) for place, word in words.items()]
    world.markers[list(words).index(Place.KEY)] = Marker(Place.KEY, ada.client.session.auth_key.key)
    return world


async def _profile(world: World, office: PostOffice) -> None:
    """Write about oneself."""
    ask, words = world.ada.ask, world.words
    await ask(functions.account.UpdateProfileRequest(about=words[Place.ABOUT]))
    await ask(functions.account.UpdateUsernameRequest(words[Place.USERNAME]))
    folder = types.DialogFilter(
        2,
        types.TextWithEntities(words[Place.FOLDER][:12], []),
        [],
        [world.ada_to_claude],
        [],
    )
    words[Place.FOLDER] = folder.title.text
    await ask(functions.messages.UpdateDialogFilterRequest(2, folder))
    report = functions.account.ReportPeerRequest(
        world.ada_to_claude, types.InputReportReasonOther(), words[Place.REPORT]
    )
    await ask(report)


async def _messages(world: World, office: PostOffice) -> None:
    """Write texts: sent, edited away, put off, unfinished."""
    client, words, claude = world.ada.client, world.words, world.ada_to_claude
    sent = await client.send_message(claude, words[Place.TEXT])
    world.sent[Place.TEXT] = sent.id
    edited = await client.send_message(claude, words[Place.EDITED])
    await client.edit_message(claude, edited.id, "nothing")
    await client.send_message("me", words[Place.SAVED])
    await client.send_message(claude, words[Place.SCHEDULED], schedule=timedelta(hours=1))
    await world.ada.ask(functions.messages.SaveDraftRequest(claude, words[Place.DRAFT]))


async def _media(world: World, office: PostOffice) -> None:
    """Send a file, a poll, a place, a contact."""
    client, words, claude = world.ada.client, world.words, world.ada_to_claude
    file = io.BytesIO(words[Place.FILE].encode() + bytes(FILE_BYTES))
    file.name = words[Place.FILE_NAME] + ".bin"
    sent = await client.send_file(claude, file, caption=words[Place.CAPTION], force_document=True)
    world.sent[Place.FILE] = sent.id
    card = types.InputMediaContact(words[Place.CARD_PHONE], words[Place.CARD], "", "")
    point = types.InputGeoPoint(48.85, 2.35)
    place = types.InputMediaVenue(point, "a place", words[Place.LOCATION], "", "", "")
    for media in (card, place):
        await client.send_file(claude, media)


async def _group(world: World, office: PostOffice) -> None:
    """Found a supergroup with topics, an admin, an invite, a poll."""
    ask, words = world.ada.ask, world.words
    made = await ask(
        functions.channels.CreateChannelRequest(
            words[Place.GROUP], words[Place.GROUP_ABOUT], megagroup=True
        )
    )
    world.group = group = await world.ada.client.get_input_entity(made.chats[0])
    await ask(functions.channels.InviteToChannelRequest(group, [world.ada_to_claude]))
    rights = types.ChatAdminRights(delete_messages=True)
    rank = words[Place.RANK] = words[Place.RANK][:16]
    await ask(functions.channels.EditAdminRequest(group, world.ada_to_claude, rights, rank))
    title = words[Place.INVITE]
    await ask(functions.messages.ExportChatInviteRequest(group, title=title))
    option = types.PollAnswer(_text(words[Place.POLL_ANSWER]), b"0")
    other = types.PollAnswer(_text("no"), b"1")
    poll = types.Poll(0, _text(words[Place.POLL]), [option, other], 0)
    await world.ada.client.send_file(group, types.InputMediaPoll(poll))
    await ask(functions.channels.ToggleForumRequest(group, enabled=True, tabs=False))
    await ask(functions.messages.CreateForumTopicRequest(group, words[Place.TOPIC]))


async def _channel(world: World, office: PostOffice) -> None:
    """Post in a channel."""
    made = await world.ada.ask(functions.channels.CreateChannelRequest("News", "", broadcast=True))
    await world.ada.client.send_message(made.chats[0], world.words[Place.POST])


async def _password(world: World, office: PostOffice) -> None:
    """Set a two-step password with a hint, for Claude."""
    await world.claude.client.edit_2fa(
        new_password=world.words[Place.PASSWORD], hint=world.words[Place.HINT]
    )


async def _mail(world: World, office: PostOffice) -> None:
    """Have Claude's codes sent to an address."""
    ask, purpose = world.claude.ask, types.EmailVerifyPurposeLoginChange()
    before = len(office.mails)
    address = world.words[Place.MAIL]
    await ask(functions.account.SendVerifyEmailCodeRequest(purpose, address))
    await until(lambda: len(office.mails) > before, "no mail came")
    code = code_in(office.mails[-1].get_payload())
    await ask(functions.account.VerifyEmailRequest(purpose, types.EmailVerificationCode(code)))


def _text(words: str) -> types.TextWithEntities:
    return types.TextWithEntities(words, [])


def code_in(mail: object) -> str:
    """Return the code that a mail brings."""
    found = re.search(r"\b\d{5,6}\b", str(mail))
    if found is None:
        raise RuntimeError("a mail without a code")
    return found[0]
