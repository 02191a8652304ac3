"""The rota of custodians, and the reminder of a rehearsal that is due."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

from chappe.app.custody import kept
from chappe.app.custody.office import REHEARSE_DAYS
from chappe.app.custody.reminding import RehearsalReminder
from chappe.app.custody.rota import rota
from tests.trust.custodians import NAMES, House

NOW = 1_800_000_000


class Clock:
    """Stands where it is put."""

    def __init__(self, now: float) -> None:
        self.moment = now

    def now(self) -> float:
        """See `Clock`."""
        return self.moment

    def monotonic(self) -> float:
        """See `Clock`."""
        return self.moment


class Told:
    """What an operator is told."""

    def __init__(self) -> None:
        self.due: list[int] = []

    def rehearsal_due(self, count: int) -> None:
        """See `RehearsalObserver`."""
        self.due.append(count)

    def bug(self, where: str, error: BaseException) -> None:
        """See `Observer`."""
        raise error


def test_everybody_is_on_call_as_often_and_one_more_than_is_needed() -> None:
    """The same for whoever makes it, on whatever day of a week, and across the end of a year."""
    made = rota(NAMES, 2, date(2026, 12, 2), 15)
    assert made[0].monday == date(2026, 11, 30)
    assert [one.week for one in made[4:6]] == ["2026-W53", "2027-W01"]
    assert [one.week for one in made if one.rehearses] == ["2027-W01"]
    assert made[2:] == rota(sorted(NAMES, reverse=True), 2, date(2026, 12, 20), 13)
    five = rota("abcde", 2, date(2026, 12, 2), 15)
    assert all(len({*one.on_call}) == 3 for one in five)
    assert {*Counter(name for one in five for name in one.on_call).values()} == {9}
    assert {len(one.on_call) for one in rota("ab", 2, date(2026, 12, 2), 4)} == {2}


async def test_an_operator_is_reminded_while_a_rehearsal_is_due(tmp_path: Path) -> None:
    """Of who never rehearsed, and of who did ninety days ago; not where there are no custodians."""
    clock, told, house = Clock(NOW), Told(), House(tmp_path / "house")
    reminder = RehearsalReminder(tmp_path, clock, told)
    await reminder.run()
    assert told.due == []
    (tmp_path / "root.custody").write_bytes(kept.KeptTable(house.table, 4).content)
    await reminder.run()
    tried = {card.approver: NOW for card in house.cards}
    kept.keep_notes(tmp_path, kept.CustodyNotes({}, tried))
    await reminder.run()
    kept.keep_notes(tmp_path, kept.CustodyNotes({}, {**tried, house.cards[0].approver: NOW - 1}))
    clock.moment += REHEARSE_DAYS * 86_400
    await reminder.run()
    assert told.due == [3, 1]
    shutil.rmtree(tmp_path / "custody")  # what is lost is asked for again
    await reminder.run()
    assert told.due == [3, 1, 3]
