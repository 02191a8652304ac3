"""What surrounds messages: reactions, polls, folders, drafts, search and the like, in every library."""

import re
import time
from typing import Any

import pytest

from .conftest import Town
from .people import Device, at_telegrams_host
from .together import SENDERS, by_library, company, eventually, every, others

pytestmark = pytest.mark.journey

DAY_S = 86_400
READERS = ("telethon", "tdlib", "mtcute")  # those that are asked what a conversation is marked with
SORTERS = ("telethon", "kurigram", "tdlib", "mtcute")  # those that have folders


async def write(people: list[Device], writer: Device, peer: int, text: str) -> dict[Device, int]:
    """Let one write; return by which number each knows the message."""
    mine = (await writer.do("send", to=peer, text=text))["id"]
    readers = others(people, writer)

    async def meets(reader: Device) -> Any:
        return (await reader.hear_text(text))["id"]

    return {writer: mine, **dict(zip(readers, await every(readers, meets), strict=True))}


async def all_hear(devices: list[Device], event: str, **wanted: Any) -> None:
    """Let all be told of something."""

    async def hears(device: Device) -> Any:
        await device.hear(event, lambda e: all(e[k] == v for k, v in wanted.items()))

    await every(devices, hears)


# -- reactions ----------------------------------------------------------------------------------


async def reacted(people: list[Device], peer: int, ids: dict[Device, int]) -> None:
    """Each reacts, reacts otherwise, and takes it back; all others are told each time."""
    now: dict[Device, str] = {}
    for emoji in ("👍", "🔥", ""):
        for person in people:
            now[person] = emoji
            given = [e for e in now.values() if e]
            wanted = {e: given.count(e) for e in given}
            await person.do("put_reaction", to=peer, id=ids[person], emoji=emoji)

            async def hears(reader: Device, wanted: dict[str, int] = wanted) -> Any:
                told = {"peer": peer, "id": ids[reader], "counts": wanted}
                await all_hear([reader], "reactions", **told)

            await every(others(people, person), hears)
            assert await person.do("reactions", to=peer, id=ids[person]) == wanted


async def test_reactions_reach_every_library(town: Town) -> None:
    """In a basic group and a supergroup, on a message the twin knows and on one it does not."""
    people, group, hall = await company(town, SENDERS)
    for peer, author in ((group, people[0]), (hall, by_library(people, "tdlib")[0])):
        ids = await write(people, author, peer, f"react to me in {peer}")
        await town.nap()
        await reacted(people, peer, ids)
        emojis = ("👍", "👍", "🔥", "🔥", "👍")
        for person, emoji in zip(people, emojis, strict=True):
            await person.do("put_reaction", to=peer, id=ids[person], emoji=emoji)
        for person in people:
            where = {"to": peer, "id": ids[person]}

            async def counts(person: Device = person, where: dict[str, int] = where) -> Any:
                return await person.do("reactions", **where)

            await eventually(counts, {"👍": 3, "🔥": 2}, person.library.name)
        given = sorted([p.user, e] for p, e in zip(people, emojis, strict=True))
        for reader in by_library(people, *READERS):
            assert await reader.do("reactors", to=peer, id=ids[reader]) == given
        await looked_at(author, peer)


async def looked_at(author: Device, peer: int) -> None:
    """Who wrote finds the reactions marked until they say that they saw them."""
    for wanted, act in ((1, "read_reactions"), (0, "")):

        async def news() -> Any:
            return (await author.do("mark_of", to=peer))["news"]

        await eventually(news, wanted, author.library.name)
        if act:
            await author.do(act, to=peer)


# -- polls --------------------------------------------------------------------------------------


async def asked(
    people: list[Device], maker: Device, peer: int, correct: int | None = None
) -> dict[Device, int]:
    """Let one ask something; return by which number each knows the question."""
    question = f"asked by {maker.library.name}, {correct}"
    given = {"question": question, "options": ["red", "green", "blue"]}
    mine = await maker.do("make_poll", to=peer, **given, correct=correct, public=correct is None)
    readers = others(people, maker)

    async def meets(reader: Device) -> Any:
        heard = await reader.hear(
            "message", lambda e: (e["sender"], e["kind"]) == (maker.user, "poll")
        )
        seen = await reader.do("poll_of", to=peer, id=heard["id"])
        assert (seen["question"], seen["options"]) == (question, given["options"])
        assert (seen["closed"], seen["quiz"]) == (False, correct is not None)
        return heard["id"]

    return {maker: mine["id"], **dict(zip(readers, await every(readers, meets), strict=True))}


