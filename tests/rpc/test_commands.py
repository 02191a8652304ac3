"""Operator commands: what is taken, from whom, and what is noted of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from msgspec import Meta
from tests.features.village import village
from tests.operating import operate

from chappe import app
from chappe.desks import moderation, orders
from chappe.desks.staff import RIGHTS
from chappe.desks.staff.rights import MACHINE_ONLY
from chappe.desks.staff.touching import (
    SAID_BY_THE_DESK,
    TOUCHING,
    TOUCHING_NOBODY,
    touched_by,
)
from chappe.ports import StoreFull
from chappe.rpc import MACHINE, Commands, Giver, Role, operator_command
from chappe.trust.ledger.kinds import KINDS

CLERK = Giver(frozenset({Role.HELPDESK}), 7)
SECRET = "+33600000001"


class Observer:
    """Notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        self.bugs: list[BaseException] = []

    def commanded(self, command: str, role: str, outcome: str) -> None:
        """See `CommandObserver`."""
        self.heard.append((command, role, outcome))

    def bug(self, where: str, error: BaseException) -> None:
        """See `CommandObserver`."""
        self.bugs.append(error)


@operator_command("move", "Move a thing.", empty="Nothing moved.")
async def move(
    place: list[Any],
    *,
    who: int | str,
    steps: Annotated[int, Meta(ge=1, le=9, description="How far.")] = 1,
    back: bool = False,
    note: str | None = None,
) -> list[Any]:
    """Move it, and note in the place how."""
    if who == "nobody":
        raise ValueError("There is nobody.")
    if isinstance(who, int) and who < 0:
        raise {-1: KeyError(SECRET), -2: StoreFull("The disk is full."), -3: OSError(28, "x")}[who]
    place += [who, steps, back, note]
    return place


@operator_command("look", "Look at it.", audited=False)
async def look(place: list[Any]) -> list[Any]:
    """Look."""
    return place


class Log:
    """An audit log in memory, which may be full."""

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []
        self.full = False

    async def begin(self, command: str, giver: Giver, given: Any) -> int:
        """See `AuditTrail`."""
        if self.full:
            raise StoreFull("The disk is full.")
        self.entries.append([command, giver.staff, "begun"])
        return len(self.entries)

    async def end(self, number: int, outcome: str) -> None:
        """See `AuditTrail`."""
        if self.full:
            raise StoreFull("The disk is full.")
        self.entries[number - 1][2] = outcome


class Notice:
    """Where strangers read what is about to be done; it may be out of their sight."""

    def __init__(self) -> None:
        self.read: list[tuple[str, int, dict[str, Any]]] = []
        self.hidden = False

    @asynccontextmanager
    async def announced(self, command: str, giver: Giver, arguments: Any) -> AsyncIterator[None]:
        """See `PublicNotice`."""
        if self.hidden:
            raise ValueError("Nobody could see it.")
        self.read.append((command, giver.staff, dict(arguments)))
        yield


@operator_command("sign", "Sign it.")
async def sign(place: list[Any], *, text: str, by: Giver) -> int:
    """Say who signs."""
    place.append(text)
    return by.staff


class Desk:
    """A place with some commands, who hears of them, and what is kept."""

    def __init__(self) -> None:
        self.observer = Observer()
        self.place: list[Any] = []
        self.log = Log()
        rights = {"look": CLERK.roles, "sign": CLERK.roles}
        self.notice = Notice()
        self.commands = Commands(self.observer, rights, self.log, self.notice)
        self.commands.add((move, look, sign), self.place)

    async def __call__(self, name: str, given: Any, giver: Giver = MACHINE) -> Any:
        """Give a command."""
        return await self.commands.run(name, given, giver)


