"""The folder of a witness: its keys, the logs it watches, and what it does by them."""

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import typer

from chappe.gateways.witness import serve_witness
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.keys import (
    SignatureType,
    SigningKey,
    VerifierKey,
    parse_signing_key,
    parse_vkey,
    witness_keys,
)
from chappe.trust.ledger.storage import LogDamagedError, LogFiles, only_writer
from chappe.trust.ledger.witness import LOGS_MAX, Witness, WitnessFiles

from .ports import OperatorError

KEYS: Final = "private/keys"
LOGS: Final = "logs"
_SEED_BYTES: Final = 32

Kept = TypeVar("Kept")


def _or_said(read: Callable[[], Kept]) -> Kept:
    """Do something with the folder of a witness; what is wrong there is said."""
    try:
        return read()
    except FileNotFoundError as error:
        raise OperatorError(
            f"{error.filename} is not there: make a witness by `chappe witness init`."
        ) from None
    except (LedgerError, LogDamagedError, OSError) as error:
        raise OperatorError(f"The witness cannot be used: {error}") from None


def keys_of(folder: Path) -> tuple[SigningKey, ...]:
    """Return the keys of a witness."""
    return tuple(parse_signing_key(line) for line in (folder / KEYS).read_text().splitlines())


def logs_of(folder: Path) -> dict[str, tuple[VerifierKey, ...]]:
    """Return the keys of the logs that a witness watches, by their origins."""
    found: dict[str, tuple[VerifierKey, ...]] = {}
    for line in (folder / LOGS).read_text().splitlines():
        if line and not line.startswith("#"):
            key = parse_vkey(line.strip())
            found[key.name] = (*found.get(key.name, ()), key)
    return found


def _policy_lines(keys: tuple[SigningKey, ...]) -> None:
    """Print what others write into their policies."""
    kinds = {SignatureType.ED25519_COSIGNATURE: "", SignatureType.ML_DSA_44_COSIGNATURE: "-ml-dsa"}
    for key in keys:
        typer.echo(f"witness {key.name}{kinds.get(key.type, '')} {key.verifier.text}")


def make_witness(name: str, folder: Path) -> None:
    """Make the keys of a witness, and print what others write into their policies."""
    path = folder / KEYS
    if path.exists():
        raise OperatorError(f"{path} has keys already: a witness keeps them for ever.")
    seeds = (secrets.token_bytes(_SEED_BYTES), secrets.token_bytes(_SEED_BYTES))
    keys = _or_said(lambda: witness_keys(name, seeds))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{key.text}\n" for key in keys)
    (folder / LOGS).touch()
    _policy_lines(keys)


def print_policy(folder: Path) -> None:
    """Print what others write into their policies."""
    _policy_lines(_or_said(lambda: keys_of(folder)))


def watch_log(key: str, folder: Path) -> None:
    """Watch a log: its heads are cosigned from the next start on."""
    found = _or_said(lambda: parse_vkey(key))
    if found.type is SignatureType.ED25519_COSIGNATURE:
        raise OperatorError(f"{key[:40]} is the key of a witness, not of a log.")
    logs = _or_said(lambda: logs_of(folder))
    if found in logs.get(found.name, ()):
        raise OperatorError(f"{found.name} is watched already, by this key.")
    if found.name not in logs and len(logs) >= LOGS_MAX:
        raise OperatorError(f"A witness watches {LOGS_MAX} logs: this one has as many.")
    with (folder / LOGS).open("a") as file:
        file.write(f"{found.text}\n")
    typer.echo(f"Watches {found.name}. Restart `chappe witness serve`.")


def serve_folder(folder: Path, host: str, port: int) -> None:
    """Cosign what is asked of a witness, until it is stopped."""
    keys, logs = _or_said(lambda: (keys_of(folder), logs_of(folder)))
    state = WitnessFiles(LogFiles(folder), keys)

    def run() -> None:
        with only_writer(folder):
            for origin in logs:  # rather not begin than cosign against a state that is not its own
                state.latest(origin)
            typer.echo(f"{keys[0].name} watches {', '.join(logs) or 'nothing yet'}.")
            asyncio.run(serve_witness(Witness(keys, logs, state), host, port, typer.echo))

    try:
        _or_said(run)
    except KeyboardInterrupt:
        typer.echo("The witness has stopped.")
