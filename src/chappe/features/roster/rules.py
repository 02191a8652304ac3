"""What a line of a roster says, and what has to be done about it. Pure functions."""

from enum import Enum
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from chappe.features import accounts, auth
from chappe.tl import errors

from .records import RosterEntry

LINES_MAX: Final = 100  # lines of a roster that are applied by one command
CELL_CHARACTERS_MAX: Final = 256  # characters of one cell
GROUPS_A_LINE_MAX: Final = 20  # groups one line may name
ID_CHARACTERS_MAX: Final = 64  # characters of the organisation's id of a person
DAYS_KEPT: Final = (
    30  # days the account of who has left is kept, unless the operator says otherwise
)
DAYS_KEPT_MAX: Final = 366  # days it may be kept

Cell = Annotated[str, Meta(max_length=CELL_CHARACTERS_MAX)]


class RosterLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line, as it was written. A column that the file does not have is None: it says nothing."""

    line: int
    id: Cell
    first_name: Cell = ""
    last_name: Cell = ""
    username: Cell = ""
    phone: Cell = ""
    email: Cell = ""
    groups: Annotated[tuple[Cell, ...], Meta(max_length=GROUPS_A_LINE_MAX)] | None = None
    left: bool = False


class Verb(Enum):
    """What is done about somebody; the values are what the operator is shown."""

    CREATE = "create"
    RETURN = "return"
    RENAME = "rename"
    USERNAME = "username"
    ENTER = "enter"
    LEAVE = "leave"
    PASS_ON = "pass on"  # noqa: S105  no password
    END_SESSIONS = "end sessions"
    SUSPEND = "suspend"
    ERASE = "erase"


class Step(NamedTuple):
    """One thing that is done about somebody, and with what."""

    verb: Verb
    what: str = ""

    def __str__(self) -> str:
        return f"{self.verb.value} {self.what}".strip()


class Said(NamedTuple):
    """A line that can be used."""

    line: RosterLine
    first_name: str
    last_name: str
    username: str
    phone: str
    mail: str


def read_line(line: RosterLine) -> Said:
    """Return what a line says, cleaned as the account would have it.

    Raises:
        ValueError: something in it cannot be used; the text says what.
    """
    if not line.id or len(line.id) > ID_CHARACTERS_MAX:
        raise ValueError(f"the id has 1 to {ID_CHARACTERS_MAX} characters")
    if line.left:
        return Said(line, "", "", "", "", "")
    try:
        first_name = accounts.check_first_name(line.first_name)
    except errors.FirstnameInvalid:
        raise ValueError("the first name is missing") from None
    try:
        username = (
            accounts.wanted_username(line.username.removeprefix("@")) if line.username else ""
        )
    except errors.UsernameInvalid:
        raise ValueError(
            f"{line.username} is no username: 5 to 32 letters, digits, underscores"
        ) from None
    try:
        phone = accounts.clean_phone(line.phone) if line.phone else ""
    except errors.PhoneNumberInvalid:
        raise ValueError("the phone number is none: give 5 to 15 digits, country first") from None
    try:
        mail = auth.clean_mail(line.email) if line.email else ""
    except errors.EmailInvalid:
        raise ValueError("the e-mail address is none") from None
    last_name = accounts.clean_person_name(line.last_name)
    return Said(line, first_name, last_name, username, phone, mail)


def steps_of_line(said: Said, entry: RosterEntry | None, owned: int, days_kept: int) -> list[Step]:
    """Return what has to be done so that what a line says is so; nothing if it is already.

    `entry` is what was done before, `owned` how many groups and channels the person owns who leaves.
    """
    if said.line.left:
        return _steps_of_leaving(entry, owned, days_kept)
    new = entry is None or not entry.made or (entry.left and not entry.erase_at)
    steps = []
    if new:
        steps.append(Step(Verb.CREATE, f"{said.first_name} {said.last_name}".strip()))
    elif entry is not None and entry.left:
        steps.append(Step(Verb.RETURN))
    before = entry if entry is not None and not new else None
    if before is not None and (before.first_name, before.last_name) != said[1:3]:
        steps.append(Step(Verb.RENAME, f"{said.first_name} {said.last_name}".strip()))
    if said.username and (before is None or before.username != said.username):
        steps.append(Step(Verb.USERNAME, f"@{said.username}"))
    are_in = before.groups if before is not None else ()
    wanted = said.line.groups if said.line.groups is not None else are_in
    steps += [Step(Verb.LEAVE, name) for name in are_in if name not in wanted]
    steps += [Step(Verb.ENTER, name) for name in wanted if name not in are_in]
    return steps


def _steps_of_leaving(entry: RosterEntry | None, owned: int, days_kept: int) -> list[Step]:
    if entry is None or not entry.made or entry.left:
        return []
    steps = [Step(Verb.PASS_ON, f"{owned} groups and channels")] if owned else []
    steps += [Step(Verb.LEAVE, name) for name in entry.groups]
    steps.append(Step(Verb.END_SESSIONS))
    if days_kept:
        steps.append(Step(Verb.SUSPEND, f"and erase after {days_kept} days"))
    else:
        steps.append(Step(Verb.ERASE))
    return steps
