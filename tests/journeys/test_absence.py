"""Somebody is away; on return nothing is lost and nothing comes twice."""

import pytest

from .conftest import Town
from .people import LIBRARIES

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("library", [x.name for x in LIBRARIES.values() if x.catches_up])
async def test_nothing_is_lost_or_doubled(town: Town, library: str) -> None:
    """Sent, edited and deleted meanwhile: the returning device ends with what is there."""
    ann = await town.person("telethon", "Ann")
    bob = await town.person(library, "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")
    await ann.do("send", to=bob.user, text="before")
    await bob.hear_text("before")
    await bob.do("disconnect")
    ids = [(await ann.do("send", to=bob.user, text=f"missed {i}"))["id"] for i in range(5)]
    await ann.do("edit", to=bob.user, id=ids[1], text="missed 1, edited")
    await ann.do("delete", to=bob.user, ids=[ids[2]])
    bob.events.clear()
    await bob.do("start")
    for text in ("missed 0", "missed 3", "missed 4"):
        await bob.hear_text(text)
    await ann.do("send", to=bob.user, text="after")
    await bob.hear_text("after")
    again = [e["text"] for e in bob.events if e["event"] == "message"]
    assert not {"missed 0", "missed 3", "missed 4", "after"} & set(again)
    texts = [m["text"] for m in await bob.do("history", to=ann.user, limit=10)]
    assert texts == ["after", "missed 4", "missed 3", "missed 1, edited", "missed 0", "before"]


@pytest.mark.parametrize("library", [x.name for x in LIBRARIES.values() if not x.catches_up])
async def test_history_has_what_was_missed(town: Town, library: str) -> None:
    """A library that never asks for the difference finds everything in the history."""
    ann = await town.person("telethon", "Ann")
    bob = await town.person(library, "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")
    await bob.do("disconnect")
    await ann.do("send", to=bob.user, text="while away")
    await bob.do("start")
    await bob.do("dialogs")
    assert [m["text"] for m in await bob.do("history", to=ann.user, limit=1)] == ["while away"]
