"""Whoever takes their data along sees what was done about them, and nobody else's."""

import asyncio

from chappe.desks.staff.audit import ENTRIES_SHOWN_MAX, note_act
from chappe.desks.staff.exported import ACTS_EXPORTED_MAX, SHOWN_TO_PEOPLE
from chappe.desks.staff.records import STAFF_BOX, AuditEntry
from chappe.desks.staff.rights import MACHINE_ONLY, RIGHTS
from chappe.features.export.classes import CLASSES, PERSON_ONLY, DataClass
from tests.features.test_export import exported, read
from tests.features.village import village
from tests.operating import operate

from .people import colleague


def test_what_is_shown_are_commands_and_people_alone_are_shown_it() -> None:
    """A class of data that authorities may be given must not say what staff do."""
    assert RIGHTS.keys() | MACHINE_ONLY >= SHOWN_TO_PEOPLE
    assert CLASSES[DataClass.SETTINGS].readers == PERSON_ONLY


async def test_an_export_has_what_was_done_about_its_person() -> None:
    """By aliases, with what came of it; nothing of others, and nothing that is not on the list."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        grace = await colleague(v, "Grace Hopper", "administrator")
        await grace.give("sessions", user=ada.id)
        await grace.give("suspend", user=ada.id, reason="spam", days=1)
        await grace.give("sessions", user=claude.id)
        await operate(v.server, "suspend-end", user=ada.id)
        async with v.context.change(STAFF_BOX) as change:
            hidden = AuditEntry(
                position=0, at=change.now, by=grace.number, command="release", user=ada.id
            )
            await note_act(change, hidden)
        acts = read(await exported(v, ada), "settings.json")["operator_acts"]
        assert [(one["act"], one["by"], one["reason"], one["outcome"]) for one in acts] == [
            ("suspend-end", "machine", "", "ok"),
            ("suspend", grace.alias, "spam", "ok"),
            ("sessions", grace.alias, "", "ok"),
        ]
        assert acts[0]["date_unixtime"] == int(v.clock.time)
        (only,) = read(await exported(v, claude), "settings.json")["operator_acts"]
        assert only["act"] == "sessions"
        assert "Grace" not in str(acts)


async def test_no_more_are_shown_than_one_reads() -> None:
    """The newest, page after page."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        for _ in range(ACTS_EXPORTED_MAX // ENTRIES_SHOWN_MAX + 1):
            async with v.context.change(STAFF_BOX) as change:
                for _ in range(ENTRIES_SHOWN_MAX):
                    entry = AuditEntry(
                        position=0, at=change.now, by=0, command="person", user=ada.id
                    )
                    await note_act(change, entry)
            await asyncio.sleep(0)
        acts = read(await exported(v, ada), "settings.json")["operator_acts"]
        assert len(acts) == ACTS_EXPORTED_MAX
