"""Operator commands that touch somebody: in the public log before they are done, or not done."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chappe.app.public_log import PublicLogWriter
from chappe.core import Kind, Owner
from chappe.desks.staff import STAFF_BOX, add_key, begin_key, keys_of, remove_key
from chappe.desks.staff.touching import TOUCHING
from chappe.features import accounts, ledger
from chappe.ports import Cell
from chappe.trust import freshness
from chappe.trust.ledger import verify
from chappe.trust.sealing import stored_in
from tests.desks.people import answer_of, colleague
from tests.features.authenticator import Authenticator
from tests.features.village import Village, village
from tests.operating import operate
from tests.trust.public_log import WITNESSES

NAME = "chat.example/log"
NOBODY = "quorum none\n"
DEAD = f"witness w {WITNESSES[0][0].verifier.text} http://127.0.0.1:9/\nquorum w\n"
NOTES = (
    "ledger",
    "act_under_way",
    "audit",
    "audit_of",
    "counters",
    "public_log_seen",
    "public_log_keys",
)


class Killed(BaseException):
    """The process ends here."""


class Place:
    """A village with a public log in a folder."""

    def __init__(self, v: Village, folder: Path) -> None:
        self.v = v
        self.folder = folder
        self.log: PublicLogWriter

    @asynccontextmanager
    async def start(self, witnesses: str = NOBODY) -> AsyncIterator[PublicLogWriter]:
        """The log of a server that was started."""
        context = self.v.server.context
        self.log = PublicLogWriter(context, self.folder, witnesses, self.v.server.metrics)
        await self.log.begin()
        context.give(ledger.PUBLIC_LOG, self.log)
        try:
            yield self.log
        finally:
            self.log.end()
            context.give(ledger.PUBLIC_LOG, ledger.NoPublicLog())

    def served(self) -> list[dict[str, Any]]:
        """The entries of the head that is served, of which verify.py says that they hold."""
        policy = self.folder / "policy"
        policy.write_text(self.log.policy_text)
        assert verify.main(["log", str(self.log.served), "--policy", str(policy)]) == verify.HELD
        size = verify.read_head((self.log.served / "checkpoint").read_bytes()).size
        return [json.loads(self.log._log.entry(i)) for i in range(size)]

    def acts(self) -> list[tuple[str, str]]:
        """What operators were about to do, and how that ended where it was not done."""
        return [
            (one["kind"].removeprefix("operator."), one.get("act") or one["outcome"])
            for one in self.served()
            if one["kind"].startswith("operator.")
        ]

    def cells(self) -> dict[Cell, bytes]:
        """Everything in the store but what says what operators do."""
        engine: Any = self.v.server.context.store.engine
        stored: Any = stored_in(engine)
        values: dict[Cell, bytes] = stored._values
        left_out = {*NOTES, freshness.TABLE}  # sums change with what is noted
        return {cell: value for cell, value in values.items() if cell.table not in left_out}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A village whose log is not opened yet."""
    async with village(public_log=NAME, twins=False, desk_url="http://localhost:8444") as v:
        yield Place(v, tmp_path / "log")


async def given_to(place: Place) -> dict[str, dict[str, Any]]:
    """What each command that touches somebody is given here, so that it would do something."""
    ada, claude = await place.v.people_named("Ada", "Claude")
    await colleague(place.v, "Grace", "helpdesk")
    line = {"line": 2, "id": "p1", "first_name": "Emmy", "last_name": "N", "phone": "+33600000077"}
    await operate(place.v.server, "reentry", user=claude.id)
    await operate(place.v.server, "suspend", user=claude.id, reason="spam", days=1)
    await operate(place.v.server, "roster-apply", lines=json.dumps([line]))
    await place.v.wait(0)
    return {
        "codes": {},
        "end": {"user": ada.id},
        "grant": {"user": ada.id, "rights": "groups"},
        "reentry": {"user": ada.id},
        "reentry-cancel": {"user": claude.id},
        "reentry-lost": {},
        "roster-apply": {"lines": json.dumps([line | {"left": True}])},
        "sign-in-unlink": {"user": ada.id},
        "staff-account": {"staff": "Grace", "user": ada.id},
        "staff-add": {"name": "Emmy", "roles": "helpdesk"},
        "staff-link": {"staff": "Grace"},
        "staff-role": {"staff": "Grace", "roles": "auditor"},
        "staff-remove": {"staff": "Grace"},
        "suspend": {"user": ada.id, "reason": "fraud", "days": 3},
        "suspend-end": {"user": claude.id},
        "erase": {"user": claude.id},
    }


