"""Shamir's scheme: a secret in n shares, of which any k give it back and k - 1 say nothing about it.

Each byte of the secret is the value at 0 of a polynomial of degree k - 1 with coefficients at random, over
the field of 256 elements that AES has (x⁸ + x⁴ + x³ + x + 1); a share is all their values at one place from
1 to 255. Source: Shamir, "How to share a secret", 1979. Shares of HashiCorp's Vault are the same, the place
last.

The bytes lie side by side in one large integer, and are multiplied together by a number that everybody may
know: a place, or what follows from places. So no table is looked into and no way is chosen by a secret.
What the interpreter does with large integers is its own: a step takes the longer the more digits there are,
so bytes that are zero in front could take a nanosecond less. One more byte in front keeps the length of
what goes into a product and what comes out of it; of what it adds on the way it does not.
"""

from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from .errors import CustodyError

SHARES_MAX: Final = 255  # shares: places there are but 0, which is the secret's
NEEDED_MIN: Final = 2  # shares: of one alone there is no custody
SECRET_BYTES_MAX: Final = 64  # bytes of a secret
_POLYNOMIAL: Final = 0x11B
_REDUCED: Final = _POLYNOMIAL & 0xFF  # what x⁸ is
_ORDER: Final = 254  # an element to this power is its inverse


class Share(NamedTuple):
    """One share: the values at a place."""

    place: int  # 1 to 255
    values: bytes  # as many as the secret has bytes


def split(secret: bytes, needed: int, count: int, token: Callable[[int], bytes]) -> list[Share]:
    """Return `count` shares of a secret, of which `needed` give it back; `token` makes bytes at random.

    Raises:
        CustodyError: there is no such division.
    """
    if not 1 <= len(secret) <= SECRET_BYTES_MAX:
        raise CustodyError(f"A secret has 1 to {SECRET_BYTES_MAX} bytes.")
    if not NEEDED_MIN <= needed <= count <= SHARES_MAX:
        raise CustodyError(f"Two at least are needed, of {SHARES_MAX} at most.")
    lanes = _Lanes(len(secret))
    coefficients = [lanes.of(token(len(secret))) for _ in range(needed - 1)]
    found = []
    for place in range(1, count + 1):
        total = 0
        for coefficient in coefficients:  # from the highest power down, as Horner has it
            total = lanes.times(total ^ coefficient, place)
        found.append(Share(place, lanes.bytes_of(total ^ lanes.of(secret))))
    return found


def join(shares: Collection[Share]) -> bytes:
    """Return the secret of at least as many shares as are needed. Fewer, or a wrong one, give another secret.

    Raises:
        CustodyError: they are no shares of one secret.
    """
    places = [share.place for share in shares]
    sizes = {len(share.values) for share in shares}
    if len(set(places)) != len(places) or not all(1 <= p <= SHARES_MAX for p in places):
        raise CustodyError("Each share has a place of its own, from 1 to 255.")
    if len(places) < NEEDED_MIN or len(sizes) != 1 or not 1 <= max(sizes) <= SECRET_BYTES_MAX:
        raise CustodyError("Two shares at least are needed, of one length.")
    lanes = _Lanes(sizes.pop())
    total = 0
    for share in shares:
        total ^= lanes.times(lanes.of(share.values), _weight(share.place, places))
    return lanes.bytes_of(total)


def _weight(place: int, places: Collection[int]) -> int:
    """Return by what the values at a place are multiplied so that the sum is the value at 0 (Lagrange)."""
    over, under = 1, 1
    for other in places:
        if other != place:
            over, under = _product(over, other), _product(under, other ^ place)
    return _product(over, _inverse(under))


def _product(one: int, other: int) -> int:
    """Multiply two elements that everybody may know."""
    found = 0
    while other:
        found ^= one if other & 1 else 0
        other >>= 1
        one <<= 1
        one ^= _POLYNOMIAL if one > 0xFF else 0  # noqa: PLR2004  a byte
    return found


def _inverse(element: int) -> int:
    found = 1
    for _ in range(_ORDER):
        found = _product(found, element)
    return found


class _Lanes:
    """Bytes side by side in an integer, one more byte in front that is 0x80 whenever it is made of bytes."""

    def __init__(self, size: int) -> None:
        self._size = size
        ones = int.from_bytes(b"\x01" * size, "big")
        self._ones, self._low = ones, ones * 0x7F
        self._front = 0x80 << 8 * size
        self._all = ones * 0xFF

    def of(self, values: bytes) -> int:
        """Return bytes as lanes."""
        return self._front | int.from_bytes(values, "big")

    def bytes_of(self, lanes: int) -> bytes:
        """Return the bytes of lanes."""
        return (lanes & self._all | self._front).to_bytes(self._size + 1, "big")[1:]

    def times(self, lanes: int, by: int) -> int:
        """Multiply every lane by an element that everybody may know; the front goes on as it is."""
        lanes |= self._front
        found = self._front
        for bit in range(8):
            if by >> bit & 1:
                found ^= lanes & self._all
            over = lanes >> 7 & self._ones
            lanes = self._front | ((lanes & self._low) << 1 ^ over * _REDUCED)
        return found
