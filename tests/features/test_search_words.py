"""What a message is found by: its text as people type it, and the words of what it shows."""

from typing import Any

import pytest

from chappe.tl import api

from .films import voice
from .test_files_go import document, forward, send, upload
from .test_polls import ask, question
from .test_search import EMPTY, everywhere, find
from .village import Person, village

DOCUMENTS = api.InputMessagesFilterDocument()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("I paid $100 for it", "$100"),
        ("it was 100 € or so", "$100"),
        ("ticket #42 is open", "#42"),
        ("I don’t know yet", "don't know yet"),
        ("I don't know yet", "don’t know yet"),
        ("so-called “experts”", '"experts"'),
        ("« Bonjour » dit-il", "bonjour"),
        ("a well—known man", "well-known"),
        ("Wi Fi is down", "wi-fi"),
        ("my Wi‑Fi", "Wi-Fi"),
        ("and/or", "and or"),
        ("and / or", "and/or"),
        ("ＦＵＬＬ width", "full"),
        ("oﬃce", "office"),
        ("infor\u00admation", "information"),
        ("می‌خواهم", "میخواهم"),
        ("İstanbul’da", "istanbul'da"),
        ("Große Straße", "GROSSE STRASSE"),
        ("I like C++ and C#", "c++"),
        ("50 % off", "50%"),
        ("write to a.b@example.org", "a.b@example.org"),
        ("see O'Brien", "O’Brien"),
        ("on –5 degrees", "-5"),
        ("use `#define`", "#define"),
        ("up: $USD", "$usd"),
        ("#می‌خواهم", "#می‌خواهم"),
        ("what?!", "?!"),
    ],
)
async def test_a_text_is_found_however_its_marks_are_typed(text: str, query: str) -> None:
    """Words are compared without them; only where they are all there is do they matter."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        for said in (text, "nothing of the kind"):
            await ada.say(ada, said)
        assert await find(ada, ada, query) == [text]
        assert [m.message for m in (await everywhere(ada, query)).messages] == [text]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("an #artist", "#art"),
        ("art", "#art"),
        ("an #artist of note", "#art note"),
        ("#हिन्दी", "#हिन"),
        ("1000 €", "$100"),
        ("#421", "#43"),
        ("architecture", "c++"),
        ("wireless fidelity", "wi-fi"),
        ("an $USDT", "$usd"),
        ("word", "?!"),
        ("dont", "don't"),
    ],
)
async def test_what_only_looks_alike_is_not_found(text: str, query: str) -> None:
    """Tags are found whole, and what has marks stands whole where other marks are."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        await ada.say(ada, text)
        assert await find(ada, ada, query) == []


# -- files, and what needs none ---------------------------------------------------------------------


def named(file: Any, name: str, mime: str = "application/pdf") -> Any:
    """Return a document with a name."""
    medium = document(file, mime)
    medium.attributes = [api.DocumentAttributeFilename(file_name=name)]
    return medium


async def ids(who: Person, chat: Any, q: str, kind: Any = EMPTY) -> list[int]:
    """Return the numbers of what is found in a conversation."""
    answer = await who(
        api.MessagesSearch(
            peer=who.peer(chat),
            q=q,
            filter=kind,
            min_date=0,
            max_date=0,
            offset_id=0,
            add_offset=0,
            limit=100,
            max_id=0,
            min_id=0,
            hash=0,
        )
    )
    return [m.id for m in answer.messages]


