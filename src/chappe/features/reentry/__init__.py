"""Re-entry: a link of the operator's for who lost every device, which the account's devices may refuse."""

from chappe.features import auth, passkeys
from chappe.updates import Context

from . import handlers
from .commands import COMMANDS
from .links import (
    CancelReentry,
    CloseReentry,
    OpenReentry,
    confirm_reentry,
    forget_reentry,
    pending_reentry,
    refuse_reentry,
)
from .restoring import TellRestored, end_restored_sessions
from .steps import ReentryChanged, TellStep


async def _forget(context: Context, user: int) -> None:
    await passkeys.forget_passkeys(context, user)
    await forget_reentry(context, user)


HANDLERS = (handlers,)
EVENTS = (
    CancelReentry,
    CloseReentry,
    OpenReentry,
    ReentryChanged,
    TellRestored,
    TellStep,
)
ANSWERS = (
    auth.hooks.forget_ways_in.by(_forget),
    auth.hooks.pending_entry.by(pending_reentry),
    auth.hooks.refuse_entry.by(refuse_reentry),
    auth.hooks.confirm_entry.by(confirm_reentry),
)

__all__ = ["ANSWERS", "COMMANDS", "EVENTS", "HANDLERS", "end_restored_sessions"]
