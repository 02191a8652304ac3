"""An authorisation key, as the parts that pass it on to each other know it."""

from typing import NamedTuple


class KeyInfo(NamedTuple):
    """An authorisation key as the gateway needs it."""

    key_id: int
    key: bytes
    expires: int = 0  # seconds since 1970; 0 for a permanent key
    perm_key_id: int = 0  # the permanent key a temporary one is bound to, 0 while it is not
