"""Who stays connected is told everything, and has no reason to ask for a difference."""

import pytest

from .conftest import Town
from .people import LIBRARIES

pytestmark = pytest.mark.journey

ASKING = ("updates.getDifference", "updates.getChannelDifference")


@pytest.mark.parametrize("library", LIBRARIES)
async def test_who_is_told_everything_asks_for_nothing(town: Town, library: str) -> None:
    """Messages, edits, deletions and read marks in chats of each kind: no difference is asked for."""
    ann = await town.person("mtcute", "Ann")  # Telethon overlooks the pts of its own deletions
    bob = await town.person(library, "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")
    group = (await ann.do("create_group", title="Duo", users=[bob.user]))["id"]
    hall = (await ann.do("create_channel", title="Hall", broadcast=False))["id"]
    await ann.do("invite", to=hall, users=[bob.user])
    await bob.do("dialogs")
    for peer, name in ((bob.user, "private"), (group, "group"), (hall, "hall")):
        await ann.do("send", to=peer, text=f"before, {name}")
        await bob.hear_text(f"before, {name}")
        await bob.do("read", to=ann.user if peer == bob.user else peer)  # TDLib asks on opening
    await town.nap()
    before = town.server.calls(*ASKING)
    for peer, name in ((bob.user, "private"), (group, "group"), (hall, "hall")):
        his = ann.user if peer == bob.user else peer
        one, two = [(await ann.do("send", to=peer, text=f"{name} {i}"))["id"] for i in range(2)]
        heard = [await bob.hear_text(f"{name} {i}") for i in range(2)]
        await ann.do("edit", to=peer, id=one, text=f"{name}, edited")
        await bob.hear("edited", lambda e, name=name: e["text"] == f"{name}, edited")
        await ann.do("delete", to=peer, ids=[two])
        await bob.hear("deleted", lambda e, gone=heard[1]["id"]: gone in e["ids"])
        await bob.do("read", to=his)
        await bob.do("send", to=his, text=f"answer, {name}", reply_to=heard[0]["id"])
        assert (await ann.hear_text(f"answer, {name}"))["reply_to"] == one
    assert town.server.calls(*ASKING) == before
