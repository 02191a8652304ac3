"""What lies elsewhere than with the data, so that no backup that is made here has it."""

from collections.abc import Sequence
from typing import Final

from chappe.core.configuration import Configuration

BOXES: Final = "what people wrote: it is in PostgreSQL, make its own backup before each of these"
KEYS: Final = "the keys: they are in PostgreSQL, make its own backup after each of these"
FILES: Final = "files of people: they are in a bucket, let it keep versions or copy it"
NONE_HERE: Final = "none is made here: the store is in PostgreSQL, make its own backup"


def left_out(config: Configuration) -> Sequence[str]:
    """Return what no backup of this server holds, each with what to do about it."""
    elsewhere = (
        (config.store, BOXES),
        (config.keys_store, KEYS),
        (config.files_s3 is not None, FILES),
    )
    return [what for lies_elsewhere, what in elsewhere if lies_elsewhere]


def without(config: Configuration) -> str:
    """Return the same in one line; empty: backups hold everything."""
    return "; ".join(left_out(config))
