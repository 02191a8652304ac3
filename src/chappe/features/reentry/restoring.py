"""After a restore: who logs in again, and who could not and so stays logged in."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, auth
from chappe.updates import Context, Job

from .ways import ways_in

TEXT: Final = (
    "This server was restored from a backup. You stay logged in on the devices of that moment, since nothing "
    "else would let you in; one that you have ended since then is logged in again. Look at Settings, "
    "Devices, and end those you do not know. Then make a passkey or a recovery code, so that you have "
    "another way in."
)


class TellRestored(Job, frozen=True):
    """Tell somebody why they are still logged in."""

    name = "reentry.tell_restored"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        await context.ask(auth.hooks.service_message)(context, self.user, TEXT)


async def _has_devices_only(context: Context, user: int) -> bool:
    """Whether somebody has sessions, and nothing else to come in by."""
    look = context.look(Owner(Kind.USER, user))
    record = await look.get(accounts.User)
    if record is None or record.deleted or record.bot:
        return False
    ways = await ways_in(look, context)
    return bool(ways.devices) and not ways.keys


async def end_restored_sessions(context: Context, *, spare: bool) -> int:
    """Log everybody out, before anybody is served; return how many stay logged in.

    With `spare` those do who could not log in again. Doing it twice does no harm.
    """
    spared = await auth.end_every_session(context, _has_devices_only if spare else None)
    for user in spared:
        async with context.change(Owner(Kind.USER, user)) as change:
            change.schedule(change.now, TellRestored(user=user))
    return len(spared)
