"""Which names a server has, so that a page elsewhere cannot lead a browser to it by a name of its own.

A foreign name may be made to mean this machine (DNS rebinding). What the browser sends then still says that
name, as `Host` and, where a page of that name asks, as `Origin`.
"""

import re
from collections.abc import Iterable
from typing import Final

OTHER_NAME: Final = "This server has another name: set `public_url` if it should have this one."
OTHER_PAGE: Final = "Pages of other servers may not connect here."
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
HOST: Final = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{0,5})?", re.ASCII
)  # a name and a port


class OwnNames:
    """The names a listener that only this machine reaches is asked for by."""

    __slots__ = ("_names",)

    def __init__(self, further: Iterable[str] = ()) -> None:
        """`further` are names beside those of the machine itself, such as that of a proxy before it."""
        self.replace(further)

    def replace(self, further: Iterable[str]) -> None:
        """Have these names from now on, beside those of the machine itself."""
        self._names = HERE | {name.lower() for name in further if name}

    def has_host(self, host: str) -> bool:
        """Whether a `Host` header names this server; its port does not matter."""
        found = HOST.fullmatch(host)
        return found is not None and found[1].strip("[]").lower() in self._names

    def has_origin(self, origin: str) -> bool:
        """Whether an `Origin` header names this server; its port does not matter."""
        scheme, _, host = origin.partition("://")
        return scheme in ("http", "https") and self.has_host(host)
