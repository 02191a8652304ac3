"""`chappe repoint`: make a copy of an app that looks for a server of one's own, and for nobody else."""

import contextlib
import os
import shlex
import socket
import tempfile
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chappe.gateways.cli.ports import OperatorError

from .apps import APPS, AppKind, installed
from .copying import Copied, repointed
from .places import RepointError, ServerAddress

PORT: Final = 8443  # where a server listens unless it is told otherwise
PORT_MAX: Final = 65_535  # number of a port: what can follow a colon
KEY_BYTES_MAX: Final = 16_384  # bytes read of a file with a public key
APP_BYTES_MAX: Final = 1 << 30  # bytes of a program: more than any build of these apps has
ADVICE: Final = "as digits or as a name, with a port if it is not 8443: --to 192.0.2.7:443"


class RepointTarget(Protocol):
    """Where clients reach the server of a data directory."""

    @property
    def host(self) -> str:
        """Its address."""
        ...

    @property
    def port(self) -> int:
        """Its port."""
        ...


def server_address(text: str, port: int) -> ServerAddress:
    """Return where a server is that was named HOST or HOST:PORT.

    Raises:
        OperatorError: it is not written so, or nobody knows the name.
    """
    host, colon, digits = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    if colon and not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= PORT_MAX):
        raise OperatorError(f"{text} has no port behind its colon: name the server {ADVICE}.")
    try:
        address = IPv4Address(host)
    except AddressValueError:
        try:
            found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise OperatorError(
                f"{host} is no IPv4 address, and no name that is known here: name the server {ADVICE}."
            ) from None
        address = IPv4Address(found[0][4][0])
    if address.is_unspecified or address.is_multicast:
        raise OperatorError(f"{address} is nowhere a client can go to: name the server {ADVICE}.")
    return ServerAddress(address, int(digits) if colon else port)


def key_of(path: Path) -> bytes:
    """Return the public key in a file as apps have it: PKCS#1, PEM.

    Raises:
        OperatorError: there is no such file, or no RSA key in it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(KEY_BYTES_MAX)
    except FileNotFoundError:
        raise OperatorError(
            f"There is no {path}: copy server.pub.pem from the data directory of the server, "
            "and name that file with --key."
        ) from None
    try:
        key = serialization.load_pem_public_key(content)
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise OperatorError(f"{path} is no public key: give server.pub.pem of the server.")
    form = serialization.PublicFormat.PKCS1
    return key.public_bytes(serialization.Encoding.PEM, form).strip()


def _write(content: bytes, target: Path) -> None:
    """Write a program at once: a copy that runs goes on with its old bytes."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o755)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _told(app: AppKind, copy: Path, place: ServerAddress, copied: Copied) -> list[str]:
    """Return the lines that say what was replaced, and how the copy is started."""
    hosts = [f"  {old:<34} {new}" for (old, new), _ in sorted(copied.hosts.items())]
    start = app.start.format(copy=shlex.quote(str(copy.resolve())))
    lines = [
        f"{copy} looks for the server at {place}, and for nobody else; replaced in it:",
        f"  {f'{copied.addresses} addresses of Telegram':<34} {place}",
        f"  {f'{copied.keys} public keys of Telegram':<34} the server's",
        *hosts,
    ]
    if not place.host.is_loopback:
        lines.append(
            f'The server must tell clients the same address: public_host = "{place.host}".'
        )
    return [*lines, f"Start: {start}"]


def repoint_commands(app: typer.Typer, server: Callable[[Path], RepointTarget]) -> None:
    """Add `repoint`; `server` returns where clients reach the server of a data directory."""

    @app.command()
    def repoint(
        name: Annotated[str, typer.Argument(metavar="APP", help="desktop or tdlib.")],
        data: Annotated[
            Path, typer.Option("--data", "-d", envvar="CHAPPE_DATA", help="The data directory.")
        ] = Path("chappe-data"),
        to: Annotated[
            str, typer.Option(help="The server, HOST or HOST:PORT; otherwise the one of --data.")
        ] = "",
        key: Annotated[
            Path | None, typer.Option(help="Its server.pub.pem; otherwise the one of --data.")
        ] = None,
        program: Annotated[
            Path | None,
            typer.Option("--app", help="The installed program, if not found by itself."),
        ] = None,
        out: Annotated[
            Path | None, typer.Option(help="Where the copy goes; otherwise here.")
        ] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace an older copy.")] = False,  # noqa: FBT002
    ) -> None:
        """Copy an installed app, and let the copy look for this server instead of Telegram's."""
        known = APPS.get(name.lower())
        if known is None:
            raise OperatorError(f"Only {' and '.join(APPS)} can be re-pointed, not {name}.")
        pem = key_of(key or data / "server.pub.pem")
        here = server(data) if key is None else None
        place = server_address(
            to or f"{here.host}:{here.port}" if here else to, here.port if here else PORT
        )
        source = installed(known, program)
        copy = out or Path(known.copy)
        if copy.exists() and copy.samefile(source):
            raise OperatorError(f"{copy} is the app itself: name another file with --out.")
        if copy.exists() and not force:
            raise OperatorError(
                f"{copy} is there already: say --force, or name another with --out."
            )
        if source.stat().st_size > APP_BYTES_MAX:
            raise OperatorError(f"{source} is too large to be {known.title}.")
        try:
            copied = repointed(source.read_bytes(), pem, place)
        except RepointError as error:
            raise OperatorError(f"{source}: {error}") from None
        _write(copied.content, copy)
        for line in _told(known, copy, place, copied):
            typer.echo(line)