async def test_a_file_is_found_by_its_name_wherever_one_looks() -> None:
    """With the filter for documents and without; by who got it, also from others; by nobody else."""
    async with village() as v:
        ada, bob, cid, eve = await v.people_named("Ada", "Bob", "Cid", "Eve")
        file = await upload(ada, b"so much for it")
        number = await send(ada, bob, named(file, "Quarterly_report_2026.pdf"))
        await ada.say(bob, "have you read it?")
        heard = (await bob.history(ada))[1].id
        for query in (
            "quarterly",
            "REPORT 2026",
            "quarterly report",
            "quarterly-report",
            "2026.pdf",
        ):
            assert await ids(ada, bob, query, DOCUMENTS) == await ids(ada, bob, query) == [number]
            assert await ids(bob, ada, query, DOCUMENTS) == [heard]
        assert await ids(ada, bob, "quarterly", api.InputMessagesFilterPhotos()) == []
        assert await ids(ada, bob, "yearly") == []
        assert (await everywhere(ada, "quarterly")).count == 1
        assert (await everywhere(ada, "quarterly", filter=DOCUMENTS)).count == 1
        sent = await ada(api.MessagesSearchSentMedia(q="quarterly", filter=DOCUMENTS, limit=10))
        assert [m.id for m in sent.messages] == [number]
        group = await bob.supergroup("Board", cid)
        passed = await forward(bob, ada, heard, group)
        assert await ids(cid, group, "quarterly", DOCUMENTS) == [passed]
        assert (await everywhere(eve, "quarterly")).count == 0


async def test_a_caption_and_a_name_are_found_together() -> None:
    """One word in each; and what takes the place of a file is found instead of it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        first, second = [
            named(await upload(ada, name.encode()), name) for name in ("old.pdf", "new.pdf")
        ]
        answer = await ada(
            api.MessagesSendMedia(
                peer=ada.peer(bob), media=first, message="the contract", random_id=v.number()
            )
        )
        number = next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID))
        await v.settle()
        assert await ids(ada, bob, "contract old") == [number]
        await ada(
            api.MessagesEditMessage(
                peer=ada.peer(bob), id=number, media=second, message="the contract"
            )
        )
        await v.settle()
        assert await ids(ada, bob, "old") == []
        assert await ids(ada, bob, "contract new") == [number]
        assert len(await ids(bob, ada, "new.pdf", DOCUMENTS)) == 1


async def test_music_is_found_by_who_plays_what() -> None:
    """By performer and title, with the filter for music."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        song = document(await upload(ada, voice()), "audio/ogg")
        song.attributes = [
            api.DocumentAttributeAudio(duration=3, title="Für Elise", performer="Beethoven"),
            api.DocumentAttributeFilename(file_name="track01.ogg"),
        ]
        number = await send(ada, bob, song)
        for query in ("beethoven", "fur elise", "beethoven elise", "track01"):
            assert await ids(ada, bob, query, api.InputMessagesFilterMusic()) == [number]


async def test_polls_contacts_and_places_are_found_by_what_they_say() -> None:
    """By a question, an answer, a name, a number, a place and its street."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Town", bob)
        poll = await ask(ada, group, question("lemon", "raspberry"))
        contact = await send(
            ada,
            group,
            api.InputMediaContact(
                phone_number="33612345678", first_name="Émile", last_name="Zola", vcard=""
            ),
        )
        point = api.InputGeoPoint(lat=1.0, long=2.0)
        place = await send(
            ada,
            group,
            api.InputMediaVenue(
                geo_point=point,
                title="Café Central",
                address="Herrengasse 14",
                provider="",
                venue_id="",
                venue_type="",
            ),
        )
        await send(ada, group, api.InputMediaGeoPoint(geo_point=point))
        for query, number in (
            ("really", poll),
            ("raspberry", poll),
            ("emile zola", contact),
            ("33612345678", contact),
            ("cafe central", place),
            ("herrengasse", place),
        ):
            assert await ids(bob, group, query) == [number]


async def test_what_vanished_is_not_found_by_its_name() -> None:
    """Its message stays, and says nothing any more."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        medium = document(await upload(ada, voice()), "audio/ogg")
        medium.attributes = [
            api.DocumentAttributeAudio(duration=3, voice=True),
            api.DocumentAttributeFilename(file_name="secret.ogg"),
        ]
        medium.ttl_seconds = 10
        await send(ada, bob, medium)
        heard = (await bob.history(ada))[0].id
        assert await ids(bob, ada, "secret") == [heard]
        await bob(api.MessagesReadMessageContents(id=[heard]))
        await v.wait(30)
        assert await ids(bob, ada, "secret") == []


