"""Somebody is suspended: libraries read on, are refused to write, and write again when it is over."""

import asyncio

import pytest

from .company import allowed, gathered, refused
from .conftest import Town
from .people import Device

pytestmark = pytest.mark.journey

LIBRARIES = ("telethon", "tdlib", "mtcute")


async def test_a_suspended_person_reads_and_writes_again_when_it_is_over(town: Town) -> None:
    """Without a device that has to come again, and without a complaint of any library."""
    ann, *people = await gathered(town, "telethon", LIBRARIES)
    for person in people:
        await ann.do("send", to=person.user, text="hello")
        await person.hear_text("hello")
        command = ("suspend", str(person.user), "--reason", "spam", "--days", "1")
        await asyncio.to_thread(town.server.ask, *command)

    async def be_bound(person: Device) -> None:
        await refused(person, "create_group", title="Unheard", users=[ann.user])
        if person.library.name != "tdlib":  # which would keep it as a failed one
            await refused(person, "send", to=ann.user, text="unheard")
        await ann.do("send", to=person.user, text="what is it?")
        await person.hear_text("what is it?")
        await asyncio.to_thread(town.server.ask, "suspend", str(person.user), "--end")
        await allowed(person, "send", to=ann.user, text=f"{person.library.name} is back")
        await ann.hear_text(f"{person.library.name} is back")

    await asyncio.gather(*(be_bound(person) for person in people))
