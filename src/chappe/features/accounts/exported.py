"""What an export holds of an account beside what methods show."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import export
from chappe.updates import Context

from .records import User


async def _made(context: Context, user: int) -> object:
    record = await context.look(Owner(Kind.USER, user)).get(User)
    return record.created if record is not None else None


EXPORTED: Final = (export.Section("made", export.DataClass.ACCOUNT, _made),)
