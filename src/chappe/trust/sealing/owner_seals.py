"""What seals the cells of an owner, and a commit sealed with it in one pass."""

import struct
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import Owner
from chappe.ports import Cell

from .hidden_keys import HiddenKeys, hides_any
from .padding import KNOWN_BYTES, PADDINGS, pad
from .wrapping import NONCE_BYTES

FORMAT: Final = b"\x11"  # of a sealed value: nonce, then AES-256-GCM of what was padded
FORMAT_OF_UNIT: Final = b"\x12"  # of one under the key of a unit: hidden name, nonce, then likewise
_new_tuple: Final = tuple.__new__
_each_nonce: Final = struct.Struct(f"{NONCE_BYTES}s").iter_unpack


def bound_to(owner: Owner, table: str, key: bytes) -> bytes:
    """Return the associated data: a value opens only where it was put."""
    kind, number = owner
    return b"%d.%d.%d.%b\0%b" % (number % 4096, kind, number, table.encode(), key)


class UnitSealer(Protocol):
    """What seals the values of one unit; see `units.Sealer`."""

    encrypt: Callable[[bytes, bytes, bytes], bytes]

    def hidden_name(self, nonce: bytes) -> bytes:
        """Return what stands in front of a value with this nonce."""
        ...


class OwnerSeal:
    """What seals and opens the cells of one owner; as long in memory as the owner's key."""

    __slots__ = ("decrypt", "encrypt", "head", "head_of_unit", "hidden", "place")

    def __init__(self, owner: Owner, cipher: AESGCM, place: Owner, hidden: HiddenKeys) -> None:
        head = bound_to(owner, "", b"")[:-1]
        self.encrypt: Callable[[bytes, bytes, bytes], bytes] = cipher.encrypt
        self.decrypt: Callable[[bytes, bytes, bytes], bytes] = cipher.decrypt
        self.head = FORMAT + head  # of what a value is bound to
        self.head_of_unit = FORMAT_OF_UNIT + head
        self.place = place  # the owner as is stored
        self.hidden = hidden


def sealed_writes(
    writes: Mapping[Cell, bytes | None],
    seals: Mapping[Owner, OwnerSeal],
    units: Mapping[Cell, UnitSealer],
    nonces: bytes,
    *,
    hides: bool,
) -> dict[Cell, bytes | None]:
    """Return cells as they are stored: values padded and sealed, and with `hides` ids hidden.

    `units` has what seals those cells that are in units. `nonces` are as many bytes of chance as the cells
    need, one behind the other. All of it in one pass, since a busy server seals ten thousand cells a second.
    """
    stored: dict[Cell, bytes | None] = {}
    tables = {cell[1] for cell in units}  # looked up faster than cells, and most cells are in none
    owner = None
    for (cell, value), (nonce,) in zip(writes.items(), _each_nonce(nonces), strict=True):
        who, table, key = cell
        if who is not owner:
            owner, seal = who, seals[who]  # the cells of a change follow each other
            encrypt, head, hide = seal.encrypt, seal.head, seal.hidden.hide
            place = seal.place if hides else who
        sealed = None
        if value is not None:
            length = len(value)
            padded = value + PADDINGS[length] if length < KNOWN_BYTES else pad(value)
            if table in tables and (of_unit := units.get(cell)) is not None:
                bound = seal.head_of_unit + table.encode() + b"\0" + key
                name = of_unit.hidden_name(nonce)
                sealed = FORMAT_OF_UNIT + name + nonce + of_unit.encrypt(nonce, padded, bound)
            else:
                bound = head + table.encode() + b"\0" + key
                sealed = FORMAT + nonce + encrypt(nonce, padded, bound)
        if hides and key and hides_any(table):
            key = hide(table, key)
        # made as a tuple is: the constructor of a named one runs Python for each
        stored[_new_tuple(Cell, (place, table, key))] = sealed
    return stored
