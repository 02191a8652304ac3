"""The operator's page as `app` starts it. Imports neither the HTTP library nor the templates."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from chappe.gateways.web.lazy_listener import LazyListener
from chappe.rpc import Giver
from chappe.updates import Context


class Behind(NamedTuple):
    """What stands behind the page."""

    context: Context
    run: Callable[[str, Mapping[str, Any], Giver], Awaitable[Any]]  # gives an operator command
    known: frozenset[str]  # the names of all commands
    report: Callable[[str, BaseException], None]  # hears of our own mistakes


class Desk(LazyListener):
    """Listens for staff."""

    def __init__(self, behind: Behind) -> None:
        super().__init__(f"{__package__}.answering", lambda answering: answering.connector(behind))