async def stands(people: list[Device], peer: int, ids: dict[Device, int], **wanted: Any) -> None:
    """Wait until everybody sees how a poll stands."""

    async def looks(person: Device) -> None:
        async def ask() -> Any:
            seen = await person.do("poll_of", to=peer, id=ids[person])
            return {name: seen[name] for name in wanted}

        await eventually(ask, wanted, person.library.name)

    await every(people, looks)


async def test_polls_are_voted_on_and_closed(town: Town) -> None:
    """Each asks, the others vote, one thinks again, and the one who asked closes it."""
    people, group, hall = await company(town, SENDERS)
    for turn, maker in enumerate(others(people, by_library(people, "gramjs")[0])):
        peer = hall if turn % 2 else group
        ids = await asked(people, maker, peer)
        await town.nap()
        voters = others(people, maker)
        for number, voter in enumerate(voters):
            await voter.do("cast_vote", to=peer, id=ids[voter], options=[number % 3])
            await maker.hear("poll", lambda e, total=number + 1: e["total"] == total)
        await stands(voters, peer, ids, total=4, voters=[2, 1, 1])
        first = sorted(voter.user for voter in (voters[0], voters[3]))
        for reader in by_library(voters, *READERS):
            assert await reader.do("voters", to=peer, id=ids[reader], option=0) == first
        await voters[0].do("cast_vote", to=peer, id=ids[voters[0]], options=[])
        await stands(voters[1:], peer, ids, total=3, voters=[1, 1, 1])
        await maker.do("close_poll", to=peer, id=ids[maker])
        await stands(people, peer, ids, total=3, voters=[1, 1, 1], closed=True)


async def test_a_quiz_tells_who_answered(town: Town) -> None:
    """Whoever answered sees what was right, and why; whoever did not, does not."""
    people, group, hall = await company(town, SENDERS)
    for turn, maker in enumerate(people):
        peer = hall if turn % 2 else group
        ids = await asked(people, maker, peer, 1)
        wrong, right, *rest = by_library(others(people, maker), *READERS, "gramjs")
        await wrong.do("cast_vote", to=peer, id=ids[wrong], options=[0])
        await right.do("cast_vote", to=peer, id=ids[right], options=[1])
        for voter, chosen in ((wrong, [0]), (right, [1])):
            told = {"chosen": chosen, "correct": [1], "explanation": "because"}
            await stands([voter], peer, ids, **told)
        await stands(rest, peer, ids, correct=[], explanation="")


# -- one person's devices -----------------------------------------------------------------------


async def devices_of_one(town: Town) -> tuple[list[Device], Device]:
    """Return somebody's devices, one on each library, and a friend of theirs."""
    ann = await town.person("telethon", "Ann")
    bob = await town.person("mtcute", "Bob")
    mine = [ann]
    for library in SENDERS[1:]:
        device = await town.device(library, "Ann")
        await device.sign_up(ann.phone, "Ann")
        mine.append(device)
    for device in mine:
        await device.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")
    await bob.do("send", to=ann.user, text="hello, Ann")
    await every(mine, lambda device: device.hear_text("hello, Ann"))
    for device in mine:
        await device.do("dialogs")
    return mine, bob


async def marked(town: Town, mine: list[Device], bob: Device) -> None:
    """Each device begins a draft, silences and lets messages vanish; all others are told."""
    for turn, device in enumerate(mine):
        rest, name = others(mine, device), device.library.name
        await device.do("draft", to=bob.user, text=f"begun on {name}")
        await all_hear(rest, "draft", peer=bob.user, text=f"begun on {name}")
        await device.do("mute", to=bob.user, muted=True)
        await all_hear(rest, "muted", peer=bob.user, muted=True)
        await device.do("set_ttl", to=bob.user, seconds=(turn + 1) * DAY_S)
        await all_hear(rest, "ttl", peer=bob.user, seconds=(turn + 1) * DAY_S)
        await bob.hear("ttl", lambda e, turn=turn: e["seconds"] == (turn + 1) * DAY_S)
        told = {"muted": True, "ttl": (turn + 1) * DAY_S, "draft": f"begun on {name}"}
        await all_see(mine, bob, **told)
        if turn == 0:
            await town.nap()
        await device.do("draft", to=bob.user, text="")
        await all_hear(rest, "draft", peer=bob.user, text="")
        await device.do("mute", to=bob.user, muted=False)
        await all_hear(rest, "muted", peer=bob.user, muted=False)


