"""Diffie-Hellman over Telegram's known prime, through gmpy2 with the interpreter lock let go."""

from typing import Final

import gmpy2

G: Final = 3
PRIME: Final = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DB"
    "FA336F6E0AC925139543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F64"
    "2477FE96BB2A941D5BCD1D4AC8CC49880708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B41"
    "0DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4"
    "E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F0D8115F635B105EE2E4E15D04B2454BF"
    "6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
SECRET_BYTES: Final = 64  # bytes of a secret exponent: see docs/decisions/0030
MARGIN: Final = 1 << (2048 - 64)  # a public value must keep this far from 0 and from the prime


def power(base: int, exponent: int, modulus: int = PRIME) -> int:
    """Return base ** exponent % modulus; other threads run meanwhile."""
    with gmpy2.context(allow_release_gil=True):
        return int(gmpy2.powmod(base, exponent, modulus))


def inverse(number: int, modulus: int) -> int:
    """Return the inverse of a number; Python's own takes thirty times as long.

    Raises:
        ZeroDivisionError: there is none.
    """
    return int(gmpy2.invert(number, modulus))


def is_safe(public: int) -> bool:
    """Whether a public value lies in the range that leaks nothing (core.telegram.org/mtproto/auth_key)."""
    return MARGIN <= public <= PRIME - MARGIN
