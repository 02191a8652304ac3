"""Two people find each other and talk, in every library."""

import pytest

from .conftest import Town
from .people import LIBRARIES, RefusedError

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("library", [x.name for x in LIBRARIES.values() if x.hands_on_all])
async def test_two_people_talk(town: Town, library: str) -> None:
    """Sign up, find by number and name, send, answer, edit, delete, forward, read, search, log out."""
    ann = await town.person(library, "Ann")
    bob = await town.person(library, "Bob")
    name = f"bob_{bob.user}x"
    await bob.do("set_username", username=name)
    assert (await ann.do("find_username", username=name))["id"] == bob.user
    assert (await ann.do("find_phone", phone=bob.phone, first="Bobby"))["id"] == bob.user
    assert (await bob.do("find_phone", phone=ann.phone, first="Annie"))["id"] == ann.user

    first = await ann.do("send", to=bob.user, text="hello, Bob")
    heard = await bob.hear_text("hello, Bob")
    assert (heard["sender"], heard["peer"], heard["out"]) == (ann.user, ann.user, False)

    await bob.do("send", to=ann.user, text="hello, Ann", reply_to=heard["id"])
    answer = await ann.hear_text("hello, Ann")
    assert answer["reply_to"] == first["id"]

    await ann.do("read", to=bob.user)
    await bob.do("read", to=ann.user)
    read = await ann.hear("read", lambda e: e["peer"] == bob.user)
    assert read["max_id"] >= first["id"]

    await bob.do("typing", to=ann.user)
    await ann.hear("typing", lambda e: e["peer"] == bob.user)

    await ann.do("edit", to=bob.user, id=first["id"], text="hello, dear Bob")
    edited = await bob.hear("edited", lambda e: e["id"] == heard["id"])
    assert edited["text"] == "hello, dear Bob"

    gone = await ann.do("send", to=bob.user, text="forget this")
    lost = await bob.hear_text("forget this")
    await ann.do("delete", to=bob.user, ids=[gone["id"]])
    await bob.hear("deleted", lambda e: lost["id"] in e["ids"])

    await bob.do("forward", source=ann.user, to=ann.user, ids=[heard["id"]])
    await ann.hear_text("hello, dear Bob")

    texts = [m["text"] for m in await bob.do("history", to=ann.user, limit=10)]
    assert texts == ["hello, dear Bob", "hello, Ann", "hello, dear Bob"]
    found = await ann.do("search", to=bob.user, query="dear")
    assert {m["text"] for m in found} == {"hello, dear Bob"}
    assert bob.user in [d["id"] for d in await ann.do("dialogs")]

    await bob.do("log_out")
    with pytest.raises(RefusedError):
        await bob.do("send", to=ann.user, text="from nobody")


@pytest.mark.parametrize("other", [x for x in LIBRARIES if x != "telethon"])
async def test_libraries_talk_to_each_other(town: Town, other: str) -> None:
    """One speaks the newest layer, the other its own: both read the same."""
    ann = await town.person("telethon", "Ann")
    bob = await town.person(other, "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")
    await bob.do(
        "dialogs"
    )  # TDLib reads a chat it has just learned of, and what comes meanwhile twice
    await ann.do("send", to=bob.user, text="**bold** and https://example.org")
    heard = await bob.hear("message", lambda e: "example.org" in e["text"])
    assert heard["text"] == "bold and https://example.org"
    await bob.do("send", to=ann.user, text="understood", reply_to=heard["id"])
    assert (await ann.hear_text("understood"))["sender"] == bob.user


@pytest.mark.parametrize("library", [x for x in LIBRARIES if x.startswith("telethon")])
async def test_an_archive_fetches_only_what_came_since(town: Town, library: str) -> None:
    """From the newest message there is nothing, from any other what is newer, once, and the fetching ends."""
    ann = await town.person(library, "Ann")
    bob = await town.person(library, "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    said = [await ann.do("send", to=bob.user, text=f"line {n}") for n in range(6)]
    assert await ann.do("newer", to=bob.user, after=said[-1]["id"]) == []
    since = await ann.do("newer", to=bob.user, after=said[2]["id"])
    assert [m["text"] for m in since] == ["line 3", "line 4", "line 5"]
    every = await ann.do("newer", to=bob.user, after=0)
    assert [m["text"] for m in every] == [f"line {n}" for n in range(6)]
    later = await ann.do("send", to=bob.user, text="one more")
    since = await ann.do("newer", to=bob.user, after=said[-1]["id"])
    assert [m["id"] for m in since] == [later["id"]]
