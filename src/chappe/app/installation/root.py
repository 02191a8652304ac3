"""The keys of an installation: the root key everything is sealed with, and the RSA key clients know."""

from pathlib import Path
from typing import Final

from chappe.core import Entropy
from chappe.crypto import rsa
from chappe.gateways.cli import OperatorError
from chappe.ports import EngineError
from chappe.trust import sealing

from .layout import PUBLIC_KEY, SERVER_KEY, SERVER_KEY_FOLLOWING, holds_store, is_created

_CONTEXT: Final = b"server key"


def create_root(data: Path, passphrase: str | None, entropy: Entropy) -> str:
    """Make the root key of a new data directory; return its recovery code, or nothing at L0.

    Raises:
        OperatorError: the directory holds a store.
    """
    if holds_store(data):
        raise OperatorError(
            f"{data} holds a store, and a new root key would not open it: choose an empty directory,"
            " or put this one under a passphrase by `chappe seal`."
        )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sealing.create_root(data, entropy, passphrase)[1]


def open_root(data: Path, secret: sealing.RootSecret, entropy: Entropy) -> bytes:
    """Return the root key; make one in the open (L0) if the directory is new.

    Raises:
        RootError: there is data without its root key, or it does not open.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not is_created(data) and not holds_store(data):
        return sealing.create_root(data, entropy)[0]
    return sealing.open_root(data, secret)


def prepare_server_key(data: Path, root: bytes, following: bytes, entropy: Entropy) -> None:
    """Keep the server's RSA key under another root key too: from here on either opens it.

    Raises:
        EngineError: it is damaged.
    """
    if (data / SERVER_KEY).exists():
        pem, nonce = _opened_server_key(data, root), entropy.token(sealing.NONCE_BYTES)
        sealed = sealing.wrap(following, pem, _CONTEXT, nonce)
        sealing.write_whole(data / SERVER_KEY_FOLLOWING, sealed)


def settle_root(data: Path, root: bytes) -> None:
    """Leave one root key in a directory, and under it the server's RSA key: the end of a change of root key.

    Called at every start too, since the change may have been interrupted.
    """
    following = data / SERVER_KEY_FOLLOWING
    try:
        sealing.unwrap(root, following.read_bytes(), _CONTEXT)
        following.replace(data / SERVER_KEY)
    except FileNotFoundError:
        pass
    except sealing.SealBrokenError:  # the change did not come about
        following.unlink()
    if sealing.is_shared(data):
        sealing.destroy_sealed(data)
    if sealing.level_of(data) != "L0":
        sealing.destroy_open(data)


def _opened_server_key(data: Path, root: bytes) -> bytes:
    """Return the server's RSA key, PEM, from whichever file this root key opens.

    Raises:
        EngineError: it opens none.
    """
    for name in (SERVER_KEY, SERVER_KEY_FOLLOWING):
        try:
            return sealing.unwrap(root, (data / name).read_bytes(), _CONTEXT)
        except (FileNotFoundError, sealing.SealBrokenError):
            continue
    raise EngineError(f"{data / SERVER_KEY} does not open: restore it from a backup.") from None


def server_key(data: Path, root: bytes, entropy: Entropy) -> rsa.ServerKey:
    """Return the server's RSA key, made at the first start and kept sealed under the root key.

    Raises:
        EngineError: it is gone or damaged; clients would not know the server by another one.
    """
    sealed, public = data / SERVER_KEY, data / PUBLIC_KEY
    if sealed.exists():
        key = rsa.load(_opened_server_key(data, root))
    elif public.exists():
        raise EngineError(
            f"{sealed} is missing: restore it from a backup;"
            f" or delete {public.name}, and give every client the new key."
        )
    else:
        key = rsa.generate()
        nonce = entropy.token(sealing.NONCE_BYTES)
        sealing.write_whole(sealed, sealing.wrap(root, key.private_pem(), _CONTEXT, nonce))
    if not public.exists() or public.read_bytes() != key.public_pem():
        sealing.write_whole(public, key.public_pem(), 0o644)
    return key