async def test_a_command_gets_what_was_given_and_defaults_for_the_rest() -> None:
    """By name, as JSON has it; it can be called as a function too."""
    desk = Desk()
    assert await desk("move", {"who": 7}) == [7, 1, False, None]
    desk.place.clear()
    given = {"who": "ada", "steps": 9, "back": True, "note": "slowly"}
    assert await desk("move", given) == ["ada", 9, True, "slowly"]
    assert await move([], who=1, steps=3) == [1, 3, False, None]
    assert await desk("look", {}) == desk.place


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "`move` needs `who`: give a whole number or a text."),
        (
            {"who": 1, "color": "red"},
            "`move` takes no `color`: it takes `who`, `steps`, `back`, `note`.",
        ),
        ({"who": None}, "`who` of `move` is not right: give a whole number or a text."),
        ({"who": True}, "`who` of `move` is not right: give a whole number or a text."),
        (
            {"who": 1, "steps": "2"},
            "`steps` of `move` is not right: give a whole number from 1 to 9.",
        ),
        (
            {"who": 1, "steps": 10},
            "`steps` of `move` is not right: give a whole number from 1 to 9.",
        ),
        (
            {"who": 1, "steps": 0},
            "`steps` of `move` is not right: give a whole number from 1 to 9.",
        ),
        ({"who": 1, "back": 1}, "`back` of `move` is not right: give true or false."),
        ({"who": 1, "note": []}, "`note` of `move` is not right: give a text or nothing."),
    ],
)
async def test_what_is_not_given_right_is_refused_before_anything_runs(
    given: dict[str, Any], sentence: str
) -> None:
    """In one sentence that says what to give."""
    desk = Desk()
    with pytest.raises(ValueError, match="move") as raised:
        await desk("move", given)
    assert str(raised.value) == sentence
    assert desk.place == []
    assert desk.observer.heard == [("move", "operator", "refused")]


async def test_a_command_without_parameters_takes_none() -> None:
    """And what nobody declared is another version's."""
    desk = Desk()
    with pytest.raises(ValueError, match=r"`look` takes no `far`: it takes nothing\."):
        await desk("look", {"far": 1})
    with pytest.raises(ValueError, match="knows no `fly`: it is another version"):
        await desk("fly", {})


async def test_who_lacks_the_role_is_refused() -> None:
    """Whatever they give, also where nothing is noted of those who have it; that they tried is noted."""
    desk = Desk()
    nobody = Giver(frozenset(), 8)
    for name, giver in (("move", nobody), ("look", nobody), ("move", CLERK)):
        with pytest.raises(ValueError, match=f"`{name}` is not for your role"):
            await desk(name, {"who": 1}, giver)
    assert desk.place == []
    assert desk.observer.heard == [("move", "staff", "refused")] * 2
    assert desk.log.entries == [["move", 8, "refused"], ["move", 7, "refused"]]
    assert await desk("look", {}, CLERK) == []


async def test_a_command_that_must_know_who_gives_it_is_told_so_by_nobody_else() -> None:
    """It is no parameter: whoever names it is refused."""
    desk = Desk()
    assert await desk("sign", {"text": "x"}, CLERK) == 7
    assert await desk("sign", {"text": "x"}) == 0
    with pytest.raises(ValueError, match=r"takes no `by`: it takes `text`\."):
        await desk("sign", {"text": "x", "by": 0}, CLERK)
    assert [p.name for p in sign.parameters] == ["text"]


async def test_what_is_done_is_in_the_log_before_it_is_done() -> None:
    """Or it is not done, unless the machine itself does it."""
    desk = Desk()
    await desk("sign", {"text": "x"}, CLERK)
    desk.log.full = True
    with pytest.raises(StoreFull):
        await desk("sign", {"text": "y"}, CLERK)
    assert desk.place == ["x"]
    await desk("sign", {"text": "z"})
    assert desk.place == ["x", "z"]
    assert desk.log.entries == [["sign", 7, "ok"]]


