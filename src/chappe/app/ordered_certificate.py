"""A TLS certificate that the server orders from an authority by itself, and renews."""

import asyncio
import contextlib
import ssl
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509

from chappe.core import Clock
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.engines.needed import require
from chappe.gateways.arriving import ClientHello
from chappe.gateways.arriving.client_hello import ACME
from chappe.trust.sealing import write_whole

from .certificate import LOOK_S, Certificate, Tell, context_of, issuer_of, leaf_of

RETRY_S: Final = 300.0  # seconds until an order that failed is made again, twice as many each time
RETRY_S_MAX: Final = 12 * 3_600.0  # seconds it is at most put off
LIFE_USED: Final = 2 / 3  # part of its life after which a certificate is renewed
ACCOUNT: Final = "acme/account.key"
CHAIN: Final = "acme/certificate.pem"
UNWRITTEN: Final = (
    "The certificate cannot be kept: check the owner and the disk of the data directory."
)


class OrderedCertificate(Certificate):
    """A certificate from an authority that speaks ACME, renewed at two thirds of its life."""

    def __init__(self, config: Configuration, data: Path, clock: Clock, tell: Tell) -> None:
        """Take up the one that was ordered last, if it can be used.

        Raises:
            ConfigurationError: `acme_root` is not there.
            ModuleNotFoundError: the library is not installed.
        """
        require("acme")
        if config.acme_root and not (data / config.acme_root).is_file():
            raise ConfigurationError(
                "`acme_root` is no file: give the certificate, PEM, that the authority's own is signed by."
            )
        self._config = config
        self._name = urlsplit(config.public_url).hostname or ""
        self._data = data
        self._clock = clock
        self._tell = tell
        self._context: ssl.SSLContext | None = None
        self._leaf: x509.Certificate | None = None
        self._proofs: dict[str, ssl.SSLContext] = {}  # while it is ordered, by the name they prove
        self._failed = 0  # orders in a row
        self._not_before = 0.0  # when the next may be made
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            self._take(data / CHAIN)

    def _take(self, chain: Path) -> None:
        leaf = leaf_of(chain.read_bytes())
        self._context, self._leaf = context_of(chain), leaf

    def choose(self, hello: ClientHello | None) -> ssl.SSLContext | None:
        """See `Certificate`. Who asks for a proof is shown it; others only once there is a certificate."""
        if hello is not None and hello.proves_a_name:
            return self._proofs.get(hello.server_name)
        return self._context

    def renew(self) -> None:
        """See `Certificate`. An order that was put off is made at the next look."""
        self._failed, self._not_before = 0, 0.0

    def until(self) -> datetime | None:
        """See `Certificate`."""
        return self._leaf.not_valid_after_utc if self._leaf else None

    def issuer(self) -> str:
        """See `Certificate`."""
        return issuer_of(self._leaf) if self._leaf else ""

    def due(self) -> float:
        """Return when it is to be renewed, in seconds since 1970."""
        leaf = self._leaf
        if leaf is None or self._name not in names_of(leaf):
            return 0.0
        begins, ends = leaf.not_valid_before_utc.timestamp(), leaf.not_valid_after_utc.timestamp()
        return begins + (ends - begins) * LIFE_USED

    async def turn(self) -> float:
        """See `Certificate`."""
        if self._clock.now() < self.due() or self._clock.monotonic() < self._not_before:
            return LOOK_S
        from chappe.engines.acme_orders import OrderError  # noqa: PLC0415  a library few servers need

        wait = min(RETRY_S * 2**self._failed, RETRY_S_MAX)
        self._failed += 1
        self._not_before = self._clock.monotonic() + wait  # whatever comes of it, we do not press
        try:
            await self._order()
        except (OrderError, OSError, ssl.SSLError) as error:
            sentence = str(error) if isinstance(error, OrderError) else UNWRITTEN
            self._tell(self._state(), f"{sentence} {self._stays()}")
        else:
            self._failed, self._not_before = 0, 0.0
            self._tell(
                "renewed", f"The certificate of {self._name} is good until {self.until():%Y-%m-%d}."
            )
        finally:
            self._proofs.clear()
        return LOOK_S

    def _state(self) -> str:
        ends = self.until()
        if ends is None:
            return "none yet"
        return "out of date" if ends.timestamp() < self._clock.now() else "not renewed"

    def _stays(self) -> str:
        ends = self.until()
        if ends is None:
            return "There is none yet, so no TLS is spoken."
        return f"The one until {ends:%Y-%m-%d} stays in use."

    async def _order(self) -> None:
        from chappe.engines import acme_orders  # noqa: PLC0415  a library few servers need

        config, now = self._config, datetime.fromtimestamp(self._clock.now(), UTC)
        account = self._data / ACCOUNT
        account.parent.mkdir(mode=0o700, exist_ok=True)
        if not account.exists():
            write_whole(account, acme_orders.new_key())
        root = str(self._data / config.acme_root) if config.acme_root else ""
        authority = acme_orders.Authority(config.acme_directory, root, config.acme_contact)
        made = await _apart(
            partial(acme_orders.order, authority, account.read_bytes(), self._name, now, self._show)
        )
        leaf = leaf_of(made)
        if self._leaf is not None and not (
            leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc
        ):
            begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
            raise acme_orders.OrderError(
                f"By this machine's clock ({now:%Y-%m-%d %H:%M} UTC) a new certificate is not valid,"
                f" it is from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}: set the clock."
            )
        write_whole(self._data / CHAIN, made)
        self._take(self._data / CHAIN)

    def _show(self, name: str, proof: bytes) -> None:
        """Have a proof shown to whoever asks for it. Called by the thread that orders."""
        with tempfile.NamedTemporaryFile(
            dir=self._data / "acme"
        ) as file:  # the library reads files only
            file.write(proof)
            file.flush()
            context = context_of(Path(file.name))
        context.set_alpn_protocols([ACME.decode("ascii")])
        self._proofs[name] = context


def names_of(leaf: x509.Certificate) -> list[str]:
    """Return the names a certificate is for."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)


async def _apart(work: Callable[[], bytes]) -> bytes:
    """Do work in a thread that no end of the process waits for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  whoever waits gets it
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, name="certificate", daemon=True).start()
    return await done
