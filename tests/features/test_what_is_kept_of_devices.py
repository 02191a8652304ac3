"""Minimisation: no network address is stored anywhere, and of when a device was used the day at most."""

import typing
from collections.abc import Iterator
from typing import Any

from chappe.core import Kind, Owner
from chappe.features.auth.key_store import DAY_S
from chappe.features.auth.records import Session
from chappe.ports import Record
from chappe.tl import api
from chappe.updates import Event, Job

from .village import village

ADDRESS = "203.0.113.77"
# fields that are called like what nobody keeps, and are something else
OTHER = {
    "LoginMail.address": "where somebody has their codes mailed to",
    "MailCode.address": "where a code is on its way to that proves it",
}
NOT_KEPT = ("ip", "address", "country", "region", "city", "location", "user_agent", "peer_host")


def every_kind(kind: type[Any]) -> Iterator[type[Any]]:
    """Every kind the program declares."""
    for below in kind.__subclasses__():
        if below.__module__.startswith("chappe."):
            yield below
        yield from every_kind(below)


def test_no_record_has_room_for_a_network_address() -> None:
    """Nor an event or a job: a field that is called so belongs into the table, once somebody looked."""
    named = {
        f"{kind.__name__}.{field}"
        for base in (Record, Event, Job)
        for kind in every_kind(base)
        for field in typing.get_type_hints(kind)
        if field in NOT_KEPT
    }
    assert named == OTHER.keys()


async def test_where_a_device_connects_from_is_in_no_cell_of_the_store() -> None:
    """After signing up, logging in, being refused, a message, a report and a restart of the session."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for person in (ada, claude):
            for device in person.devices:
                device.client.address = ADDRESS
        device = await ada.log_in()
        device.client.address = ADDRESS
        await ada.say(claude, "the semaphore stands still")
        await claude(api.AccountGetAuthorizations())
        v.clock.time += 3 * DAY_S
        device.disconnect()
        device.reconnect()
        await device(api.HelpGetConfig())
        await v.wait(0)
        engine, values = v.server.context.store.engine, []
        for kind in Kind:
            for owner in await engine.owners(kind, limit=100_000):
                rows = await engine.walk(owner, ("", b""), limit=100_000)
                values += [value for _, _, value in rows]
        assert any(b"the semaphore" in value for value in values)  # they are read in the clear
        packed = bytes(map(int, ADDRESS.split(".")))
        assert not any(ADDRESS.encode() in value or packed in value for value in values)


async def test_of_when_a_device_was_used_the_day_is_kept() -> None:
    """However often it comes on that day."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        device = await ada.log_in()
        look = v.context.look(Owner(Kind.USER, ada.id))
        for hours in (30, 1, 5):
            v.clock.time += hours * 3_600
            device.disconnect()
            device.reconnect()
            await device(api.HelpGetConfig())
            await v.settle()
            session = await look.get(Session, device.key_id)
            assert session is not None
            assert session.active == v.clock.time - v.clock.time % DAY_S
