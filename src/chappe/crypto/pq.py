"""The small puzzle of the handshake: two primes and their product."""

from math import gcd
from typing import NamedTuple

import gmpy2


class Puzzle(NamedTuple):
    """p < q, both primes below 2³², product below 2⁶³."""

    p: int
    q: int

    @property
    def product(self) -> int:
        """What the client must take apart."""
        return self.p * self.q


def make(entropy: bytes) -> Puzzle:
    """Return a puzzle from 8 random bytes."""
    a = int(gmpy2.next_prime((1 << 30) + int.from_bytes(entropy[:4], "big") % (1 << 30)))
    b = int(gmpy2.next_prime((1 << 30) + int.from_bytes(entropy[4:8], "big") % (1 << 30)))
    if a == b:
        b = int(gmpy2.next_prime(b))
    return Puzzle(min(a, b), max(a, b))


def solve(product: int) -> Puzzle:
    """Return the two primes, for the client side (Pollard's rho)."""
    for c in range(1, 100):
        x = y = 2
        d = 1
        while d == 1:
            x = (x * x + c) % product
            y = (y * y + c) % product
            y = (y * y + c) % product
            d = gcd(abs(x - y), product)
        if d != product:
            return Puzzle(min(d, product // d), max(d, product // d))
    raise ValueError("not a product of two primes")
