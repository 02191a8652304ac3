"""The TLS certificate: what one can do, and the one in files that somebody else renews.

It is replaced while the server runs. A connection keeps the one it began with.
"""

import contextlib
import ssl
from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from cryptography import x509

from chappe.core import Clock
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.gateways.arriving import ClientHello
from chappe.telemetry import logger

# of TLS 1.2; all of 1.3 are of this kind: whoever gets the key later opens nothing that was recorded
CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
LOOK_S: Final = 60.0  # seconds between looks at the files
SOON: Final = timedelta(days=7)  # that long before its end an operator is told of one they renew
ISSUER_MAX: Final = 64  # characters of an authority's name that are shown
WORDS_MAX: Final = 300  # characters of a line of the log that say what to do

Tell = Callable[[str, str], None]  # what is the matter with the certificate, and what to do


def tell(state: str, cure: str) -> None:
    """Write into the log what is the matter with the certificate."""
    well = state in ("renewed", "read again")
    (logger().info if well else logger().error)("certificate", state=state, cure=cure[:WORDS_MAX])


class Certificate(Protocol):
    """A TLS certificate that is kept good."""

    @abstractmethod
    def choose(self, hello: ClientHello | None) -> ssl.SSLContext | None:
        """Return how TLS is spoken with who says this first; None: not at all. See `mtproto.Choose`."""

    @abstractmethod
    def renew(self) -> None:
        """Take up what an operator has changed, for connections that begin from now on.

        Raises:
            ConfigurationError: it cannot be used; the one from before stays.
        """

    @abstractmethod
    async def turn(self) -> float:
        """Do what is due; return the seconds until something may be due again."""

    @abstractmethod
    def until(self) -> datetime | None:
        """Return when it ends; None: there is none yet."""

    @abstractmethod
    def issuer(self) -> str:
        """Return who signed it, as they call themselves; empty: there is none yet."""


def context_of(chain: Path, key: Path | None = None) -> ssl.SSLContext:
    """Return how TLS is spoken by a certificate.

    Raises:
        OSError, ssl.SSLError: it is not there, or certificate and key do not belong together.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(chain, key)
    return context


def leaf_of(pem: bytes) -> x509.Certificate:
    """Return the certificate that stands first in a chain.

    Raises:
        ValueError: there is none.
    """
    return x509.load_pem_x509_certificates(pem)[0]


def issuer_of(leaf: x509.Certificate) -> str:
    """Return who signed a certificate, as they call themselves, on one line."""
    names = leaf.issuer
    for oid in (x509.NameOID.ORGANIZATION_NAME, x509.NameOID.COMMON_NAME):
        for found in names.get_attributes_for_oid(oid):
            return " ".join(str(found.value).split())[:ISSUER_MAX]
    return "an authority without a name"


class CertificateFiles(Certificate):
    """A certificate in files, which are read again when they change."""

    def __init__(self, config: Configuration, data: Path, clock: Clock, tell: Tell) -> None:
        """Read them.

        Raises:
            ConfigurationError: certificate and key are not there, or do not belong together.
        """
        self._chain = data / config.tls_certificate
        self._key = data / config.tls_key if config.tls_key else None
        self._clock = clock
        self._tell = tell
        self._seen = self._marks()
        self._context, self._leaf = self._read()
        self._told: datetime | None = None  # the end of the certificate that was told of

    def _marks(self) -> list[tuple[int, int, int]]:
        """Return by what it is known that a file is another than before."""
        found = []
        for path in (self._chain, self._key):
            with contextlib.suppress(OSError):
                at = path.stat() if path else None
                found.append((at.st_mtime_ns, at.st_size, at.st_ino) if at else (0, 0, 0))
        return found

    @property
    def _until(self) -> datetime:
        return self._leaf.not_valid_after_utc

    def _read(self) -> tuple[ssl.SSLContext, x509.Certificate]:
        try:
            context = context_of(self._chain, self._key)
            return context, leaf_of(self._chain.read_bytes())
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"`tls_certificate` cannot be used: {error.strerror or error};"
                " give a PEM chain and its key."
            ) from None
        except ValueError:
            raise ConfigurationError(
                "`tls_certificate` cannot be used: it holds no certificate; give a PEM chain and its key."
            ) from None

    def choose(self, hello: ClientHello | None) -> ssl.SSLContext | None:
        """See `Certificate`."""
        return self._context

    def renew(self) -> None:
        """See `Certificate`."""
        self._seen = self._marks()
        self._context, self._leaf = self._read()

    async def turn(self) -> float:
        """See `Certificate`."""
        if self._marks() != self._seen:
            try:
                self.renew()
            except ConfigurationError as error:
                self._tell("not read again", f"{error} The one from before stays in use.")
            else:
                self._tell("read again", f"It is good until {self._until:%Y-%m-%d}.")
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        if now > self._until - SOON and self._told != self._until:
            self._told = self._until
            ends = "has ended" if now > self._until else "ends"
            self._tell(
                "out of date" if now > self._until else "ends soon",
                f"`tls_certificate` {ends} on {self._until:%Y-%m-%d}:"
                " put a newer one there, it is read by itself.",
            )
        return LOOK_S

    def until(self) -> datetime | None:
        """See `Certificate`."""
        return self._until

    def issuer(self) -> str:
        """See `Certificate`."""
        return issuer_of(self._leaf)
