"""The root key: in the open beside the data (L0), under a passphrase (L1), or with custodians (L2)."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from chappe.core import Entropy
from chappe.ports import EngineError

from .wrapping import KEY_BYTES, NONCE_BYTES, SealBrokenError, unwrap, wrap

OPEN_FILE: Final = "root.key"
SEALED_FILE: Final = "root.sealed"
CUSTODY_FILE: Final = "root.custody"  # who holds shares of it; the key itself is in no file
ARGON_MEMORY_KIB: Final = 64 * 1024
ARGON_ROUNDS: Final = 3
ARGON_LANES: Final = 4
RECOVERY_BYTES: Final = 20


class SealedRoot(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a sealed root key holds."""

    version: int
    argon2id: tuple[int, int, int]  # KiB of memory, rounds, lanes
    salt: bytes
    by_passphrase: bytes
    by_recovery: bytes


class RootError(EngineError):
    """The root key cannot be had; the text says what to do."""


class RootInHand:
    """A root key that custodians gave, or another process. It is wiped where it was held once it is taken."""

    def __init__(self, key: bytearray) -> None:
        self._key = key

    def take(self) -> bytes:
        """Return the key, once. What is made of it is not wiped: it is in use from then on."""
        key = bytes(self._key)
        self.wipe()
        return key

    def wipe(self) -> None:
        """Overwrite the key where it is held, if it was not taken."""
        self._key[:] = bytes(len(self._key))
        self._key = bytearray()


#: What opens a data directory: a passphrase or recovery code, a root key, or nothing where it lies open.
RootSecret = str | RootInHand | None


def is_sealed(directory: Path) -> bool:
    """Whether this data directory asks for a passphrase."""
    return (directory / SEALED_FILE).exists() and not is_shared(directory)


def is_shared(directory: Path) -> bool:
    """Whether custodians hold the root key of this data directory."""
    return (directory / CUSTODY_FILE).exists()


def level_of(directory: Path) -> str:
    """Return the level of a data directory: L0, L1 or L2."""
    return "L2" if is_shared(directory) else "L1" if is_sealed(directory) else "L0"


def create_root(
    directory: Path, entropy: Entropy, passphrase: str | None = None
) -> tuple[bytes, str]:
    """Make a root key; return it and, with a passphrase, the recovery code for the printed sheet.

    Raises:
        RootError: there is one already.
    """
    if level_of(directory) != "L0" or (directory / OPEN_FILE).exists():
        raise RootError(f"{directory} has its root key already; choose an empty directory.")
    root = entropy.token(KEY_BYTES)
    if passphrase is None:
        write_whole(directory / OPEN_FILE, root)
        return root, ""
    content, code = seal_root(root, passphrase, entropy)
    write_whole(directory / SEALED_FILE, content)
    return root, code


def seal_root(root: bytes, passphrase: str, entropy: Entropy) -> tuple[bytes, str]:
    """Return what the file of a sealed root key shall hold, and the recovery code for the printed sheet.

    It takes a tenth of a second of one core and 64 MiB.
    """
    salt, effort = entropy.token(16), (ARGON_MEMORY_KIB, ARGON_ROUNDS, ARGON_LANES)
    code = base64.b32encode(entropy.token(RECOVERY_BYTES)).decode()
    content = SealedRoot(
        version=1,
        argon2id=effort,
        salt=salt,
        by_passphrase=wrap(
            _stretch(passphrase, salt, effort),
            root,
            b"root by passphrase",
            entropy.token(NONCE_BYTES),
        ),
        by_recovery=wrap(
            _recovery_key(code, salt), root, b"root by recovery", entropy.token(NONCE_BYTES)
        ),
    )
    return msgspec.msgpack.encode(content), "-".join(
        code[i : i + 4] for i in range(0, len(code), 4)
    )


def destroy_open(directory: Path) -> None:
    """Overwrite and remove a root key that lies in the open; what the disk makes of that is the disk's."""
    _destroy(directory / OPEN_FILE)


def destroy_sealed(directory: Path) -> None:
    """Overwrite and remove a root key under a passphrase; the same holds."""
    _destroy(directory / SEALED_FILE)


def end_custody(directory: Path) -> None:
    """Take away, in one step, what says that custodians hold the root key: from then on a passphrase does."""
    ended = directory / f"{CUSTODY_FILE}.ended"
    (directory / CUSTODY_FILE).replace(ended)
    _sync(directory)
    ended.unlink()


def _destroy(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()


def open_root(directory: Path, secret: RootSecret = None) -> bytes:
    """Return the root key; a passphrase may also be the recovery code.

    Raises:
        RootError: none there, or the passphrase is wrong or missing, or custodians hold it.
    """
    if isinstance(secret, RootInHand):
        return secret.take()
    passphrase = secret
    if is_shared(directory):
        raise RootError(
            "Custodians hold the root key of this data: `chappe serve`, `chappe check`, `chappe move` and"
            " `chappe restore` ask them for it."
        )
    if not is_sealed(directory):
        try:
            root = (directory / OPEN_FILE).read_bytes()
        except FileNotFoundError:
            raise RootError(f"{directory} has no root key; restore it from a backup.") from None
        if len(root) != KEY_BYTES:
            raise RootError(f"{directory / OPEN_FILE} is damaged; restore it from a backup.")
        return root
    if not passphrase:
        raise RootError(
            "This data is sealed: give its passphrase by --passphrase-fd or at the prompt."
        )
    return unseal_root(
        (directory / SEALED_FILE).read_bytes(), passphrase, str(directory / SEALED_FILE)
    )


def unseal_root(sealed: bytes, passphrase: str, name: str) -> bytes:
    """Return the root key out of a sealed one called `name`; `passphrase` may be the recovery code.

    Raises:
        RootError: it is damaged, or the passphrase is wrong.
    """
    try:
        content = msgspec.msgpack.decode(sealed, type=SealedRoot)
    except msgspec.MsgspecError:
        raise RootError(f"{name} is damaged; restore it from a backup.") from None
    salt = content.salt
    try:
        return unwrap(
            _stretch(passphrase, salt, content.argon2id),
            content.by_passphrase,
            b"root by passphrase",
        )
    except SealBrokenError:
        code = passphrase.replace("-", "").replace(" ", "").upper()
    try:
        return unwrap(_recovery_key(code, salt), content.by_recovery, b"root by recovery")
    except SealBrokenError:
        raise RootError(
            "Wrong passphrase; the recovery code of the printed sheet works too."
        ) from None


def _stretch(passphrase: str, salt: bytes, effort: tuple[int, int, int]) -> bytes:
    memory_kib, rounds, lanes = effort
    stretch = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=rounds,
        lanes=lanes,
        memory_cost=memory_kib,
    )
    return stretch.derive(passphrase.encode())


def _recovery_key(code: str, salt: bytes) -> bytes:
    return hashlib.sha256(b"chappe recovery\0" + salt + code.encode()).digest()


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that is there whole or not at all, whenever the disk is full or the power goes."""
    beside = path.with_name(f"{path.name}.new")
    file = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode)
    try:
        with os.fdopen(file, "wb") as out:
            os.fchmod(out.fileno(), mode)
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.rename(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
