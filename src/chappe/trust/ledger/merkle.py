"""The Merkle tree of a log: hashes, proofs made from its nodes, and proofs checked.

A node is (level, index): the hash over the entries `index << level` up to `(index + 1) << level`, all of
which are there. Where nodes come from is the caller's: of memory, or of tiles (`tiles.py`). Sources: RFC 6962
for what is hashed, RFC 9162 for how proofs are checked.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from .errors import LedgerError

Nodes = Callable[[int, int], bytes]

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1  # entries of a log
PROOF_HASHES_MAX: Final = 63  # hashes of a proof: the levels of the largest tree

# https://www.rfc-editor.org/rfc/rfc6962#section-2.1
#   "The hash of an empty list is the hash of an empty string"
EMPTY_ROOT: Final = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    # RFC 6962, 2.1: "MTH({d(0)}) = SHA-256(0x00 || d(0))"
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    # RFC 6962, 2.1: "MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n]))"
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Return how many of several leaves stand at the left."""
    # RFC 6962, 2.1: "let k be the largest power of two smaller than n"
    return 1 << ((count - 1).bit_length() - 1)


def range_hash(first: int, end: int, nodes: Nodes) -> bytes:
    """Return the hash over the entries from `first` to before `end`, as a tree of its own."""
    count = end - first
    if count <= 0:
        raise LedgerError(f"no entries from {first} to {end}")
    level = count.bit_length() - 1
    if count == 1 << level and not first & (count - 1):
        return nodes(level, first >> level)
    middle = first + _split(count)
    return node_hash(range_hash(first, middle, nodes), range_hash(middle, end, nodes))


def root_hash(size: int, nodes: Nodes) -> bytes:
    """Return the root of the tree of the first `size` entries."""
    return range_hash(0, size, nodes) if size else EMPTY_ROOT


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes that are all in memory."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """Return the proof that an entry is in the tree of the first `size`, from its sibling upwards.

    Raises:
        LedgerError: The tree has no such entry.
    """
    if not 0 <= index < size:
        raise LedgerError(f"no entry {index} in a tree of {size}")
    proof = []
    first, end = 0, size
    # RFC 6962, 2.1.1: "PATH(m, D[n]) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k"
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            proof.append(range_hash(middle, end, nodes))
            end = middle
        else:
            proof.append(range_hash(first, middle, nodes))
            first = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` entries begins with the tree of `old`.

    Raises:
        LedgerError: The older tree is the larger one.
    """
    if not 0 <= old <= new:
        raise LedgerError(f"a tree of {new} does not begin with one of {old}")
    if old in (0, new):
        return ()
    return tuple(_subproof(old, new, nodes))


def _subproof(old: int, new: int, nodes: Nodes) -> Iterator[bytes]:
    """Give the hashes of a consistency proof, from below upwards."""
    # RFC 6962, 2.1.2: "PROOF(m, D[n]) = SUBPROOF(m, D[n], true)"
    first, end = 0, new
    above: list[bytes] = []
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            above.append(range_hash(middle, end, nodes))
            end = middle
        else:
            above.append(range_hash(first, middle, nodes))
            first = middle
    if first:  # "SUBPROOF(m, D[m], true) = {}": whoever checks has the old root already
        yield range_hash(first, end, nodes)
    yield from reversed(above)


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf stands at an index of the tree with this root.

    Raises:
        LedgerError: It does not, as far as this proof says.
    """
    # https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2
    #   "If leaf_index is greater than or equal to tree_size, then fail the proof verification."
    if not 0 <= index < size:
        raise LedgerError(f"no entry {index} in a tree of {size}")
    here, last, found = index, size - 1, leaf
    for hashed in proof:
        if last == 0:  # "If sn is 0, then stop the iteration and fail the proof verification."
            raise LedgerError("the inclusion proof is too long")
        if here & 1 or here == last:
            found = node_hash(hashed, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, hashed)
        here, last = here >> 1, last >> 1
    if last:  # "Compare sn to 0."
        raise LedgerError("the inclusion proof is too short")
    if found != root:
        raise LedgerError(f"the inclusion proof of entry {index} does not lead to the root")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that one tree begins with another.

    Raises:
        LedgerError: It does not, as far as this proof says.
    """
    if not 0 <= old <= new:
        raise LedgerError(f"a tree of {new} does not begin with one of {old}")
    if old in (0, new):
        # https://c2sp.org/tlog-witness
        #   "If the old size is zero, the consistency proof MUST be empty"
        if proof:
            raise LedgerError("the consistency proof should be empty")
        if old_root != (new_root if old else EMPTY_ROOT):
            raise LedgerError(f"two different trees of {old} entries")
        return
    # https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2
    #   "If consistency_path is an empty array, stop and fail the proof verification."
    if not proof:
        raise LedgerError("the consistency proof is empty")
    #   "If first is an exact power of 2, then prepend first_hash to the consistency_path array."
    path = [old_root, *proof] if old & (old - 1) == 0 else [*proof]
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_found = new_found = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise LedgerError("the consistency proof is too long")
        if here & 1 or here == last:
            old_found, new_found = node_hash(hashed, old_found), node_hash(hashed, new_found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new_found = node_hash(new_found, hashed)
        here, last = here >> 1, last >> 1
    if last:
        raise LedgerError("the consistency proof is too short")
    if old_found != old_root or new_found != new_root:
        raise LedgerError(f"the tree of {new} entries does not begin with the one of {old}")
