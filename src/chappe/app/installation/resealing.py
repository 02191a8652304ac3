"""`chappe seal` and `chappe passphrase`: a new root key under a new passphrase, while the server runs or not.

Only what lies under the root key is sealed again: the epoch key and the server's RSA key. First both are
kept under the new root key as well, then the file of the root key is replaced in one step, then the old ones
go. So whenever that is interrupted, what is there opens by the passphrase from before or by the new one, and
a start cleans up.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from chappe.core import Entropy
from chappe.core.configuration import load
from chappe.gateways.cli import OperatorError
from chappe.ports import EngineError
from chappe.rpc import operator_command
from chappe.trust import sealing

from .opening import open_store
from .root import prepare_server_key, settle_root

Passphrase = Annotated[str, Meta(min_length=8, max_length=4096, description="The new one.")]


@operator_command("seal", "Put data that lie open (L0) under a passphrase (L1).")
async def seal(server: Any, *, passphrase: Passphrase) -> dict[str, Any]:
    """Seal the data of a running server, which goes on; return the code for the recovery sheet."""
    engine: sealing.SealedEngine = server.context.store.engine
    code = await change_root(server.data, engine.keys, None, passphrase, server.context.entropy)
    server.context.level = "L1"
    server.epochs.renewal.wake()
    return {"recovery_code": code}


@operator_command("passphrase", "Change the passphrase of sealed data (L1).")
async def change_passphrase(
    server: Any,
    *,
    passphrase: Passphrase,
    old: Annotated[str, Meta(max_length=4096, description="The one from before.")],
) -> dict[str, Any]:
    """Change the passphrase of a running server; return the code for the new recovery sheet."""
    engine: sealing.SealedEngine = server.context.store.engine
    code = await change_root(server.data, engine.keys, old, passphrase, server.context.entropy)
    server.epochs.renewal.wake()
    return {"recovery_code": code}


async def reseal(data: Path, old: str | None, passphrase: str, entropy: Entropy) -> str:
    """Do the same to a directory that no server runs on; return the code for the recovery sheet.

    Raises:
        OperatorError: it is sealed already and no passphrase from before is given, or the other way round.
        RootError: the passphrase from before is wrong.
    """
    try:
        _refuse_level(data, old)
    except ValueError as refused:
        raise OperatorError(str(refused)) from None
    root = await asyncio.to_thread(sealing.open_root, data, old)
    engine, keys = await open_store(load(data, os.environ, {}), data, root, entropy)
    try:
        return await change_root(data, keys, old, passphrase, entropy)
    finally:
        await engine.close()


async def change_root(
    data: Path, keys: sealing.KeyStore, old: str | None, passphrase: str, entropy: Entropy
) -> str:
    """Give a directory a new root key under a new passphrase; return the code for the recovery sheet.

    Raises:
        ValueError: it is sealed already and no passphrase from before is given, or the other way round.
        RootError: the passphrase from before is wrong.
        EngineError, OSError: something cannot be written; the passphrase from before holds.
    """
    async with keys.changing:
        _refuse_level(data, old)
        root = await asyncio.to_thread(sealing.open_root, data, old)
        await keys.settle()
        await asyncio.to_thread(settle_root, data, root)  # of an earlier change that was cut short
        following = entropy.token(sealing.KEY_BYTES)
        sealed, code = await asyncio.to_thread(sealing.seal_root, following, passphrase, entropy)

        def decide() -> None:
            sealing.write_whole(data / sealing.SEALED_FILE, sealed)

        await _re_wrap(data, keys, following, entropy, decide)
        return code


async def give_to_custodians(
    data: Path, keys: sealing.KeyStore, following: bytes, table: bytes, entropy: Entropy
) -> None:
    """Give a directory the root key that its custodians share, by the file that says who they are (L2).

    The key that was in use is in no file afterwards, and where it was in one that is overwritten and removed.

    Raises:
        EngineError, OSError: something cannot be written; what opened it before holds.
    """
    async with keys.changing:
        root = keys.root
        await keys.settle()
        await asyncio.to_thread(settle_root, data, root)

        def decide() -> None:
            sealing.write_whole(data / sealing.CUSTODY_FILE, table)

        await _re_wrap(data, keys, following, entropy, decide)


async def take_from_custodians(
    data: Path, keys: sealing.KeyStore, passphrase: str, entropy: Entropy
) -> str:
    """Give a directory a new root key under a passphrase instead of its custodians'; return the sheet's code.

    As long as the file that names the custodians is there, the new one counts for nothing.

    Raises:
        EngineError, OSError: something cannot be written; its custodians still open it.
    """
    async with keys.changing:
        await keys.settle()
        await asyncio.to_thread(settle_root, data, keys.root)
        following = entropy.token(sealing.KEY_BYTES)
        sealed, code = await asyncio.to_thread(sealing.seal_root, following, passphrase, entropy)

        def decide() -> None:
            sealing.write_whole(data / sealing.SEALED_FILE, sealed)
            sealing.end_custody(data)

        await _re_wrap(data, keys, following, entropy, decide)
        return code


async def _re_wrap(
    data: Path,
    keys: sealing.KeyStore,
    following: bytes,
    entropy: Entropy,
    decide: Callable[[], None],
) -> None:
    """Seal what lies under the root key by the next one too, and then let one file decide in one step."""
    root = keys.root
    await keys.want_renewal()
    await keys.prepare(following)
    await asyncio.to_thread(prepare_server_key, data, root, following, entropy)
    await asyncio.to_thread(decide)
    # It is done: what follows cleans up, and a start does it if it fails here.
    with contextlib.suppress(EngineError, OSError):
        await keys.settle(following)
        await asyncio.to_thread(settle_root, data, following)


def _refuse_level(data: Path, old: str | None) -> None:
    """Refuse to seal what is sealed, and to change a passphrase that is not there.

    Raises:
        ValueError: either.
    """
    if sealing.is_shared(data):
        raise ValueError(
            f"Custodians hold the root key of {data}: there is no passphrase to change."
        )
    if sealing.is_sealed(data) and old is None:
        raise ValueError(f"{data} is sealed already: `chappe passphrase` changes its passphrase.")
    if not sealing.is_sealed(data) and old is not None:
        raise ValueError(f"{data} has no passphrase yet: `chappe seal` gives it one.")