async def test_nothing_is_done_that_witnesses_did_not_see(place: Place) -> None:
    """By no command: the store stays as it was. That it was refused is in the log once they answer."""
    given = await given_to(place)
    assert given.keys() == TOUCHING.keys()
    before = place.cells()
    async with place.start(DEAD):
        for name, arguments in given.items():
            with pytest.raises(
                ledger.NotLoggedError, match=r"too few witnesses .*w does not answer"
            ):
                await operate(place.v.server, name, **arguments)
        await place.v.wait(0)
        after = place.cells()
        assert {cell.table for cell in before | after if before.get(cell) != after.get(cell)} == {
            "said_of_server"
        }  # its level, noted by the start
    async with place.start() as log:
        await log.run()
        said = [(("act", name), ("act-ended", "unwitnessed")) for name in given]
        assert place.acts() == [one for pair in said for one in pair]


async def test_what_is_done_was_served_before(place: Place, monkeypatch: Any) -> None:
    """Each command finds its own entry in the head that is served when it begins."""
    given = await given_to(place)
    found: dict[str, Any] = {}

    def looks(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        async def looking(*args: Any, **more: Any) -> Any:
            found[name] = place.served()[-1]
            return await run(*args, **more)

        return looking

    known = place.v.server.commands._known
    async with place.start() as log:
        for name, arguments in given.items():
            command, acted_on = known[name]
            double = replace(command, run=looks(name, command.run))
            monkeypatch.setitem(known, name, (double, acted_on))
            await operate(place.v.server, name, **arguments)
        await log.run()
        assert {name: entry["act"] for name, entry in found.items()} == {n: n for n in given}
        about = {name for name, entry in found.items() if "subject" in entry}
        assert about == {
            n for n in given if n not in {"codes", "reentry-lost"} and "staff" not in n
        }
        assert {name for name, entry in found.items() if "staff" in entry} == {
            "staff-account",
            "staff-link",
            "staff-remove",
            "staff-role",
        }
        assert found["suspend"]["ground"] == "fraud"
        assert [one for one in place.acts() if one[0] == "act-ended"] == []


async def test_what_is_refused_or_fails_is_said_to_be(place: Place) -> None:
    """Of whom nobody knows there is no entry at all."""
    (ada,) = await place.v.people_named("Ada")
    async with place.start() as log:
        await operate(place.v.server, "reentry", user=ada.id)
        with pytest.raises(ValueError, match="There is a re-entry link"):
            await operate(place.v.server, "reentry", user=ada.id)
        for given in ({"user": 77}, {"user": ada.id, "reason": "taste"}):
            with pytest.raises(ValueError, match=r"There is no account|is no reason"):
                await operate(place.v.server, "suspend", **{"reason": "spam", "days": 1, **given})
        with pytest.raises(RuntimeError):
            async with ledger.in_public_log(
                place.v.context, ledger.OperatorAct("end", by_staff=False)
            ):
                raise RuntimeError
        await operate(place.v.server, "roster-apply", lines="[]", dry_run=True)
        await log.run()
        assert place.acts() == [
            ("act", "reentry"),
            ("act", "reentry"),
            ("act-ended", "refused"),
            ("act", "end"),
            ("act-ended", "failed"),
        ]


STEPS = ("_append", "_note", "_publish", "run", "_end")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("behind", [False, True])
async def test_a_server_that_is_killed_never_acted_unlogged(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str, behind: bool
) -> None:
    """Before or behind each step; after the start the log says that the act was interrupted."""
    (ada,) = await place.v.people_named("Ada")

    def killed(known: Callable[..., Any]) -> Callable[..., Any]:
        def at_once(*args: Any, **given: Any) -> Any:
            if behind:
                known(*args, **given)
            raise Killed

        async def waited(*args: Any, **given: Any) -> Any:
            if behind:
                await known(*args, **given)
            raise Killed

        return waited if inspect.iscoroutinefunction(known) else at_once

    commands = place.v.server.commands._known
    suspend, acted_on = commands["suspend"]
    async with place.start() as log:
        if step == "run":
            double = replace(suspend, run=killed(suspend.run))
            monkeypatch.setitem(commands, "suspend", (double, acted_on))
        else:
            of = ledger.acting if step == "_end" else log
            monkeypatch.setattr(of, step, killed(getattr(of, step)))
        with pytest.raises(Killed):
            await operate(place.v.server, "suspend", user=ada.id, reason="spam", days=1)
        monkeypatch.undo()
        await place.v.wait(0)
        acted = (
            await place.v.context.look(Owner(Kind.USER, ada.id)).get(accounts.Suspension)
            is not None
        )
        assert acted == (step == "_end" or (step == "run" and behind))
        if acted:
            assert ("act", "suspend") in place.acts()
    async with place.start() as log:
        await log.run()
        done = step == "_end" and behind
        expected = [("act", "suspend"), *([] if done else [("act-ended", "interrupted")])]
        assert place.acts() == expected


async def test_keys_of_staff_are_in_the_log_before_they_work(place: Place) -> None:
    """Enrolment, a further key, one that goes: seen first, and then said to have been."""
    grace = await colleague(place.v, "Grace", "helpdesk")
    visitor = await grace.visitor()

    async def made() -> dict[str, Any]:
        began = await begin_key(place.v.context, visitor)
        return answer_of(Authenticator(origin=grace.origin).make(began["options"]))

    async with place.start(DEAD):
        with pytest.raises(ledger.NotLoggedError):
            await add_key(place.v.context, visitor, await made())
        assert len(await keys_of(place.v.context.look(STAFF_BOX), grace.number)) == 1
    async with place.start() as log:
        await add_key(place.v.context, visitor, await made())
        first, _ = await keys_of(place.v.context.look(STAFF_BOX), grace.number)
        await remove_key(place.v.context, visitor, first.blind)
        await place.v.wait(0)
        await log.run()
        said = [one for one in place.served() if one["kind"].startswith("staff.")]
        assert [one["kind"] for one in said] == [
            "staff.added",
            "staff.link",
            "staff.enrolled",
            "staff.key",
            "staff.key",
        ]
        assert said[2]["roles"] == ["helpdesk"]
        assert [one["act"] for one in said[3:]] == ["added", "removed"]
        assert said[2]["key"] != said[3]["key"]
        assert said[4]["key"] in {said[2]["key"], said[3]["key"]}
        assert place.acts() == [
            ("act", "staff-key"),
            ("act-ended", "unwitnessed"),
            ("act", "staff-key"),
            ("act", "staff-key-remove"),
        ]


async def test_acts_that_wait_together_share_an_append(place: Place) -> None:
    """However many: they are in order, and each is there once."""
    people = await place.v.people_named("Ada", "Claude", "Emmy")
    async with place.start() as log:
        given = [operate(place.v.server, "grant", user=one.id, rights="groups") for one in people]
        await asyncio.gather(*given)
        await log.run()
        assert place.acts() == [("act", "grant")] * 3
        assert len({one["case"] for one in place.served()}) == 3
        assert len({one["subject"] for one in place.served()}) == 3