async def test_what_was_done_is_noted_without_what_about() -> None:
    """Done, refused, or failed; our own mistakes too, and they say no more to whoever asked."""
    desk = Desk()
    await desk("move", {"who": SECRET})
    with pytest.raises(ValueError, match="There is nobody"):
        await desk("move", {"who": "nobody"})
    with pytest.raises(ValueError, match="made a mistake") as raised:
        await desk("move", {"who": -1})
    with pytest.raises(StoreFull):
        await desk("move", {"who": -2})
    with pytest.raises(OSError, match="x"):
        await desk("move", {"who": -3})
    await desk("look", {})
    outcomes = [outcome for _, _, outcome in desk.observer.heard]
    assert outcomes == ["ok", "refused", "failed", "failed", "failed"]
    assert SECRET not in str(desk.observer.heard) + str(raised.value)
    assert [type(bug) for bug in desk.observer.bugs] == [KeyError]


def test_two_commands_of_one_name_are_our_mistake() -> None:
    """So are parameters that nobody could explain, or that have no name."""
    desk = Desk()
    with pytest.raises(TypeError, match="declared twice"):
        desk.commands.add([look], desk.place)

    async def by_place(place: Any, where: int) -> None:
        """Take a parameter by its place."""

    async def odd(place: Any, *, where: set[int]) -> None:
        """Take something that JSON has no word for."""

    for wrong in (by_place, odd):
        with pytest.raises(TypeError, match=r"where|cannot be"):
            operator_command("wrong", "Wrong.")(wrong)


async def test_commands_that_show_or_change_what_is_somebodys_are_audited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The log has the command and how it ended; nothing of whom it was about."""
    program = app.installation.Installation(app.start, app.slices.commands())
    every = {c.name: c for c in program.commands()}
    unaudited = {name for name, command in every.items() if not command.audited}
    assert unaudited == {
        "appeals",
        "arrivals",
        "audit",
        "backups",
        "bots",
        "case-counts",
        "cases",
        "custodians",
        "custodians-rota",
        "files",
        "flaggers",
        "granted",
        "ledger",
        "orders",
        "notices",
        "notices-mine",
        "people",
        "person",
        "raids",
        "reporters-muted",
        "reports",
        "retention",
        "roster",
        "staff",
        "status",
        "suspended",
        "terms",
        "users",
    }
    async with village(twins=False) as v:
        await operate(v.server, "invite", phone=SECRET)
        with pytest.raises(ValueError, match="There is no account"):
            await operate(v.server, "sessions", user=SECRET)
        await operate(v.server, "users")
    lines = [line for line in capsys.readouterr().out.splitlines() if "operator command" in line]
    assert len(lines) == 2
    assert "invite" in lines[0]
    assert "sessions" in lines[1]
    assert SECRET.strip("+") not in "".join(lines)


async def test_what_strangers_cannot_see_is_not_done() -> None:
    """They are told before it runs, with what was given and by whom; of what is refused before, nothing."""
    desk = Desk()
    await desk("sign", {"text": "yes"}, CLERK)
    with pytest.raises(ValueError, match="not for your role"):
        await desk("move", {"who": 1}, CLERK)
    assert desk.notice.read == [("sign", 7, {"text": "yes"})]
    desk.notice.hidden = True
    with pytest.raises(ValueError, match="Nobody could see it"):
        await desk("sign", {"text": "no"}, CLERK)
    assert desk.place == ["yes"]
    assert [entry[2] for entry in desk.log.entries] == ["ok", "refused", "refused"]


def test_each_command_says_whom_it_touches() -> None:
    """Once; and what touches anybody has its word in the log. What nobody looked at is not run."""
    every = app.installation.Installation(app.start, app.slices.commands()).commands()
    tables = (TOUCHING.keys(), TOUCHING_NOBODY, SAID_BY_THE_DESK)
    assert sorted(one.name for one in every) == sorted(name for table in tables for name in table)
    assert {one.name for one in (*orders.COMMANDS, *moderation.COMMANDS)} == SAID_BY_THE_DESK
    assert {one.name for one in every} == RIGHTS.keys() | MACHINE_ONLY
    words = KINDS["operator.act"].split("act:")[1].split(" ")[0].split("|")
    assert {*words} == {*TOUCHING, "staff-enrol", "staff-key", "staff-key-remove"}
    with pytest.raises(KeyError):
        touched_by("hand-over")
