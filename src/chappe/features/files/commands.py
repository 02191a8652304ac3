"""Operator commands about files: space used by each person, without file names or contents."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import operator_command
from chappe.updates import Context

from .records import Usage
from .uploads import MIB

OWNERS_TOGETHER_MAX: Final = 1_000  # boxes looked at in one go
LISTED_MAX: Final = 100  # people listed, those whose files take most


@operator_command(
    "files",
    "Show whose files take most room; never what is in them.",
    audited=False,
    empty="Nobody has sent a file yet.",
)
async def files(context: Context) -> list[dict[str, Any]]:
    """Return whose files take most room, and what all take together."""
    found: list[tuple[int, int]] = []
    async for owners in context.boxes_of(Kind.USER, size=OWNERS_TOGETHER_MAX):
        for owner in owners:
            usage = await context.look(owner).get(Usage)
            if usage is not None and usage.bytes:
                found.append((usage.bytes, owner.id))
    found.sort(reverse=True)
    quota = context.config.media_quota_mib
    lines = [
        {
            "id": user,
            "name": await _name(context, user),
            "mib": _mib(size),
            "quota_percent": round(100 * size / (quota * MIB)) if quota else None,
        }
        for size, user in found[:LISTED_MAX]
    ]
    total = sum(size for size, _ in found)
    everybody = {"id": 0, "name": f"all {len(found)}", "mib": _mib(total), "quota_percent": None}
    return [*lines, everybody] if found else []


async def _name(context: Context, user: int) -> str:
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    return record.first_name if record is not None else ""


def _mib(size: int) -> float:
    return round(size / MIB, 1)


COMMANDS: Final = (files,)
