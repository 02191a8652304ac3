"""Deletion of an account: sessions ended, names released, files forgotten, its encryption key destroyed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, ledger
from chappe.features.ledger import ErasedBy
from chappe.rpc import CLIENTS, Client
from chappe.updates import Context, Job, QtsLog

from . import codes, hooks
from .login_names import normal_mail, release_mail
from .pending_login import drop_pending_logins
from .records import AuthKey, Ending, LoginMail, PendingLogin, Session
from .sessions import end_session

FINISH_AFTER_S: Final = 60  # seconds after which a deletion that is not finished is taken up again
BOXES_AT_ONCE: Final = 1_000  # boxes changed together when every session ends


async def delete_account(
    context: Context, user: int, by: ErasedBy, asking: Client | None = None
) -> None:
    """Delete somebody. What others received from them stays theirs, as sent by a deleted account.

    Who is `asking` keeps the connection until the answer has left.

    Once the first change is kept the rest follows, whatever fails meanwhile: asking again goes on with
    it, and so does a job.
    """
    async with context.change(Owner(Kind.USER, user)) as change:
        record = await change.get(accounts.User)
        if record is None:
            return
        if not record.deleted:  # from here on nobody can write to them or log in
            change.put(accounts.User(id=user, first_name="", deleted=True))
            accounts.relist_person(change, context, record, None)
            mail = await change.get(LoginMail)
            address = mail.address if mail is not None else ""
            change.put(Ending(phone=record.phone, username=record.username, mail=address))
            await drop_pending_logins(change, context)
            if not record.bot:
                ledger.note_erasure(change, context, user, by)
            change.schedule(change.now + FINISH_AFTER_S, FinishDeletion(user=user))
    await finish_deletion(context, user, asking)


async def is_half_deleted(context: Context, user: int) -> bool:
    """Whether somebody's deletion was begun and did not come to its end."""
    return await context.look(Owner(Kind.USER, user)).get(Ending) is not None


async def finish_deletion(context: Context, user: int, asking: Client | None = None) -> None:
    """Do what is left of a deletion that was begun. Doing it twice does no harm."""
    owner = Owner(Kind.USER, user)
    look = context.look(owner)
    record, ending = await look.get_each((accounts.User,), (Ending,))
    if record is not None and ending is None:
        return  # the tombstone: all is done
    for session in await look.scan(Session):
        await end_session(context, user, session.key_id, asking)
    context.own(CLIENTS).end_account(user)
    if ending is not None and ending.phone:
        await accounts.release(context, "phone", ending.phone, owner)
        await codes.drop(context, ending.phone)
    mail = normal_mail(ending.mail) if ending is not None else ""
    if mail:
        await release_mail(context, mail, user)
        await codes.drop(context, mail)
    if ending is not None and ending.username:
        await accounts.give_up(context, ending.username, owner, user)
    await context.ask(hooks.delete_bots)(context, user)
    await context.ask(hooks.forget_files)(context, user)
    await context.ask(hooks.forget_ways_in)(context, user)
    await context.delivery.delivered(HOUSE)  # so that what was noted does not go with the box
    await context.erase(owner)
    async with context.change(owner) as change:  # a tombstone, under a new key
        change.put(accounts.User(id=user, first_name="", deleted=True))


class FinishDeletion(Job, frozen=True):
    """Finish what a failure or a crash left of somebody's deletion."""

    name = "auth.finish_deletion"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        await finish_deletion(context, self.user)


Spare = Callable[[Context, int], Awaitable[bool]]


async def end_every_session(context: Context, spare: Spare | None = None) -> frozenset[int]:
    """Log everybody out, before anybody is served, but whom `spare` says; return who those are.

    Keys stay: apps make new ones badly. Doing it twice does no harm.
    """
    found: set[int] = set()
    if spare is not None:
        async for owners in context.boxes_of(Kind.USER, size=BOXES_AT_ONCE):
            found.update([owner.id for owner in owners if await spare(context, owner.id)])
    spared = frozenset(found)
    await _in_every(context, Kind.AUTH_KEYS, spared, _free_keys)
    await _in_every(context, Kind.USER, spared, _drop_sessions)
    return spared


async def _in_every(
    context: Context,
    kind: Kind,
    spared: frozenset[int],
    do: Callable[[Context, Owner, frozenset[int]], Awaitable[None]],
) -> None:
    """Do something in every box of a kind, many boxes a commit."""
    async for owners in context.boxes_of(kind, size=BOXES_AT_ONCE):
        await asyncio.gather(*(do(context, owner, spared) for owner in owners))


async def _free_keys(context: Context, owner: Owner, spared: frozenset[int]) -> None:
    async with context.change(owner) as change:
        for key in await change.scan(AuthKey):
            if (key.user or key.pending_user) and key.user not in spared:
                freed = msgspec.structs.replace(
                    key, user=0, pending_user=0, bound=(), left=change.now
                )
                change.put(freed)


async def _drop_sessions(context: Context, owner: Owner, spared: frozenset[int]) -> None:
    if owner.id in spared:
        return
    async with context.change(owner) as change:
        for session in await change.scan(Session):
            change.drop(Session, session.key_id)
            await context.ask(hooks.session_ended)(context, change, session.key_id)
            await change.close_log(QtsLog(session.key_id))
        for owing in await change.scan(PendingLogin):
            change.drop(PendingLogin, owing.key_id)
