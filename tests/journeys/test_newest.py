"""The newest TDLib beside the pinned one: chats of every kind, answers, profiles, and what comes later."""

import re
from functools import partial

import pytest
from tools import lead
from tools.carried import carried

from .company import all_hear, gathered, lists, supergroup, until
from .conftest import TDLIBS, Town
from .people import ENVIRONMENTS, LIBRARIES, Device
from .together import eventually

pytestmark = pytest.mark.journey

# what TDLib says at the warning level although nothing is wrong
NO_WARNING = (
    r"Set PRAGMA user_version",  # its database is new
    r"AuthDataShared",  # how its key stands
    r"(Generate new session_id|Update auth key in session_id)",
    r"Failed to open connection: .*Connection refused",  # it tries ports 443 and 80 before ours
    r"Close Td",
    r"Timer\.cpp.*SLOW: \[name:",  # the machine was busy while it worked on its own files
    r"RawConnection::flush took [\d.]+ seconds, .* returned OK",  # or while it wrote
)


def warnings(device: Device) -> list[str]:
    """Return what a TDLib's log says at the levels of errors and warnings."""
    said = (device.session / "td.log").read_text(errors="replace").splitlines()
    bad = [line for line in said if re.match(r"\[ [012]\]", line)]
    return [line for line in bad if not any(re.search(word, line) for word in NO_WARNING)]


async def answers(writer: Device, to: int, reader: Device) -> None:
    """Let one answer the other's newest message in a chat; the other hears what is answered."""
    asked = await reader.do("send", to=to, text=f"{reader.library.name} asks")
    heard = await writer.hear_text(f"{reader.library.name} asks")
    text = f"{writer.library.name} answers"
    await writer.do("send", to=to, text=text, reply_to=heard["id"])
    assert (await reader.hear_text(text))["reply_to"] == asked["id"]


@pytest.mark.parametrize("runs", TDLIBS)
async def test_both_tdlibs_share_chats_of_every_kind(town: Town, runs: str) -> None:
    """One makes a channel and a supergroup; both list them, answer, read profiles, and hear more."""
    (other,) = set(TDLIBS) - {runs}
    ann, bob = await gathered(town, runs, (other,))
    news = await supergroup([ann, bob], "News", broadcast=True)
    hall = await supergroup([ann, bob], "Hall")
    await ann.do("describe", to=hall, text="where we meet")
    await ann.do("set_bio", text="I run this")
    for person in (ann, bob):
        assert {news, hall} <= {d["id"] for d in await person.do("dialogs")}
    for one, two in ((ann, bob), (bob, ann)):
        await answers(one, hall, two)
    shown = {hall: {"about": "where we meet", "members": 2}, news: {"about": "", "members": 2}}
    for chat, wanted in (shown | {ann.user: {"about": "I run this"}}).items():
        await eventually(partial(bob.do, "profile", to=chat), wanted, bob.library.name)
    for person in (ann, bob):
        await person.do("disconnect")
        await person.do("start")
        for chat in (news, hall):
            await until(
                lambda p=person, c=chat: lists(p, c), f"{person.library.name} listing {chat}"
            )
    await all_hear([bob], ann, news, "the evening news")
    await all_hear([ann], bob, hall, "good evening")
    for person in (ann, bob):
        assert warnings(person) == []


def test_the_server_leads_every_client_there_is() -> None:
    """None speaks a newer layer, and none knows what the schema does not."""
    assert lead.main([]) == 0
    assert {c.layer for c in carried(ENVIRONMENTS)} >= {x.layer for x in LIBRARIES.values()}