async def all_see(mine: list[Device], bob: Device, **wanted: Any) -> None:
    """Wait until all that are asked see a conversation marked like that."""
    for reader in by_library(mine, *READERS):

        async def marks(reader: Device = reader) -> Any:
            seen = await reader.do("mark_of", to=bob.user)
            return {name: seen[name] for name in wanted}

        await eventually(marks, wanted, reader.library.name)


async def ordered(town: Town, mine: list[Device], bob: Device) -> None:
    """Each device archives the conversation, pins it and marks it as unread; all others see it."""
    for act, name in (("archive", "archived"), ("pin_chat", "pinned"), ("mark_unread", "unread")):
        for turn, device in enumerate(mine):
            for state in (True, False):
                await device.do(act, to=bob.user, **{name: state})
                await all_see(mine, bob, **{name: state})
                if turn == 0:
                    await town.nap()


async def pinned(mine: list[Device], bob: Device) -> None:
    """Each device pins a message and no longer; all others, and the friend, are told."""
    for device in mine:
        text = f"to be pinned on {device.library.name}"
        sent = await bob.do("send", to=device.user, text=text)

        async def meets(one: Device, text: str = text) -> Any:
            return (await one.hear_text(text))["id"]

        ids = dict(zip(mine, await every(mine, meets), strict=True))
        for state in (True, False):
            await device.do("set_pinned", to=bob.user, id=ids[device], pinned=state)
            for other in others(mine, device):
                await all_hear([other], "pinned", ids=[ids[other]], pinned=state)
                there = ids[other] in await other.do("pinned", to=bob.user)
                assert there is state, other.library.name
        assert sent["id"] not in await bob.do("pinned", to=device.user)


async def sorted_out(mine: list[Device], bob: Device) -> None:
    """Each device makes a folder, puts it first and removes it; all others see the same folders."""
    sorters = by_library(mine, *SORTERS)

    async def titles(device: Device) -> Any:
        return [(f["title"], f["chats"]) for f in await device.do("folders")]

    async def agree(wanted: list[str]) -> None:
        for device in sorters:
            listed = [(title, [bob.user]) for title in wanted]
            await eventually(lambda device=device: titles(device), listed, device.library.name)

    made: dict[str, Any] = {}
    for device in sorters:
        name = f"By {device.library.name}"[:12]
        made[name] = (await device.do("make_folder", title=name, chats=[bob.user]))["id"]
        await all_hear(others(sorters, device), "folders")
        await agree(list(made))
    for device in sorters:
        order = list(reversed(made))
        made = {name: made[name] for name in order}
        await device.do("order_folders", ids=list(made.values()))
        await agree(order)
    for device in sorters:
        await device.do("delete_folder", id=made.pop(next(iter(made))))
        await agree(list(made))


async def scheduled(mine: list[Device], bob: Device) -> None:
    """Each device writes something for later; all see it, and another device sends it now."""
    at = int(time.time()) + DAY_S
    for turn, device in enumerate(mine):
        text = f"for later, from {device.library.name}"
        await device.do("schedule", to=bob.user, text=text, at=at)
        for other in mine:

            async def texts(other: Device = other) -> Any:
                return [m["text"] for m in await other.do("scheduled", to=bob.user)]

            await eventually(texts, [text], other.library.name)
        sender = mine[(turn + 1) % len(mine)]
        (waiting,) = await sender.do("scheduled", to=bob.user)
        await sender.do("send_scheduled", to=bob.user, ids=[waiting["id"]])
        await bob.hear_text(text)
        for other in others(mine, sender):
            await other.hear_text(text)
            await eventually(lambda other=other: other.do("scheduled", to=bob.user), [], text)


