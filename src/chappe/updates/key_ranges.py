"""Ranges of keys, and in which order what is in them comes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from chappe.ports import Record, encode_key, hides_from
from chappe.ports.records import KeyPart

KEY_END: Final = b"\xff"  # sorts after every encoded key part


class KeyRange(NamedTuple):
    """Keys with low <= key < high.

    If a part that differs among them is hidden on disk, they come in the order of the store, which says
    nothing; all there are under a prefix can be sorted all the same.
    """

    low: bytes
    high: bytes
    ordered: bool  # no such part is hidden
    bounded: bool  # it is a part of what is under its prefix

    def may_have(self, key: bytes) -> bool:
        """Whether a key may be in the range: of a bounded one without order only the store knows it."""
        return self.low <= key < self.high or (self.bounded and not self.ordered)


def span(
    kind: type[Record], prefix: Sequence[KeyPart], after: KeyPart | None, before: KeyPart | None
) -> KeyRange:
    """Return the half-open range of keys under `prefix` with after < next part < before."""
    start = encode_key(prefix)
    low = start if after is None else start + encode_key((after,)) + KEY_END
    high = start + KEY_END if before is None else start + encode_key((before,))
    bounded = after is not None or before is not None
    return KeyRange(low, high, not hides_from(kind, len(prefix)), bounded)