# -- people, chats, topics --------------------------------------------------------------------------


async def test_people_are_found_however_their_names_are_typed() -> None:
    """Contacts, members, those who came by a link; by what they call themselves, or what one calls them."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Žofie O’Brien", "Cid")
        await ada(
            api.ContactsAddContact(id=ada.user(cid), first_name="Émile", last_name="Zöé", phone="")
        )
        for query in ("emile", "zoe", "ZOE em", "émile zö"):
            assert [
                p.user_id for p in (await ada(api.ContactsSearch(q=query, limit=10))).my_results
            ] == [cid.id]
        assert (await bob(api.ContactsSearch(q="emile", limit=10))).my_results == []
        sup = await ada.supergroup("Town", bob, cid)

        async def members(kind: Any) -> set[int]:
            answer = await ada(
                api.ChannelsGetParticipants(
                    channel=ada.channel(sup), filter=kind, offset=0, limit=100, hash=0
                )
            )
            return {getattr(p, "user_id", 0) or p.peer.user_id for p in answer.participants}

        for query in ("zofie", "o'brien", "O’BRIEN zof"):
            assert await members(api.ChannelParticipantsSearch(q=query)) == {bob.id}
        assert await members(api.ChannelParticipantsSearch(q="emile")) == {cid.id}
        assert await members(api.ChannelParticipantsContacts(q="zoe")) == {cid.id}
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(sup),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(until_date=0, send_plain=True),
            )
        )
        assert await members(api.ChannelParticipantsBanned(q="zofie")) == {bob.id}
        assert await members(api.ChannelParticipantsBanned(q="emile")) == set()


async def test_chats_and_topics_are_found_however_their_titles_are_typed() -> None:
    """One's own, public ones, topics of a forum, and what admins did."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        sup = await ada.supergroup("Łódź – d’Artagnan’s Society")
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(sup), username="lodz_society"))
        await v.settle()
        for query in ("lodz", "artagnan", "d'artagnan's", "society lodz"):
            assert [c.id for c in (await ada(api.ContactsSearch(q=query, limit=10))).chats] == [
                sup.id
            ]
            assert [c.id for c in (await eve(api.ContactsSearch(q=query, limit=10))).chats] == [
                sup.id
            ]
        await ada(api.ChannelsToggleForum(channel=ada.channel(sup), enabled=True, tabs=False))
        await ada(
            api.MessagesCreateForumTopic(
                peer=ada.peer(sup), title="Smørrebrød & ‘brothers’", random_id=v.number()
            )
        )
        for query, count in (("smorrebrod", 1), ("'brothers'", 1), ("herring", 0)):
            topics = await ada(
                api.MessagesGetForumTopics(
                    peer=ada.peer(sup),
                    q=query,
                    offset_date=0,
                    offset_id=0,
                    offset_topic=0,
                    limit=10,
                )
            )
            assert len(topics.topics) == count
        log = await ada(
            api.ChannelsGetAdminLog(
                channel=ada.channel(sup), q="smorrebrod", max_id=0, min_id=0, limit=10
            )
        )
        assert len(log.events) == 1


async def test_who_came_by_a_link_is_found_without_accents() -> None:
    """Among those a link let in."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Žofie", "Cid")
        sup = await ada.supergroup("Town")
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(sup)))).link
        for one in (bob, cid):
            await one(api.MessagesImportChatInvite(hash=link.rpartition("+")[2]))
        await v.settle()
        came = await ada(
            api.MessagesGetChatInviteImporters(
                peer=ada.peer(sup),
                q="zofie",
                offset_date=0,
                offset_user=api.InputUserEmpty(),
                limit=10,
            )
        )
        assert [i.user_id for i in came.importers] == [bob.id]
