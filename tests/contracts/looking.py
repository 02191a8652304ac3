"""How the tests of films have the process apart look at bytes."""

from chappe.engines.filming import WorkerFilming
from chappe.ports import Film


async def look(
    filming: WorkerFilming, data: bytes, at_s: float = 0, *, voice: bool = False
) -> Film:
    """Let bytes be looked at."""

    async def read(offset: int, size: int) -> bytes:
        return data[offset : offset + size]

    return await filming.look(read, len(data), at_s, voice=voice)
