"""Invite links of each kind, followed by every library that can."""

import time

import pytest

from .company import all_hear, gathered, lists, refused, until
from .conftest import Town
from .people import Device, at_telegrams_host

pytestmark = pytest.mark.journey

JOINERS = ("telethon", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs")
BRIEFLY_S = 2  # seconds a link is good for


async def hall_of(ann: Device, title: str) -> int:
    """Let somebody make a supergroup that nobody else is in."""
    made = await ann.do("create_channel", title=title, broadcast=False)
    return int(made["id"])


async def test_links_of_each_kind(town: Town) -> None:
    """Plain, limited, expiring, revoked, by approval: who may comes in and hears, who may not is refused."""
    ann, *people = await gathered(town, "telethon", JOINERS)
    await plain(ann, people)
    await limited(ann, people)
    await expiring(ann, people)
    await revoked(ann, people)
    await by_approval(ann, people)


async def plain(ann: Device, people: list[Device]) -> None:
    """Everybody comes in, leaves, and comes back; what was said meanwhile is history."""
    hall = await hall_of(ann, "Plain")
    link = (await ann.do("invite_link", to=hall))["link"]
    for person in people:
        assert await person.do("join_link", link=at_telegrams_host(link)) == {"id": hall}, (
            person.library.name
        )
    await all_hear(people, ann, hall, "all are in")
    for person in people:
        await person.do("leave", to=hall)
        assert not await lists(person, hall), person.library.name
    await ann.do("send", to=hall, text="all are gone")
    for person in people:
        assert await person.do("join_link", link=at_telegrams_host(link)) == {"id": hall}, (
            person.library.name
        )
    await all_hear(people, ann, hall, "all are back")


async def limited(ann: Device, people: list[Device]) -> None:
    """As many as the link is for come in, and nobody more."""
    *some, last = people
    hall = await hall_of(ann, "Limited")
    link = (await ann.do("invite_link", to=hall, limit=len(some)))["link"]
    for person in some:
        assert await person.do("join_link", link=at_telegrams_host(link)) == {"id": hall}, (
            person.library.name
        )
    await refused(last, "join_link", link=at_telegrams_host(link))
    await all_hear(some, ann, hall, "some are in")
    assert not await lists(last, hall)


async def expiring(ann: Device, people: list[Device]) -> None:
    """As long as the link is good people come in; then it leads nowhere."""
    first, *others = people
    hall = await hall_of(ann, "Expiring")
    link = (await ann.do("invite_link", to=hall, seconds=3600))["link"]
    assert await first.do("join_link", link=at_telegrams_host(link)) == {"id": hall}
    brief = (await ann.do("invite_link", to=hall, seconds=BRIEFLY_S))["link"]
    over = time.time() + BRIEFLY_S

    async def is_over() -> bool:
        return time.time() > over

    await until(is_over, "the end of the link")
    for person in others:
        await refused(person, "join_link", link=at_telegrams_host(brief))
    await all_hear([first], ann, hall, "one is in")


async def revoked(ann: Device, people: list[Device]) -> None:
    """Who came in before a link was revoked stays; nobody follows."""
    first, *others = people
    hall = await hall_of(ann, "Revoked")
    link = (await ann.do("invite_link", to=hall))["link"]
    assert await first.do("join_link", link=at_telegrams_host(link)) == {"id": hall}
    await ann.do("revoke_link", to=hall, link=link)
    for person in others:
        await refused(person, "join_link", link=at_telegrams_host(link))
    await all_hear([first], ann, hall, "one was quick")


async def by_approval(ann: Device, people: list[Device]) -> None:
    """Nobody is in until somebody who may says so; who is turned away hears nothing."""
    *some, last = people
    hall = await hall_of(ann, "By approval")
    link = (await ann.do("invite_link", to=hall, approval=True))["link"]
    for person in people:
        assert await person.do("join_link", link=at_telegrams_host(link)) == {"asked": True}, (
            person.library.name
        )
        assert not await lists(person, hall), person.library.name
    await ann.do("approve", to=hall, user=last.user, yes=False)
    for person in some:
        await ann.do("approve", to=hall, user=person.user)
        await until(lambda p=person: lists(p, hall), f"{person.library.name} being let in")
    await all_hear(some, ann, hall, "those approved are in")
    assert not await lists(last, hall)
    assert "those approved are in" not in [e.get("text") for e in last.events]
