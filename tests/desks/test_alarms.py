"""Alarms: a clock that is short or over, a raid; told to staff and the operator's service, no content."""

from typing import Any

import pytest

from chappe.desks.moderation.alarms import (
    ALARM_TRIES_MAX,
    RAID_CASES,
    RAID_S,
    RAID_TOLD_S,
    CasesOpened,
    raid_seen,
)
from chappe.desks.moderation.cases import open_case
from chappe.desks.moderation.lanes import HOUR_S, Lane
from chappe.desks.moderation.records import MODERATION_BOX
from chappe.engines.webhooks import WebhookAlarms
from chappe.features import accounts
from chappe.tl import api
from tests.features.village import village
from tests.operating import operate

from .judging import TERROR, moderators, reported

HOOK: Any = {
    "moderation_webhook": "http://127.0.0.1:9/alarms",
    "moderation_webhook_secret": "not the sample",
}


class Service:
    """Takes the operator's calls, or does not."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.takes = True

    async def call(self, said: dict[str, Any]) -> bool:
        """See `Alarms`."""
        self.said.append(dict(said))
        return self.takes


def service_of(monkeypatch: pytest.MonkeyPatch) -> Service:
    """Put a service into the place of the operator's."""
    found = Service()
    monkeypatch.setattr(WebhookAlarms, "call", lambda _, said: found.call(said))
    return found


async def test_the_service_is_called_of_what_cannot_wait_and_of_clocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When it comes, when a quarter is left, when it is over; with a number, and no word of what was said."""
    async with village(twins=False, **HOOK) as v:
        service = service_of(monkeypatch)
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        await moderators(v, "Grace")
        await reported(ada, bob, "buy gold")
        await v.wait(1)
        assert service.said == []  # an ordinary one has time
        await reported(ada, eve, "worse", TERROR)
        await v.wait(1)
        await v.wait(HOUR_S * 3 // 4)
        await v.wait(1)
        await v.wait(HOUR_S // 4)
        await v.wait(1)
        assert [(one["alarm"], one["lane"], one["case"]) for one in service.said] == [
            ("case-waits", "terrorism", 2),
            ("clock-short", "terrorism", 2),
            ("case-late", "terrorism", 2),
        ]
        for one in service.said:
            assert one.keys() == {"alarm", "at", "lane", "case", "due"}
        status = await operate(v.server, "status")
        assert (status["cases_wait"], status["cases_late"]) == (2, 1)
        assert "raid" not in status


async def test_what_is_decided_in_time_raises_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that became shorter has its own."""
    async with village(twins=False, **HOOK) as v:
        service = service_of(monkeypatch)
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        await reported(ada, eve, "worse", TERROR)
        await grace.give("case-close", cases=[1], outcome="no-violation")
        await v.wait(80 * HOUR_S)
        assert [one["alarm"] for one in service.said] in ([], ["case-waits"])
        assert "cases_wait" not in await operate(v.server, "status")


async def test_staff_on_duty_are_told_when_a_short_clock_runs_out() -> None:
    """Also where no service is named; not of an ordinary one."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        await moderators(v, "Grace")
        await operate(v.server, "staff-account", staff="Grace", user=bob.id)
        await reported(ada, eve, "worse", TERROR)
        await v.wait(HOUR_S * 3 // 4)
        await v.wait(1)
        told = [m.message for m in await bob.history(api.PeerUser(user_id=accounts.SERVICE_USER))]
        assert any("minutes are left to decide it" in text for text in told)
        assert not any("worse" in text for text in told)


async def test_many_cases_within_an_hour_are_told_once_as_a_raid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And again hours later, if it is still on."""
    async with village(twins=False, **HOOK) as v:
        service = service_of(monkeypatch)

        async def opened(first: int, many: int) -> None:
            async with v.context.change(MODERATION_BOX) as change:
                for subject in range(first, first + many):
                    await open_case(change, v.context, subject, Lane.ORDINARY, change.now)
            await v.wait(1)

        await opened(5_000, RAID_CASES - 1)
        assert service.said == []
        await opened(6_000, 3)
        assert [(one["alarm"], "case" in one) for one in service.said] == [("raid", False)]
        assert (await operate(v.server, "status"))["raid"].startswith(str(RAID_CASES))
        await v.wait(RAID_TOLD_S)
        assert "raid" not in await operate(v.server, "status")
        await opened(7_000, RAID_CASES)
        assert [one["alarm"] for one in service.said].count("raid") == 2
        kept = await v.context.look(MODERATION_BOX).get(CasesOpened)
        assert kept is not None
        assert len(kept.at) == RAID_CASES


async def test_a_service_that_is_down_is_called_again_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Later each time."""
    async with village(twins=False, **HOOK) as v:
        service = service_of(monkeypatch)
        service.takes = False
        ada, eve = await v.people_named("Ada", "Eve")
        await reported(ada, eve, "worse", TERROR)
        for _ in range(2 * ALARM_TRIES_MAX):
            await v.wait(HOUR_S)
        first = [one for one in service.said if one["alarm"] == "case-waits"]
        assert len(first) == ALARM_TRIES_MAX
        assert len({one["at"] for one in first}) == 1


def test_a_raid_is_so_many_within_the_hour() -> None:
    """And not so many on one day."""
    full = tuple(range(RAID_CASES))
    assert raid_seen(full, RAID_CASES)
    assert not raid_seen(full[1:], RAID_CASES)
    assert not raid_seen(full, RAID_S)
