"""The vault: a case's parts under a key that is dealt and forgotten; nothing of it can be moved or cut."""

import random

import pytest

from chappe.trust.custody import CustodyError
from chappe.trust.custody.vault import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    PartOpener,
    PartSealer,
    part_key,
    vault_hash,
)

CASE, OTHER = b"c" * 32, b"d" * 32
KEY = part_key(b"k" * 32, CASE, 1)


def sealed(content: bytes, step: int = 1 << 20) -> bytes:
    """Content as a part, given in pieces."""
    sealer = PartSealer(KEY, CASE, 1)
    pieces = [sealer.update(content[i : i + step]) for i in range(0, len(content), step)]
    return b"".join([*pieces, sealer.finish()])


def opened(kept: bytes, key: bytes = KEY, case: bytes = CASE, part: int = 1) -> bytes:
    """What a part says, read in pieces."""
    opener = PartOpener(key, case, part)
    pieces = [opener.update(kept[i : i + 50_000]) for i in range(0, len(kept), 50_000)]
    return b"".join([*pieces, opener.finish()])


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 200_000])
def test_what_was_written_is_read(size: int) -> None:
    """However it was cut when it was given: the bytes kept are the same."""
    content = random.Random(size).randbytes(size)
    kept = sealed(content)
    assert kept == sealed(content, 777)
    assert opened(kept) == content


def test_no_chunk_can_be_moved_left_out_cut_or_changed() -> None:
    """Nor come from another case, another part, or another key."""
    kept = sealed(bytes(CHUNK_BYTES * 3))
    chunks = [kept[i : i + SEALED_CHUNK_BYTES] for i in range(0, len(kept), SEALED_CHUNK_BYTES)]
    one, two, three = chunks
    for wrong in (
        two + one + three,
        one + three,
        one + two,
        one + two + two,
        kept + b"x",
        kept[:-1],
        b"",
        bytes([kept[0] ^ 1]) + kept[1:],
    ):
        with pytest.raises(CustodyError, match="not the one that was written here"):
            opened(wrong)
    for key, case, part in (
        (KEY, OTHER, 1),
        (KEY, CASE, 2),
        (part_key(b"k" * 32, CASE, 2), CASE, 1),
    ):
        with pytest.raises(CustodyError):
            opened(kept, key, case, part)
    with pytest.raises(CustodyError, match="32 bytes"):
        PartSealer(KEY, b"case", 1)


def test_the_hash_of_a_vault_says_every_byte_and_name() -> None:
    """Custodians approve it: whatever is changed afterwards has another."""
    sealer = PartSealer(KEY, CASE, 1)
    sealer.update(b"said")
    sealer.finish()
    part = sealer.written("content-1")
    whole = vault_hash(CASE, [part])
    others = [
        vault_hash(OTHER, [part]),
        vault_hash(CASE, []),
        vault_hash(CASE, [part, part]),
        vault_hash(CASE, [part._replace(name="traffic-1")]),
        vault_hash(CASE, [part._replace(size=part.size + 1)]),
        vault_hash(CASE, [part._replace(digest=b"x" * 32)]),
    ]
    assert len({whole, *others}) == len(others) + 1
