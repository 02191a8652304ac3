"""What the file for strangers says of custodians: others come by the word of those in force, and later."""

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chappe.trust.custody import ChangeOfCustodians, change_digest
from chappe.trust.ledger import verify

from .public_log import KNOWN, ORIGIN
from .test_public_log_promises import CUSTODIANS, PUBLIC, STRANGER, Look, look, name_of, table

__all__ = ["look"]
FIRST, SECOND = "7a" * 32, "7b" * 32
OTHERS = [*PUBLIC[1:], STRANGER.public_key().public_bytes_raw()]


def proposed(
    *by: Ed25519PrivateKey, day: str = "2026-11-09", origin: str = ORIGIN, **said: Any
) -> bytes:
    """Others are proposed; `by` are those who signed it."""
    change = ChangeOfCustodians(origin, FIRST, 2, 7, tuple(OTHERS))
    message = b"chappe/approve/v1\n" + change_digest(change)
    fields: dict[str, Any] = {
        "act": "proposed",
        "approvals": tuple(f"{name_of(key)}:{key.sign(message).hex()}" for key in by),
        "custodians": tuple(key.hex() for key in OTHERS),
        "day": day,
        "delay_days": 7,
        "needed": 2,
        "previous": FIRST,
        "table": SECOND,
    }
    return KNOWN.write("server.custodians", {**fields, **said})


def activated(day: str = "2026-11-16", which: str = SECOND) -> bytes:
    """They come into force."""
    said: dict[str, Any] = {"custodians": tuple(key.hex() for key in OTHERS), "previous": FIRST}
    fields: dict[str, Any] = {"act": "activated", "delay_days": 7, "needed": 2, "table": which}
    return KNOWN.write("server.custodians", {**fields, **said, "day": day})


def test_a_change_by_their_word_holds(look: Look) -> None:
    """Two of three signed what the entry says, and a week is over."""
    told = look(table(), proposed(*CUSTODIANS[:2]), activated())
    assert told.code == verify.HELD, told.said


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((table(), proposed()), "has the word of 0 custodians in force"),
        ((table(), proposed(CUSTODIANS[0])), "has the word of 1 custodians in force"),
        ((table(), proposed(CUSTODIANS[0], STRANGER)), "who is no custodian by this log"),
        ((table(), proposed(*CUSTODIANS[:2], origin="other.example/log")), "that is forged"),
        ((table(), proposed(*CUSTODIANS[:2], needed=1)), "that is forged"),
        ((table(), proposed(*CUSTODIANS[:2], delay_days=0)), "that is forged"),
        ((table(), proposed(*CUSTODIANS[:2], custodians=(PUBLIC[0].hex(),))), "that is forged"),
        (
            (table(), proposed(*CUSTODIANS[:2], previous=SECOND)),
            "not in the place of those in force",
        ),
        ((table(), activated()), "who were not proposed"),
        ((table(), proposed(*CUSTODIANS[:2]), activated(which="7c" * 32)), "who were not proposed"),
        ((table(), proposed(*CUSTODIANS[:2]), activated("2026-11-15")), "before 2026-11-16"),
    ],
)
def test_a_change_against_the_rules_is_red(
    look: Look, entries: tuple[bytes, ...], said: str
) -> None:
    """Whoever has the server can write it, and anybody sees it."""
    told = look(*entries)
    assert told.code == verify.WRONG
    assert said in told.said


def test_what_is_signed_is_what_the_entry_says() -> None:
    """So that whoever has no Python can check it too."""
    keys = ",".join(sorted(key.hex() for key in OTHERS))
    text = f"chappe/change/v1\n{ORIGIN}\n{FIRST}\n2\n7\n{keys}\n".encode()
    change = ChangeOfCustodians(ORIGIN, FIRST, 2, 7, tuple(OTHERS))
    assert change_digest(change) == hashlib.sha256(text).digest()
