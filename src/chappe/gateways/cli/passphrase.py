"""Sources of a passphrase: a descriptor, a systemd credential, the keyboard; never the environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from .ports import OperatorError

FORBIDDEN: Final = "CHAPPE_PASSPHRASE"  # everybody's habit, and readable in /proc for years
CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"  # where systemd puts what LoadCredential= names
CREDENTIAL: Final = "passphrase"  # the name of ours there
CHARACTERS_MIN: Final = 8  # characters a new passphrase has at least
PASSPHRASE_BYTES_MAX: Final = 4096  # bytes of a passphrase

Descriptor = Annotated[
    int | None,
    typer.Option("--passphrase-fd", help="Read the passphrase from this file descriptor."),
]


def known(data: Path, descriptor: int | None) -> str:
    """Return the passphrase of a sealed directory: as given, or asked for.

    Raises:
        OperatorError: nobody gave one and nobody is at the keyboard, or what was given is none.
    """
    given = given_by(descriptor, os.environ)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise OperatorError(
            f"{data} is sealed: give its passphrase by --passphrase-fd, or start it at a terminal."
        )
    asked: str = typer.prompt("passphrase", hide_input=True)
    return asked


def asked(what: str, descriptor: int | None) -> str:
    """Return what opens a backup: as given, or asked for by the name of `what` it is.

    Raises:
        OperatorError: as `known`.
    """
    given = given_by(descriptor, os.environ)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise OperatorError(
            f"The backup opens by a {what}: give it by --passphrase-fd, or restore at a terminal."
        )
    typed: str = typer.prompt(what, hide_input=True)
    return typed


def new(descriptor: int | None) -> str:
    """Return the passphrase a new directory shall have: as given, or asked for twice.

    Raises:
        OperatorError: as `known`, or it is too short.
    """
    given = given_by(descriptor, os.environ)
    if given is None and not sys.stdin.isatty():
        raise OperatorError(
            "Nobody is at the keyboard: give the new passphrase by --passphrase-fd."
        )
    if given is None:
        given = typer.prompt("passphrase", hide_input=True, confirmation_prompt=True)
    if len(given) < CHARACTERS_MIN:
        raise OperatorError(
            f"A passphrase has at least {CHARACTERS_MIN} characters: take several words."
        )
    return str(given)


def given_by(descriptor: int | None, environment: Mapping[str, str]) -> str | None:
    """Return the passphrase from a descriptor, else from systemd's credentials, else None.

    A line's end behind it does not belong to it.

    Raises:
        OperatorError: it stands in the environment, or cannot be read.
    """
    if FORBIDDEN in environment:
        raise OperatorError(
            f"{FORBIDDEN} is not read, since an environment can be looked at while the server runs:"
            " unset it, and give the passphrase by --passphrase-fd."
        )
    if descriptor is not None:
        return _read(descriptor, f"file descriptor {descriptor}")
    directory = environment.get(CREDENTIALS)
    credential = Path(directory) / CREDENTIAL if directory else None
    if credential is not None and credential.is_file():
        return _read(credential, str(credential))
    return None


def _read(source: int | Path, name: str) -> str:
    try:
        with open(source, "rb") as file:  # noqa: PTH123  it may be a descriptor
            content = file.read(PASSPHRASE_BYTES_MAX + 1)
    except OSError as error:
        raise OperatorError(
            f"No passphrase can be read from {name} ({error.strerror}):"
            " write `--passphrase-fd 3 3< FILE`, say."
        ) from None
    if len(content) > PASSPHRASE_BYTES_MAX:
        raise OperatorError(f"What {name} holds is too long for a passphrase: look what it is.")
    try:
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise OperatorError(f"What {name} holds is no text: look what it is.") from None
