"""Operator commands about files: space used by each person, without file names or contents."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .room_taken import ROOM_TAKEN
from .uploads import MIB


@operator_command(
    "files",
    "Show whose files take most room; never what is in them.",
    audited=False,
    empty="Nobody has sent a file yet.",
)
async def files(context: Context, *, by: Giver) -> list[dict[str, Any]]:
    """Return whose files take most room, and what all take together; to staff as it was lately."""
    taken = await context.own(ROOM_TAKEN).read(context, anew=by.is_machine)
    quota = context.config.media_quota_mib
    lines = [
        {
            "id": user,
            "name": await _name(context, user),
            "mib": _mib(size),
            "quota_percent": round(100 * size / (quota * MIB)) if quota else None,
        }
        for size, user in taken.most
    ]
    everybody = {
        "id": 0,
        "name": f"all {taken.people}",
        "mib": _mib(taken.all_bytes),
        "quota_percent": None,
    }
    return [*lines, everybody] if taken.people else []


async def _name(context: Context, user: int) -> str:
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    return record.first_name if record is not None else ""


def _mib(size: int) -> float:
    return round(size / MIB, 1)


COMMANDS: Final = (files,)
