"""Operator commands about people: pages of them, found by name, and one of them; no content, no contacts."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.features import accounts, auth, files
from chappe.rpc import operator_command
from chappe.updates import Context

from .name_list import NAMES, folded

PEOPLE_SHOWN_MAX: Final = 50  # people of one page
FOUND_LOOKED_AT_MAX: Final = 500  # people a name was found for that are looked at, for one page
FIND_CHARACTERS_MAX: Final = 128  # characters of what is looked for
ACCOUNT_MAX: Final = (1 << 63) - 1  # number of the last account there could be


@operator_command(
    "people",
    "List people by pages, or find them by a name, @username or id; never numbers or messages.",
    audited=False,
    empty="Nobody is found.",
)
async def people(
    context: Context,
    *,
    find: Annotated[
        str,
        Meta(
            max_length=FIND_CHARACTERS_MAX, description="A name, its beginning, @username, or id."
        ),
    ] = "",
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Return fifty people, by rising id if that is all of them, or those who are meant."""
    look_for = find.strip()
    if look_for:
        return await _found(context, look_for, after)
    context.delivery.begin(
        context.own(NAMES).read(context)
    )  # whoever looks for a name next finds it
    found: list[dict[str, Any]] = []
    while len(found) < PEOPLE_SHOWN_MAX:
        owners = await context.some_boxes_of(Kind.USER, after=after, limit=PEOPLE_SHOWN_MAX)
        is_last = len(owners) < PEOPLE_SHOWN_MAX
        found += await _lines(context, sorted(owners) if is_last and after < 0 else owners)
        if is_last:
            break
        after = owners[-1].id
    return found[:PEOPLE_SHOWN_MAX]


async def _found(context: Context, find: str, after: int) -> list[dict[str, Any]]:
    """Return who is meant: whose id or username it is, first, then those whose names begin so."""
    named = _known_id(find)
    if named is None:
        try:
            named = await auth.named_account(context, find)
        except ValueError:
            named = None
    first = [] if named is None or after >= 0 else [Owner(Kind.USER, named)]
    if find.startswith("@") or find.isdigit():
        return await _lines(context, first)
    names = context.own(NAMES)
    await names.read(context)
    lines = await _lines(context, first)
    for some in _portions(names.found(find, after)):
        behind = [Owner(Kind.USER, one) for one in some if one != named]
        lines += [line for line in await _lines(context, behind) if _is_named(line, find)]
        if len(lines) >= PEOPLE_SHOWN_MAX:
            break
    return lines[:PEOPLE_SHOWN_MAX]


def _portions(ids: Iterator[int]) -> Iterator[list[int]]:
    """Yield people by as many as fit on a page, but not without end: most who are found are shown."""
    left = islice(ids, FOUND_LOOKED_AT_MAX)
    while some := list(islice(left, PEOPLE_SHOWN_MAX)):
        yield some


def _known_id(find: str) -> int | None:
    if not (find.isascii() and find.isdigit()):
        return None
    return min(int(find[:20]), ACCOUNT_MAX)


def _is_named(line: dict[str, Any], find: str) -> bool:
    """Whether somebody still has the name they were found by."""
    return f" {folded(find)}" in f" {folded(line['first_name'] + ' ' + line['last_name'])}"


async def _lines(context: Context, owners: list[Owner]) -> list[dict[str, Any]]:
    """Return a line for each of these people who is here, or was deleted and is remembered."""
    records = await context.store.read_each(accounts.User, owners)
    suspended = await context.store.read_each(accounts.Suspension, owners)
    now = context.clock.now()
    return [
        accounts.described(record)
        | {
            "suspended": held is not None and held.until > now,
            "online": context.delivery.online(record.id),
        }
        for record, held in zip(records, suspended, strict=True)
        if record is not None and record.id not in accounts.RESERVED_USERS
    ]


@operator_command(
    "person",
    "Show one account: names, dates, room, suspension, rights; never content, contacts or numbers.",
    audited=False,
)
async def person(context: Context, *, user: auth.Person) -> dict[str, Any]:
    """Return what there is to know of somebody for whoever helps them."""
    known = await auth.known_account(context, user)
    owner, now = Owner(Kind.USER, known), context.clock.now()
    look = context.look(owner)
    (line,) = await _lines(context, [owner])
    held, granted = await accounts.suspension_of(look, int(now)), await look.get(accounts.Granted)
    usage = await look.get(files.Usage)
    quota = context.config.media_quota_mib
    return {
        **line,
        "reason": held.ground if held is not None else "",
        "since": held.since if held is not None else "",
        "until": held.until if held is not None else "",
        "note": held.note if held is not None else "",
        "rights": ", ".join(granted.rights) if granted is not None else "",
        "mib": round((usage.bytes if usage is not None else 0) / (1 << 20), 1),
        "quota_mib": quota or 0,
        "sessions": await auth.devices_of(look),
        "is_contact": context.config.contact.lower() == f"@{line['username']}".lower(),
    }


COMMANDS: Final = (people, person)
