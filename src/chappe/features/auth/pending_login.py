"""Login that passed the code and awaits the two-step password.

Expires after 30 minutes, or when that password changes.
"""

from typing import Final

from chappe.core import Kind, Owner
from chappe.rpc import CLIENTS
from chappe.updates import Change, Context, Job

from .records import PendingLogin

PENDING_LOGIN_LIFETIME_S: Final = (
    1_800  # seconds a key that gave the right code may take for the password
)


async def is_pending_login(context: Context, user: int, key_id: int) -> bool:
    """Whether a key is half logged in as somebody."""
    owing = await context.look(Owner(Kind.USER, user)).get(PendingLogin, key_id)
    return owing is not None and owing.since + PENDING_LOGIN_LIFETIME_S > context.clock.now()


def begin_pending_login(change: Change, key_id: int) -> None:
    """Note, in a person's box, that a key gave the right code and owes their password."""
    change.put(PendingLogin(key_id=key_id, since=change.now))
    change.schedule(
        change.now + PENDING_LOGIN_LIFETIME_S, ExpirePendingLogins(user=change.owner.id)
    )


async def drop_pending_logins(change: Change, context: Context, before: int | None = None) -> None:
    """Let whoever is half logged in as the box's owner begin anew: all, or those since `before`.

    Open connections learn it at once. Should the change fail, they have only lost time.
    """
    for owing in await change.scan(PendingLogin):
        if before is None or owing.since <= before:
            change.drop(PendingLogin, owing.key_id)
            for client in context.own(CLIENTS).of_key(owing.key_id):
                if client.pending_user == change.owner.id:
                    client.pending_user = None


class ExpirePendingLogins(Job, frozen=True):
    """Forget who was half logged in as somebody for too long."""

    name = "auth.lapse_owing"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            await drop_pending_logins(change, context, change.now - PENDING_LOGIN_LIFETIME_S)
