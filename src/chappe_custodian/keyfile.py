"""The file of a custodian's keys: sealed by a passphrase, and never in the open."""

import json
import os
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from chappe.trust.custody import CustodianCard, CustodianSecret, CustodyError, parse_card

KEYS: Final = "keys.json"
PASSPHRASE_CHARACTERS_MIN: Final = 8
ARGON_MEMORY_KIB: Final = 256 * 1024  # more than a server spends: a custodian opens this seldom
ARGON_MEMORY_KIB_MAX: Final = 4 * 1024 * 1024
ARGON_ROUNDS: Final = 3
ARGON_LANES: Final = 4
_CONTEXT: Final = b"chappe/custodian-keys/v1\n"
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


def make_keys(folder: Path, name: str, passphrase: str, secret: CustodianSecret) -> CustodianCard:
    """Write the keys of a custodian; return the card to hand out.

    Raises:
        CustodyError: there are some already, the name is none, or the passphrase is too short.
    """
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise CustodyError(
            f"A passphrase has at least {PASSPHRASE_CHARACTERS_MIN} characters: take several words."
        )
    if (folder / KEYS).exists():
        raise CustodyError(f"{folder / KEYS} has keys already: they are never written over.")
    card = secret.card(name)
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    effort = (ARGON_MEMORY_KIB, ARGON_ROUNDS, ARGON_LANES)
    sealed = AESGCM(_stretched(passphrase, salt, effort)).encrypt(
        nonce, secret.seed, _CONTEXT + card.line.encode()
    )
    content = {"argon2id": effort, "card": card.line, "salt": salt.hex(), "nonce": nonce.hex()}
    write(folder / KEYS, json.dumps({**content, "sealed": sealed.hex(), "v": 1}).encode())
    return card


def card_of(folder: Path) -> CustodianCard:
    """Return the card of a folder's custodian.

    Raises:
        CustodyError: there are no keys, or the file is damaged.
    """
    return parse_card(str(_content(folder).get("card", "")))


def open_keys(folder: Path, passphrase: str) -> CustodianSecret:
    """Return a custodian's keys.

    Raises:
        CustodyError: there are none, the file is damaged, or the passphrase is wrong.
    """
    found = _content(folder)
    try:
        memory, rounds, lanes = found["argon2id"]
        memory = min(memory, ARGON_MEMORY_KIB_MAX)  # a file that was changed takes not all there is
        key = _stretched(passphrase, bytes.fromhex(found["salt"]), (memory, rounds, lanes))
        nonce, sealed = bytes.fromhex(found["nonce"]), bytes.fromhex(found["sealed"])
        seed = AESGCM(key).decrypt(nonce, sealed, _CONTEXT + found["card"].encode())
    except InvalidTag:
        raise CustodyError("Wrong passphrase.") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CustodyError(f"{folder / KEYS} is damaged: make it anew from your sheet.") from None
    return CustodianSecret(seed)


def _content(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / KEYS).read_text("utf-8"))
    except FileNotFoundError:
        raise CustodyError(f"{folder} has no keys: make them by `init NAME`.") from None
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise CustodyError(f"{folder / KEYS} is damaged: make it anew from your sheet.")
    return found


def _stretched(passphrase: str, salt: bytes, effort: tuple[int, int, int]) -> bytes:
    memory_kib, rounds, lanes = effort
    stretch = Argon2id(
        salt=salt, length=_KEY_BYTES, iterations=rounds, lanes=lanes, memory_cost=memory_kib
    )
    return stretch.derive(passphrase.encode())


def write(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read; it is there whole, and on the disk, or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