async def saved(mine: list[Device]) -> None:
    """Each device notes something and tags it; all that know tags count the same."""
    ann = mine[0].user
    wanted: dict[str, int] = {}
    for device, emoji in zip(mine, ("👍", "🔥", "👍", "🔥", "👍"), strict=True):
        if device.library.name == "tdlib":
            continue  # it lets only those tag who pay
        note = await device.do("send", to=ann, text=f"note of {device.library.name}")
        await device.do("put_reaction", to=ann, id=note["id"], emoji=emoji)
        wanted[emoji] = wanted.get(emoji, 0) + 1
        for other in by_library(mine, *READERS):
            await eventually(lambda other=other: other.do("tags"), wanted, other.library.name)


async def test_a_second_device_sees_it(town: Town) -> None:
    """Drafts, silence, pins, folders, what waits, notes: what one device does, all others know."""
    mine, bob = await devices_of_one(town)
    await marked(town, mine, bob)
    await ordered(town, mine, bob)
    await pinned(mine, bob)
    await sorted_out(mine, bob)
    await scheduled(mine, bob)
    await saved(mine)
    for device in mine:
        text = f"hush, from {device.library.name}"
        await device.do("send_silent", to=bob.user, text=text)
        assert (await bob.hear_text(text))["silent"]


# -- found --------------------------------------------------------------------------------------


async def test_what_is_written_is_found(town: Town) -> None:
    """Public chats by name, one's own messages anywhere, hashtags, links, and who was addressed."""
    people, group, hall = await company(town, SENDERS)
    ann = people[0]
    names = {p: f"{p.library.name}_{p.user}" for p in people}
    for person in people:
        await person.do("set_username", username=names[person])
    public = f"hall_{ann.user}x"
    await ann.do("set_public", to=hall, username=public)
    for person in people:
        assert hall in await person.do("search_public", query=public[:-1]), person.library.name
        wanted = others(people, person)[0]
        assert wanted.user in await person.do("search_public", query=names[wanted])
    texts = {p: f"needle{ann.user} #tag{p.user}" for p in people}
    ids = {
        p: await write(people, p, group if n % 2 else hall, texts[p]) for n, p in enumerate(people)
    }
    for person in people:
        found = await person.do("search_all", query=f"needle{ann.user}")
        assert sorted(m["text"] for m in found) == sorted(texts.values()), person.library.name
        for n, writer in enumerate(people):
            peer = group if n % 2 else hall
            tagged = await person.do("search", to=peer, query=f"#tag{writer.user}")
            assert [m["text"] for m in tagged] == [texts[writer]], person.library.name
    await linked(people, hall, ids[ann], public)
    await addressed(town, people, group, hall, names)


async def linked(people: list[Device], hall: int, ids: dict[Device, int], public: str) -> None:
    """All give the same link to a message, under the server's own address, and follow it to that message."""
    readers = by_library(people, *READERS)
    number = ids[people[0]]
    links = {
        reader.library.name: (await reader.do("link_to", to=hall, id=ids[reader]))["link"]
        for reader in readers
    }
    (link,) = set(links.values())
    assert re.fullmatch(rf"http://localhost:[0-9]+/{public}/{number}", link), links
    for reader in by_library(people, "tdlib", "mtcute"):
        led = await reader.do("follow", link=at_telegrams_host(link))
        assert led == {"peer": hall, "id": ids[reader]}, reader.library.name


async def addressed(
    town: Town, people: list[Device], group: int, hall: int, names: dict[Device, str]
) -> None:
    """Who is addressed finds it marked until they say that they saw it."""
    readers = by_library(people, *READERS)
    for peer in (group, hall):
        for reader in readers:
            writer = others(people, reader)[0]
            ids = await write(people, writer, peer, f"hello, @{names[reader]} in {peer}")

            async def waiting(reader: Device = reader, peer: int = peer) -> Any:
                marks = await reader.do("mark_of", to=peer)
                return await reader.do("mentions", to=peer), marks["mentions"]

            await eventually(waiting, ([ids[reader]], 1), reader.library.name)
        await town.nap()
        for reader in readers:
            await reader.do("read_mentions", to=peer)

            async def left(reader: Device = reader, peer: int = peer) -> Any:
                marks = await reader.do("mark_of", to=peer)
                return await reader.do("mentions", to=peer), marks["mentions"]

            await eventually(left, ([], 0), reader.library.name)
