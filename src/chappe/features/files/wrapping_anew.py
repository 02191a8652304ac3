"""After a renewal of keys: the keys of files, which records hold, are wrapped by their owner's newest key."""

from typing import Final, TypeVar

import msgspec

from chappe.core import Owner
from chappe.ports import Files, Record
from chappe.updates import Context
from chappe.updates.boxes import where_of

from .records import Content, File, Upload
from .usage_counts import PendingDelete

R = TypeVar("R", bound=Record)

WRAPPED_A_CHANGE: Final = 50  # records looked at in one change: a millisecond
_NAMING: Final[tuple[tuple[type[Record], tuple[str, ...]], ...]] = (
    (Content, ("file",)),
    (File, ("file", "pieces_file")),
    (PendingDelete, ("file",)),
    (Upload, ("file",)),
)


async def wrap_files_anew(context: Context, owner: Owner) -> None:
    """Have no key of a box's files left under a key that its owner had before."""
    kept: Files = context.ports.files
    for kind, fields in _NAMING:
        async for page in context.look(owner).pages(kind, size=WRAPPED_A_CHANGE):
            stale = [where_of(one)[1:] for one in page if await _wrapped(kept, one, fields) != one]
            if not stale:
                continue
            async with context.change(owner) as change:
                for key in stale:
                    now = await change.get(kind, *key)
                    if now is not None:
                        change.put(await _wrapped(kept, now, fields))


async def _wrapped(kept: Files, record: R, fields: tuple[str, ...]) -> R:
    """Return a record whose files are under the newest key; the same if they are so already."""
    files = {field: file for field in fields if (file := getattr(record, field)) is not None}
    anew = {field: await kept.wrap_anew(file) for field, file in files.items()}
    return record if anew == files else msgspec.structs.replace(record, **anew)
