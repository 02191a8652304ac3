"""A line of the roster is applied: an account is made, altered or ended, step by step.

Everything that can be refused is looked at before anything is done. What a crash interrupts, the next
application goes on with: an entry says what was done.
"""

from typing import NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, joining, reentry
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context

from .entries import entry_index, entry_of, keep_entry
from .leaving import heirs_of, leave_organisation, take_back
from .making import is_login_free, make_account, reserve_account
from .records import RosterEntry
from .rules import RosterLine, Said, Step, Verb, read_line, steps_of_line


class Options(NamedTuple):
    """How a roster is applied."""

    days_kept: int
    successor: int  # an account; 0: nobody is named
    dry_run: bool


class Outcome(NamedTuple):
    """What was done about a line, or would be."""

    line: int
    id: str
    steps: list[Step]
    user: int = 0
    link: str = ""  # by which whoever has neither number nor address comes in
    wrong: str = ""  # why nothing was done, or not all


async def apply_line(context: Context, line: RosterLine, options: Options) -> Outcome:
    """Do what a line says; return what that was. What is wrong with it is told, and nothing is raised."""
    steps: list[Step] = []
    user, link = 0, ""
    try:
        said, entry = read_line(line), await entry_of(context, line.id)
        steps = await _planned(context, said, entry, options)
        if steps and not options.dry_run:
            user, link = await _do(context, said, entry, steps, options)
        else:
            user = entry.user if entry is not None and entry.made else 0
    except ValueError as error:
        return Outcome(line.line, line.id, [], wrong=str(error))
    return Outcome(line.line, line.id, steps, user, link)


async def _planned(
    context: Context, said: Said, entry: RosterEntry | None, options: Options
) -> list[Step]:
    """Return what has to be done about a line, having looked whether it can be.

    Raises:
        ValueError: it cannot.
    """
    there = False
    if entry is not None and entry.made:
        record = await context.look(Owner(Kind.USER, entry.user)).get(accounts.User)
        there = record is not None and not record.deleted
    if said.line.left and not there:
        return []
    owned = 0
    if said.line.left and entry is not None and there and not entry.left:
        owned = len(await heirs_of(context, entry.user, options.successor))
    steps = steps_of_line(said, entry, owned, options.days_kept)
    creates = any(step.verb is Verb.CREATE for step in steps)
    if steps and not creates and not there:
        raise ValueError("the account is gone: its person deleted it, or you did; give another id")
    if creates and not await is_login_free(context, said.phone, said.mail):
        raise ValueError("somebody has that number or address already")
    if creates and said.mail and context.config.codes_smtp is None and not said.phone:
        raise ValueError("this server sends no mail: set `codes_smtp`, or leave the address out")
    ways = {place.name: place.way for place in await joining.known_places(context)}
    for step in steps:
        if step.verb is Verb.ENTER and step.what not in ways:
            raise ValueError(f"no place is called {step.what}: name it by `chappe places --add`")
        if step.verb is Verb.ENTER and not await joining.is_way_in(context, ways[step.what]):
            raise ValueError(f"nobody comes into {step.what} by its link any more")
        if step.verb is Verb.USERNAME:
            anew = entry is None or (creates and entry.made)
            await _require_free(context, said.username, 0 if entry is None or anew else entry.user)
    return steps


async def _require_free(context: Context, username: str, user: int) -> None:
    """Check that somebody may take a username.

    Raises:
        ValueError: another has it, or it rests.
    """
    call = Call.by(context, user)
    confirmed = await accounts.is_confirmed(call, username)
    if not await accounts.may_take(context, username, call.me, user, confirmed=confirmed):
        raise ValueError(f"@{username} is somebody's, or was until lately")


