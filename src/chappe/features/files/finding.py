"""Finding a file by its owner and number."""

from chappe.core import Kind, Owner
from chappe.updates import House

from .drawings import OWNER, file_of
from .records import File


async def find(house: House, owner: int, number: int) -> File | None:
    """Return a file by whose it is; None if they or it are gone."""
    if owner == OWNER:
        return file_of(house, number)
    if not 0 < owner < 1 << 40 or number <= 0:
        return None
    return await house.look(Owner(Kind.USER, owner)).get(File, number)
