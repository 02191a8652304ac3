"""The keys of an installation: the root key everything is sealed with, and the RSA key clients know."""

from pathlib import Path

from chappe.core import Entropy
from chappe.crypto import rsa
from chappe.gateways.cli import OperatorError
from chappe.ports import EngineError
from chappe.trust import sealing

from .layout import PUBLIC_KEY, SERVER_KEY, holds_store, is_created


def create_root(data: Path, passphrase: str | None, entropy: Entropy) -> str:
    """Make the root key of a new data directory; return its recovery code, or nothing at L0.

    Raises:
        OperatorError: the directory holds a store.
    """
    if holds_store(data):
        raise OperatorError(
            f"{data} holds a store, and a new root key would not open it: choose an empty directory."
        )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sealing.create_root(data, entropy, passphrase)[1]


def open_root(data: Path, passphrase: str | None, entropy: Entropy) -> bytes:
    """Return the root key; make one in the open (L0) if the directory is new.

    Raises:
        RootError: there is data without its root key, or it does not open.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not is_created(data) and not holds_store(data):
        return sealing.create_root(data, entropy)[0]
    return sealing.open_root(data, passphrase)


def server_key(data: Path, root: bytes, entropy: Entropy) -> rsa.ServerKey:
    """Return the server's RSA key, made at the first start and kept sealed under the root key.

    Raises:
        EngineError: it is gone or damaged; clients would not know the server by another one.
    """
    sealed, public = data / SERVER_KEY, data / PUBLIC_KEY
    context = b"server key"
    if sealed.exists():
        try:
            key = rsa.load(sealing.unwrap(root, sealed.read_bytes(), context))
        except sealing.SealBrokenError:
            raise EngineError(f"{sealed} does not open: restore it from a backup.") from None
    elif public.exists():
        raise EngineError(
            f"{sealed} is missing: restore it from a backup;"
            f" or delete {public.name}, and give every client the new key."
        )
    else:
        key = rsa.generate()
        sealing.write_whole(
            sealed, sealing.wrap(root, key.private_pem(), context, entropy.token(12))
        )
    if not public.exists() or public.read_bytes() != key.public_pem():
        sealing.write_whole(public, key.public_pem(), 0o644)
    return key
