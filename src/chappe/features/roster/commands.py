"""Operator commands about the roster. The command line reads the file, and sends its lines some at a time."""

import asyncio
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, auth
from chappe.rpc import operator_command
from chappe.updates import Context, PerServer, View

from .applying import Options, Outcome, apply_line
from .entries import entry_of
from .records import RosterEntry
from .rules import DAYS_KEPT, DAYS_KEPT_MAX, LINES_MAX, RosterLine

AT_ONCE_MAX: Final = 10  # lines that are worked on at the same time
ENTRIES_LISTED_MAX: Final = 1_000  # people of the roster in one list
LINES_BYTES_MAX: Final = 60_000  # bytes of the lines of one command
# whose lines are being applied: two commands with the same person would both find that there is no account
TURN: Final[PerServer[asyncio.Lock]] = PerServer(lambda _: asyncio.Lock())


@operator_command("roster-apply", "Make, move and end accounts as some lines of a roster say.")
async def roster_apply(
    context: Context,
    *,
    lines: Annotated[
        str, Meta(max_length=LINES_BYTES_MAX, description="The lines, as JSON; see the manual.")
    ],
    dry_run: Annotated[bool, Meta(description="Only say what would be done.")] = False,
    keep_days: Annotated[
        int,
        Meta(
            ge=0,
            le=DAYS_KEPT_MAX,
            description="How many days the account of who leaves is kept, suspended; 0: erase it now.",
        ),
    ] = DAYS_KEPT,
    successor: Annotated[
        str, Meta(description="Who takes over what they own, as id or @username.")
    ] = "",
) -> list[dict[str, Any]]:
    """Apply lines of a roster; return what was done about each, in their order."""
    read = _read(lines)
    if len(read) > LINES_MAX:
        raise ValueError(f"Give {LINES_MAX} lines at once at most.")
    if len({line.id.casefold() for line in read}) < len(read):
        raise ValueError("Two lines have the same id.")
    heir = await auth.known_account(context, successor) if successor else 0
    options = Options(keep_days, heir, dry_run)
    turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def one(line: RosterLine) -> Outcome:
        async with turns:
            return await apply_line(context, line, options)

    async with context.own(TURN):
        return [_shown(outcome) for outcome in await asyncio.gather(*map(one, read))]


def _read(lines: str) -> list[RosterLine]:
    """Return the lines of a command.

    Raises:
        ValueError: they are none.
    """
    try:
        return msgspec.json.decode(lines, type=list[RosterLine])
    except msgspec.DecodeError as error:
        raise ValueError(f"These are no lines of a roster: {error}.") from None


async def accounts_on_lines(context: Context, lines: str) -> list[int]:
    """Return the accounts that there are of the people on lines of a roster.

    Raises:
        ValueError: they are no lines of a roster.
    """
    entries = [await entry_of(context, line.id) for line in _read(lines)]
    return [one.user for one in entries if one is not None and one.made]


def _shown(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as the command line has it."""
    return {
        "line": outcome.line,
        "id": outcome.id,
        "does": "; ".join(map(str, outcome.steps)),
        "account": outcome.user,
        "link": outcome.link,
        "wrong": outcome.wrong,
    }


async def _has_come(look: View) -> bool:
    """Whether the person of a box was ever here."""
    return await look.get(accounts.LastSeen) is not None or bool(await auth.devices_of(look))


@operator_command(
    "roster", "List the people of the roster.", audited=False, empty="Nobody is on the roster."
)
async def roster(
    context: Context,
    *,
    after: Annotated[str, Meta(description="Begin behind this key of the list.")] = "",
) -> list[dict[str, Any]]:
    """Return who is on the roster, in no order that says anything, with whether they have come."""
    look, found = context.look(HOUSE), []
    for entry in await look.scan(RosterEntry, after=after or None, limit=ENTRIES_LISTED_MAX):
        theirs = context.look(Owner(Kind.USER, entry.user))
        record = await theirs.get(accounts.User)
        gone = record is None or record.deleted
        state = "gone" if gone else "left" if entry.left else "here"
        if state == "here" and not await _has_come(theirs):
            state = "expected"
        found.append(
            {
                "id": entry.external,
                "account": entry.user,
                "first_name": entry.first_name,
                "last_name": entry.last_name,
                "groups": ", ".join(entry.groups),
                "state": state,
                "key": entry.blind,
            }
            | ({"until": entry.erase_at} if entry.erase_at else {})
        )
    return found


COMMANDS: Final = (roster_apply, roster)
