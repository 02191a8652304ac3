"""The TLS certificate, which can be renewed while the server runs."""

import ssl
from pathlib import Path
from typing import Final

from chappe.core.configuration import Configuration, ConfigurationError

# of TLS 1.2; all of 1.3 are of this kind: whoever gets the key later opens nothing that was recorded
CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


class Certificate:
    """A TLS certificate with its key, as the files had it when they were last read.

    A connection keeps the one it began with.
    """

    def __init__(self, config: Configuration, data: Path) -> None:
        """Read it.

        Raises:
            ConfigurationError: certificate and key are not there, or do not belong together.
        """
        self._chain = data / config.tls_certificate
        self._key = data / config.tls_key if config.tls_key else None
        self.context = self._newest = self._read()
        self.context.sni_callback = self._hand_newest

    def _read(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        try:
            context.load_cert_chain(self._chain, self._key)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"`tls_certificate` cannot be used: {error.strerror or error};"
                " give a PEM chain and its key."
            ) from None
        return context

    def renew(self) -> None:
        """Read it again, for connections that begin from now on.

        Raises:
            ConfigurationError: it cannot be used; the one from before stays.
        """
        self._newest = self._read()

    def _hand_newest(
        self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _: ssl.SSLContext
    ) -> None:
        """Give a connection that begins the newest certificate; called whatever name it asks for."""
        connection.context = self._newest
