"""What staff do to people, channels and messages, as unmodified libraries see it; and that it is undone."""

import asyncio
from typing import Any

import pytest

from chappe.gateways.cli.control import ask

from .company import gathered, refused, supergroup
from .conftest import Town
from .people import Device
from .together import eventually

pytestmark = pytest.mark.journey

LIBRARY_CHANNELS, OUR_CHANNELS = 10**12, 1 << 41  # what a channel's number is below, there and here
PLAIN = {"restricted": "", "scam": False, "fake": False}


async def act(town: Town, what: str, peer: int, number: int, **more: Any) -> None:
    """Have the operator do something to a person or channel, by the number libraries know it by."""
    ours = peer if peer > 0 else peer + LIBRARY_CHANNELS - OUR_CHANNELS
    given = {"what": what, "peer": ours, "number": number, **more}
    done = await asyncio.to_thread(lambda: ask(town.server.data, "act", **given))
    assert done["number"] == number


async def shown(people: list[Device], peer: int, wanted: dict[str, Any]) -> None:
    """Wait until everybody's library shows somebody so."""

    def look(person: Device) -> Any:
        return lambda: person.do("marks", of=peer)

    for person in people:
        await eventually(look(person), wanted, person.library.name)


async def test_what_staff_do_is_shown_by_libraries_and_undone(acting: Town) -> None:
    """Marks and reasons of a person and a channel; a message gone and back; a channel closed and open."""
    ann, tony, tess = await gathered(acting, "telethon", ("telethon", "tdlib"))
    hall = await supergroup([ann, tony, tess], "Hall")
    sent = await ann.do("send", to=hall, text="buy gold")
    for person in (tony, tess):
        await person.hear_text("buy gold")
    readers = [tony, tess]
    for peer in (ann.user, hall):
        await act(acting, "mark", peer, 1, value="scam")
        await act(acting, "restrict", peer, 2, value="copyright")
        reason = "This can't be displayed because it infringes copyright."
        await shown(readers, peer, {"restricted": reason, "scam": True, "fake": False})
        await act(acting, "lift", peer, 1)
        await act(acting, "lift", peer, 2)
        await shown(readers, peer, PLAIN)

    def offers(person: Device) -> Any:
        async def read() -> int:
            page = await person.do("history", to=hall, limit=20)
            return sum(m["text"] == "buy gold" for m in page)

        return read

    await act(acting, "take-down", hall, 3, message=sent["id"])
    for person in (ann, *readers):
        await eventually(offers(person), 0, person.library.name)
    await act(acting, "restore", hall, 3, message=sent["id"])
    await eventually(offers(ann), 1, "telethon")
    await eventually(offers(tony), 1, "telethon")
    # TDLib shows nothing again that it saw go, as long as it runs: nobody has it at the end
    await act(acting, "take-down", hall, 5, message=sent["id"])
    await eventually(offers(tony), 0, "telethon")
    await act(acting, "close", hall, 4)
    for person in (ann, tony):
        await refused(person, "send", to=hall, text="unheard")
    await act(acting, "lift", hall, 4)
    await ann.do("send", to=hall, text="open again")
    for person in readers:
        await person.hear_text("open again")
        await person.do("read", to=hall)
