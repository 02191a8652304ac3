"""Lookup of a file by owner and number."""

from chappe.core import Kind, Owner
from chappe.updates import Context

from .drawings import OWNER, file_of
from .records import File


async def find_file(context: Context, owner: int, number: int) -> File | None:
    """Return a file by whose it is; None if they or it are gone."""
    if owner == OWNER:
        return file_of(context, number)
    if not 0 < owner < 1 << 40 or number <= 0:
        return None
    return await context.look(Owner(Kind.USER, owner)).get(File, number)
