"""Which proxies stand before a server, and what each is believed. By default there is none, and nobody is."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from .forwarded import X_FORWARDED_FOR, whom
from .networks import Networks


class Proxies(NamedTuple):
    """The proxies of a server.

    Where one speaks the PROXY protocol, it does so at the beginning of every connection. It is never guessed
    whether it did: else whoever came through one that does not could name any address.
    """

    of_requests: Networks = Networks()  # each HTTP request says in a header whom it is from
    of_connections: Networks = (
        Networks()
    )  # each connection begins with a header of the PROXY protocol
    header: str = X_FORWARDED_FOR  # which one requests have, in small letters

    def whom_of(self, head: Sequence[tuple[bytes, bytes]]) -> str:
        """Return whom a request of one of them is from, by the names and values of its head; '' if nobody."""
        wanted = self.header.encode("ascii")
        values = [value.decode("latin-1") for name, value in head if name == wanted]
        return whom(self.header, values, self.of_requests)


NOBODY: Final = Proxies()
