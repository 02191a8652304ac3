"""Limit of sessions of one account, and which session ends when there is one more."""

from collections.abc import Sequence
from typing import Final

from chappe.rpc import CLIENTS, Call
from chappe.updates import Context

from . import hooks
from .records import Session
from .sessions import end_session, is_unconfirmed

DEVICES_MAX: Final = 100  # sessions of one person, but for exported ones
EXPORTS_MAX: Final = 8  # sessions exported from one of them: one for each data centre is needed


async def make_room(call: Call, user: int, of: int) -> None:
    """End what somebody has too much of, now that the caller is logged in; never the caller's own session.

    `of` is the key of the session the caller's was exported from, if it was: that one stays too.
    """
    mine = call.client.key_id
    sessions = [s for s in await call.look().scan(Session) if s.key_id not in (mine, of)]
    if of:
        exported = [s for s in sessions if s.of == of]
        for session in _least_wanted(call.context, exported, len(exported) + 1 - EXPORTS_MAX):
            await end_session(call.context, user, session.key_id, call.client)
        return
    devices = [s for s in sessions if not s.of]
    for session in _least_wanted(call.context, devices, len(devices) + 1 - DEVICES_MAX):
        await end_session(call.context, user, session.key_id, call.client)
        await call.context.ask(hooks.service_message)(
            call.context,
            user,
            f"You are logged in on {DEVICES_MAX} devices, the most there may be. To make room for a new one,"
            f" {session.device_model or 'a device'} was logged out, which was unused for longest.",
        )


def _least_wanted(context: Context, sessions: Sequence[Session], count: int) -> list[Session]:
    """Return so many sessions: the unconfirmed first, then those not connected, then the longest unused.

    So nobody who got hold of login codes pushes out the sessions their owner knows.
    """
    clients, now = context.own(CLIENTS), int(context.clock.now())

    def wanted(session: Session) -> tuple[bool, bool, int, int]:
        connected = any(not client.resting for client in clients.of_key(session.key_id))
        return not is_unconfirmed(session, now), connected, session.active, session.created

    return sorted(sessions, key=wanted)[: max(count, 0)]
