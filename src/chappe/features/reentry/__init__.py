"""Re-entry: a link of the operator's for who lost every device, which the account's devices may refuse.

What those devices list and settle is asked of `takeout`, which asks here.
"""

from chappe.features import auth, passkeys, single_sign_on
from chappe.updates import Context

from . import handlers
from .commands import COMMANDS, lost_behind
from .first import first_way_in
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
    await single_sign_on.forget_identity(context, user)
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
ANSWERS = (auth.hooks.forget_ways_in.by(_forget),)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "confirm_reentry",
    "end_restored_sessions",
    "first_way_in",
    "lost_behind",
    "pending_reentry",
    "refuse_reentry",
]
