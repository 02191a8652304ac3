"""Bots made, renamed, given another token, and deleted."""

from typing import Final

import msgspec

from chappe.core import HOUSE, SHARD_COUNT, Kind, Owner
from chappe.features import accounts, auth, botqueue, ledger
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Change, Command, Context

from .records import Bot, KnownBot, OwnedBot
from .tokens import bot_token, is_token, read_token

BOTS_MAX: Final = 20  # bots of one person
CENSUS_MAX: Final = 10_000  # bots that are counted
HOUSE_BOTS_MAX: Final = 1_000  # bots of the operator
NAME_ENDS: Final = "bot"  # what a bot's username ends with, in letters of either size


class CannotMake(ValueError):
    """A bot cannot be made or changed so; `str` of it says why, to whoever asked."""


class BotListed(Command, frozen=True):
    """To the box of a bot's owner: the bot is one of theirs."""

    name = "bots.listed"

    bot: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        change.put(OwnedBot(bot=self.bot))


class NoteBot(Command, frozen=True):
    """To the box of the house: a bot, for who runs the server to count them and what they hear."""

    name = "bots.note"

    bot: int
    reads_all: bool = False
    gone: bool = False

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.gone:
            change.drop(KnownBot, self.bot)
        else:
            change.put(KnownBot(bot=self.bot, reads_all=self.reads_all))


def wanted_bot_name(username: str) -> str:
    """Return a username that a bot may have.

    Raises:
        CannotMake: it may not.
    """
    try:
        cleaned = accounts.clean_username(username.removeprefix("@").strip())
    except errors.UsernameInvalid:
        raise CannotMake(
            "Sorry, this username is invalid: 5 to 32 letters, digits and single underscores."
        ) from None
    if not cleaned.lower().endswith(NAME_ENDS):
        raise CannotMake("Sorry, the username must end in 'bot'. E.g. 'Tetris_bot' or 'Tetrisbot'.")
    return cleaned


def box_of(owner: int) -> Owner:
    """Return the box that lists the bots of a person, or of the operator (0)."""
    return Owner(Kind.USER, owner) if owner else HOUSE


async def bots_of(context: Context, owner: int) -> list[int]:
    """Return the bots of a person, or of the operator (0), the oldest first."""
    return sorted(owned.bot for owned in await context.look(box_of(owner)).scan(OwnedBot))


async def own_bot(context: Context, owner: int, bot: int) -> tuple[accounts.User, Bot] | None:
    """Return a bot, if it is there and somebody's own."""
    user, record = await context.look(Owner(Kind.USER, bot)).get_each((accounts.User,), (Bot,))
    if user is None or user.deleted or record is None or record.owner != owner:
        return None
    return user, record


async def make_bot(context: Context, owner: int, name: str, username: str) -> str:
    """Make a bot, and return its token.

    Raises:
        CannotMake: there are too many, or it cannot have that name.
    """
    first_name = accounts.clean_person_name(name)
    if not first_name:
        raise CannotMake("Sorry, this name is empty. How are we going to call it?")
    wanted = wanted_bot_name(username)
    most = BOTS_MAX if owner else HOUSE_BOTS_MAX
    if len(await bots_of(context, owner)) >= most:
        raise CannotMake(f"That cannot be done: there are {most} bots already. Delete one first.")
    shard = int.from_bytes(context.entropy.token(2), "big") % SHARD_COUNT
    async with context.change(HOUSE) as change:
        bot = accounts.take_number(change) * SHARD_COUNT + shard
        bot += bot in accounts.RESERVED_USERS
    await name_bot(context, bot, wanted, owner)
    async with context.change(Owner(Kind.USER, bot)) as change:
        user = accounts.User(
            id=bot, first_name=first_name, username=wanted, bot=True, created=change.now
        )
        change.put(user)
        change.put(Bot(owner=owner, created=change.now))
        accounts.relist_person(change, context, None, user)
        change.next("pts")
        botqueue.begin_log(change)
        change.send_command(box_of(owner), BotListed(bot=bot))
        change.send_command(HOUSE, NoteBot(bot=bot))
    return bot_token(context, bot, 1)


