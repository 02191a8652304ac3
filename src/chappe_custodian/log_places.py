"""Reading a public log where it is served, or mirrored: for whom a request does not show enough of it."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from chappe.trust.custody import CustodyError
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.merkle import HASH_BYTES, consistency_proof
from chappe.trust.ledger.tiles import TILE_WIDTH, LogTile, TileNodes

TILE_BYTES_MAX: Final = TILE_WIDTH * HASH_BYTES
ANSWER_S_MAX: Final = 20.0


def way_between(place: str, older: int, newer: int) -> list[bytes]:
    """Return the proof that a log of `newer` entries begins with `older`, out of the tiles of a place.

    It is checked by whoever asks: the place may be anybody's.

    Raises:
        CustodyError: the tiles are not there.
    """
    read = _of_address if place.startswith(("http://", "https://")) else _of_folder

    def tile(wanted: LogTile) -> bytes:
        size = wanted.width * HASH_BYTES
        whole = wanted._replace(width=TILE_WIDTH)  # once it is full, no part of it is kept
        for one in dict.fromkeys((wanted, whole)):
            found = read(place.rstrip("/"), one.path)
            if found is not None and len(found) >= size:
                return found[:size]
        raise CustodyError(f"{wanted.path} is not at {place}: name a mirror of the log.")

    try:
        return list(consistency_proof(older, newer, TileNodes(newer, tile)))
    except LedgerError as error:
        raise CustodyError(f"The log at {place} cannot be read: {error}.") from None


def _of_folder(place: str, path: str) -> bytes | None:
    try:
        return (Path(place) / path).read_bytes()
    except OSError:
        return None


def _of_address(place: str, path: str) -> bytes | None:
    try:
        with urllib.request.urlopen(f"{place}/{path}", timeout=ANSWER_S_MAX) as answer:  # noqa: S310  as checked
            content: bytes = answer.read(TILE_BYTES_MAX)
            return content
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None