async def _do(
    context: Context,
    said: Said,
    entry: RosterEntry | None,
    steps: list[Step],
    options: Options,
) -> tuple[int, str]:
    """Do the steps of a line; return whose account it is, and the link into a new one.

    Raises:
        ValueError: one could not be done; those before it were.
    """
    verbs = {step.verb for step in steps}
    if said.line.left:
        if entry is None:
            return 0, ""
        await leave_organisation(context, entry, options.days_kept, options.successor)
        return entry.user, ""
    link = ""
    if Verb.CREATE in verbs or entry is None:
        entry, link = await _create(context, said, entry)
    elif Verb.RETURN in verbs:
        entry = await take_back(context, entry)
    if Verb.RENAME in verbs or Verb.USERNAME in verbs:
        entry = await _rename(context, said, entry)
    await _move(context, entry, steps)
    return entry.user, link


async def _create(
    context: Context, said: Said, entry: RosterEntry | None
) -> tuple[RosterEntry, str]:
    """Make an account. Its id is noted first, so that who tries again makes no second one."""
    if entry is None or entry.made:
        external, blind = said.line.id, entry_index(context, said.line.id)
        user = await reserve_account(context)
        entry = RosterEntry(blind=blind, external=external, user=user)
        entry = await keep_entry(context, entry)
    record = await context.look(Owner(Kind.USER, entry.user)).get(accounts.User)
    if record is None:
        names = said.first_name, said.last_name
        try:
            await make_account(context, entry.user, *names, said.phone, said.mail)
        except errors.PhoneNumberOccupied:
            raise ValueError("somebody has that number or address already") from None
    link = ""
    if not (said.phone or said.mail):
        link = await reentry.first_way_in(context, entry.user)
    names_done = {"first_name": said.first_name, "last_name": said.last_name}
    return await keep_entry(context, entry, made=True, **names_done), link


async def _rename(context: Context, said: Said, entry: RosterEntry) -> RosterEntry:
    """Give somebody the name and the username that their line says."""
    call = Call.by(context, entry.user)
    wanted = said.username or entry.username
    if said.username and said.username != entry.username:
        confirmed = await accounts.is_confirmed(call, wanted)
        if not await accounts.claim_username(
            context, wanted, call.me, entry.user, confirmed=confirmed
        ):
            raise ValueError(f"@{wanted} is somebody's, or was until lately")
    async with call.change() as change:
        record = await change.get(accounts.User)
        if record is None or record.deleted:
            raise ValueError("the account is gone")
        new = record
        if (said.first_name, said.last_name) != (entry.first_name, entry.last_name):
            new = msgspec.structs.replace(new, first_name=said.first_name, last_name=said.last_name)
        if said.username and said.username != entry.username:
            new = msgspec.structs.replace(new, username=said.username)
        change.put(new)
        accounts.relist_person(change, context, record, new)
        change.announce_without_pts(accounts.NameChanged(user=entry.user))
    if record.username and record.username.lower() != new.username.lower():
        await accounts.give_up(context, record.username, call.me, entry.user)
    await accounts.announce_to_friends(call, accounts.NameChanged(user=entry.user))
    done = {"first_name": said.first_name, "last_name": said.last_name, "username": wanted}
    return await keep_entry(context, entry, **done)


async def _move(context: Context, entry: RosterEntry, steps: list[Step]) -> None:
    """Have somebody leave places and come into others.

    Raises:
        ValueError: they could not come into one; the entry says which they are in.
    """
    ways = {place.name: place.way for place in await joining.known_places(context)}
    are_in, closed = list(entry.groups), []
    for step in steps:
        if step.verb is Verb.LEAVE:
            are_in.remove(step.what)
            if step.what in ways:
                await joining.leave_place(context, entry.user, ways[step.what])
        if step.verb is Verb.ENTER:
            if await joining.enter_place(context, entry.user, ways.get(step.what, "")):
                are_in.append(step.what)
            else:
                closed.append(step.what)
    if tuple(are_in) != entry.groups:
        await keep_entry(context, entry, groups=tuple(are_in))
    if closed:
        raise ValueError(
            f"they could not come into {', '.join(closed)}: full, or an admin has to approve"
        )