async def name_bot(context: Context, bot: int, username: str, owner: int) -> None:
    """Claim a username for a bot.

    Raises:
        CannotMake: it is somebody's.
    """
    call = Call.by(context, bot)
    confirmed = await accounts.is_confirmed(call, username)
    if not await accounts.claim_username(context, username, call.me, owner, confirmed=confirmed):
        raise CannotMake("Sorry, this username is already taken. Please try something different.")


async def set_privacy(context: Context, bot: int, *, on: bool) -> None:
    """Switch a bot's privacy mode on or off, for the groups it comes into from then on."""
    async with context.change(Owner(Kind.USER, bot)) as change:
        if (user := await change.get(accounts.User)) is not None:
            change.put(msgspec.structs.replace(user, reads_all=not on))
            change.send_command(HOUSE, NoteBot(bot=bot, reads_all=not on))


async def set_joins(context: Context, bot: int, *, on: bool) -> None:
    """Let a bot be added to groups and channels, or not. Where it is, it stays."""
    async with context.change(Owner(Kind.USER, bot)) as change:
        if (user := await change.get(accounts.User)) is not None:
            change.put(msgspec.structs.replace(user, no_groups=not on))


async def says_other_things(change: Change) -> None:
    """In a change of a bot's box: apps are to ask for its profile again."""
    user = await change.get(accounts.User)
    if user is not None:
        change.put(msgspec.structs.replace(user, bot_info=user.bot_info + 1))


async def revoke_token(context: Context, bot: int) -> str:
    """End a bot's token and every session that came by it; return the next token."""
    async with context.change(Owner(Kind.USER, bot)) as change:
        record = await change.get(Bot)
        if record is None:
            raise CannotMake("That bot is gone.")
        record = msgspec.structs.replace(record, generation=record.generation + 1)
        change.put(record)
    await auth.end_sessions(context, bot)
    return bot_token(context, bot, record.generation)


async def delete_bot(context: Context, owner: int, bot: int) -> None:
    """Delete a bot as an account is deleted, and take it off its owner's list."""
    await auth.delete_account(context, bot, ledger.ErasedBy.OWNER)
    async with context.change(box_of(owner)) as change:
        change.drop(OwnedBot, bot)
        change.send_command(HOUSE, NoteBot(bot=bot, gone=True))


async def delete_bots(context: Context, person: int) -> None:
    """Delete the bots of somebody whose account goes: nobody would answer for them. Twice does no harm."""
    for bot in await bots_of(context, person):
        await delete_bot(context, person, bot)


async def bot_census(context: Context) -> dict[str, int]:
    """Return how many bots there are, and how many of them hear everything in groups; nothing of none."""
    known = await context.look(HOUSE).scan(KnownBot, limit=CENSUS_MAX)
    if not known:
        return {}
    return {"bots": len(known), "bots_that_hear_all": sum(one.reads_all for one in known)}


async def owner_of_bot(context: Context, bot: int) -> str:
    """Return by which username or number the owner of a bot is known; "the operator" of the server's own."""
    record = await context.look(Owner(Kind.USER, bot)).get(Bot)
    if record is None:
        return ""
    if not record.owner:
        return "the operator"
    person = await context.look(Owner(Kind.USER, record.owner)).get(accounts.User)
    named = person is not None and not person.deleted and person.username
    return f"@{named}" if named else str(record.owner)


async def by_token(context: Context, token: str) -> int:
    """Return whose token this is; 0 if it is nobody's, or was revoked."""
    named = read_token(token)
    if named is None:
        return 0
    user, record = await context.look(Owner(Kind.USER, named.bot)).get_each(
        (accounts.User,), (Bot,)
    )
    if user is None or user.deleted or record is None or context.config.bots == "closed":
        return 0
    return named.bot if is_token(context, token, named.bot, record.generation) else 0
