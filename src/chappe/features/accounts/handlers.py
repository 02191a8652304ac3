"""Methods users.* and those of account.* that are about oneself."""

from typing import Any

import msgspec

from chappe.core import Kind, Owner, clean_lines
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context, Event

from . import directory, hooks, house_rules, names, rules
from .access import user_of
from .events import NameChanged, StatusChanged
from .records import Contact, LastSeen, User
from .views import show_user


async def own_record(change: Change) -> User:
    """Return the person whose box is held.

    Raises:
        errors.UserDeactivated: the account is gone.
    """
    record = await change.get(User)
    if record is None:
        raise errors.UserDeactivated
    return record


async def announce_to_friends(call: Call, event: Event) -> None:
    """Whisper an event, once, to contacts and to partners of conversations who are here."""
    await whisper_to_friends(call.context, call.user, event)


async def whisper_to_friends(context: Context, somebody: int, event: Event) -> None:
    """Whisper an event about somebody, once, to their contacts and partners who are here."""
    known = {contact.user for contact in await context.look(Owner.user(somebody)).scan(Contact)}
    known.update(await context.ask(hooks.partners)(context, somebody))
    for user in known - {somebody}:
        if context.delivery.online(user):
            context.delivery.push_transient(Owner.user(user), event)


@method(api.UsersGetUsers, needs=Needs.LOGIN)
async def get_users(call: Call, request: api.UsersGetUsers) -> list[api.TypeUser]:
    """Return users by id; an empty user for one the caller cannot name."""
    found: list[Any] = []
    for given in request.id[:200]:
        try:
            found.append(await show_user(call.viewer(), await user_of(call, given)))
        except errors.UserIdInvalid:
            found.append(api.UserEmpty(id=getattr(given, "user_id", 0)))
    return found


@method(
    api.AccountUpdateProfile,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.FirstnameInvalid, errors.AboutTooLong, errors.UserDeactivated),
)
async def update_profile(call: Call, request: api.AccountUpdateProfile) -> api.TypeUser:
    """Change one's name or about text."""
    if request.about is not None and len(request.about) > rules.ABOUT_CHARACTERS_MAX:
        raise errors.AboutTooLong
    async with call.change() as change:
        record = await own_record(change)
        new = record
        if request.first_name is not None:
            new = msgspec.structs.replace(
                new, first_name=rules.check_first_name(request.first_name)
            )
        if request.last_name is not None:
            new = msgspec.structs.replace(new, last_name=rules.clean_person_name(request.last_name))
        if request.about is not None:
            new = msgspec.structs.replace(new, about=clean_lines(request.about))
        if new != record:
            change.put(new)
            directory.relist_person(change, call.context, record, new)
            change.announce_without_pts(NameChanged(user=call.user))
    await announce_to_friends(call, NameChanged(user=call.user))
    return await show_user(call.viewer(), call.user)


@method(api.AccountUpdateStatus, rate=Rate.WRITE, home=Home.CALLER)
async def update_status(call: Call, request: api.AccountUpdateStatus) -> bool:
    """Say that one is here, or has left."""
    until = call.now if request.offline else call.now + rules.ONLINE_S
    async with call.change() as change:
        change.put(LastSeen(until=until))
        if not request.offline:
            await call.context.ask(hooks.came_online)(change)
    await announce_to_friends(call, StatusChanged(user=call.user))
    return True


@method(api.AccountCheckUsername, rate=Rate.LOOKUP, raises=(errors.UsernameInvalid,))
async def check_username(call: Call, request: api.AccountCheckUsername) -> bool:
    """Whether a username may be taken."""
    username = rules.wanted_username(request.username)
    confirmed = await is_confirmed(call, username)
    return await names.may_take(call.context, username, call.me, call.user, confirmed=confirmed)


async def is_confirmed(call: Call, username: str) -> bool:
    """Whether whoever claims a username stands by it: their record says that it is theirs."""
    owner = await names.find_owner(call.context, names.USERNAME, username)
    if owner is None:
        return False
    if owner.kind is Kind.CHANNEL:
        return await call.context.ask(hooks.public_chat)(call.context, owner, username)
    record = await call.look(owner).get(User)
    return record is not None and record.username.lower() == username.lower()


@method(
    api.AccountUpdateUsername,
    rate=Rate.LOOKUP,
    home=Home.CALLER,
    raises=(
        errors.UsernameInvalid,
        errors.UsernameOccupied,
        errors.UsernameNotModified,
        errors.UserDeactivated,
        errors.UserRestricted,
    ),
)
async def update_username(call: Call, request: api.AccountUpdateUsername) -> api.TypeUser:
    """Take another username, or none; the old one rests before somebody else may have it."""
    wanted = rules.wanted_username(request.username) if request.username else ""
    record = await call.look().get(User)
    if record is None:
        raise errors.UserDeactivated
    if record.username == wanted:
        raise errors.UsernameNotModified
    if wanted:
        await house_rules.require_right(call, house_rules.HouseRight.NAMES)
        confirmed = await is_confirmed(call, wanted)
        if not await names.claim_username(
            call.context, wanted, call.me, call.user, confirmed=confirmed
        ):
            raise errors.UsernameOccupied
    async with call.change() as change:
        record = await own_record(change)
        left = record.username if record.username.lower() != wanted.lower() else ""
        rest = bool(left) and await names.may_rest(change)
        new = msgspec.structs.replace(record, username=wanted)
        change.put(new)
        directory.relist_person(change, call.context, record, new)
        change.announce_without_pts(NameChanged(user=call.user))
    if left:
        await names.give_up(call.context, left, call.me, call.user, rest=rest)
    await announce_to_friends(call, NameChanged(user=call.user))
    return await show_user(call.viewer(), call.user)


@method(api.AccountGetAccountTTL)
async def get_account_ttl(call: Call, request: api.AccountGetAccountTTL) -> api.AccountDaysTTL:
    """Return after how many unused days the account is deleted."""
    record = await call.look().get(User)
    return api.AccountDaysTTL(days=record.ttl_days if record else 365)


@method(
    api.AccountSetAccountTTL,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.TtlDaysInvalid, errors.UserDeactivated),
)
async def set_account_ttl(call: Call, request: api.AccountSetAccountTTL) -> bool:
    """Set after how many unused days the account is deleted."""
    if not 30 <= request.ttl.days <= rules.TTL_DAYS_MAX:  # noqa: PLR2004  a month at least
        raise errors.TtlDaysInvalid
    async with call.change() as change:
        change.put(msgspec.structs.replace(await own_record(change), ttl_days=request.ttl.days))
    return True
