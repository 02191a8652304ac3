"""A copy of an app for one server: its addresses, its public key, and no other host."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from .hosts import blank
from .places import RepointError, ServerAddress, point
from .program import Program

KEY: Final = re.compile(
    rb"-----BEGIN RSA PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END RSA PUBLIC KEY-----"
)
# signs a fallback configuration that apps fetch from hosts which the copy does not know any more
CONFIGURATION_KEY: Final = (
    b"MIIBCgKCAQEAyr+18Rex2ohtVy8sroGPBwXD3DOoKCSpjDqYoXgCqB7ioln4eDCFfOBUlfXUEvM"
)
SCRIPT: Final = b"#!"


@dataclass(frozen=True, slots=True)
class Copied:
    """The bytes of a copy, and what is other in it."""

    content: bytes
    addresses: int  # how many were replaced
    keys: int
    hosts: Counter[tuple[str, str]]  # what was replaced by what, and how often


def _replace_keys(program: Program, pem: bytes) -> int:
    """Replace Telegram's public keys; return how many there were."""
    matches = [
        match
        for match in list(KEY.finditer(program.content))
        if CONFIGURATION_KEY not in match[0].replace(b"\n", b"")
    ]
    for match in matches:
        if len(match[0]) != len(pem):
            raise RepointError(
                f"The server's key has another length than the app's ({len(pem)} characters, not "
                f"{len(match[0])}): it must have 2048 bits and the exponent 65537."
            )
        program.write(match.start(), pem)
    return len(matches)


def repointed(content: bytes, pem: bytes, place: ServerAddress) -> Copied:
    """Return an app's bytes, as many as before, with a server's address and public key (PKCS#1, PEM).

    The app computes the key's fingerprint itself, so nothing else has to change.

    Raises:
        RepointError: the bytes are not of an app that is known, or cannot be changed so.
    """
    if content.startswith(SCRIPT):
        raise RepointError("This is a script that starts the app: name the program itself (--app).")
    try:
        program = Program(content)
    except ValueError as error:
        raise RepointError(f"This is no whole program ({error}): copy it again.") from None
    keys = _replace_keys(program, pem)
    if not keys:
        raise RepointError(
            "Telegram's public key is not in it: name the app's own program or library with --app; "
            "a starter, or a package that was not unpacked, is not that."
        )
    addresses = point(program, place)
    replaced = blank(program)
    return Copied(bytes(program.content), addresses, keys, replaced)
