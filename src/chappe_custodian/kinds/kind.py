"""What a kind of request is: which entry must be in the log, what a custodian is shown and answers."""

import enum
from collections.abc import Callable
from typing import Final, NamedTuple

from chappe.trust.custody import (
    CustodianSecret,
    CustodyError,
    CustodyRequest,
    CustodyTable,
    Share,
    ShareFile,
    open_share,
)
from chappe.trust.ledger.canonical import Entry
from chappe.trust.ledger.policies import AcceptedCheckpoint, LogPolicy

CUSTODIANS: Final = "server.custodians"  # the kind of entry that names a table
ACTIVATED: Final = "activated"
PROPOSED: Final = "proposed"


class Gives(enum.Enum):
    """What an answer gives away."""

    SHARE = "share"  # to whoever made the request
    POSSESSION = "possession"  # that the share is at hand, and not the share
    APPROVAL = "approval"  # a signature alone


class Examined(NamedTuple):
    """A request whose proof, witnesses and head were checked, with what its custodian holds."""

    request: CustodyRequest
    entry: Entry  # that the proof is for
    position: int  # of the entry
    accepted: AcceptedCheckpoint  # the head, and who cosigned it when
    policy: LogPolicy
    held: ShareFile  # of the table the request names
    now: int  # seconds since 1970, by the custodian's clock
    answered: tuple[int, ...] = ()  # the entries of the log for which answers were given before

    @property
    def table(self) -> CustodyTable:
        """The table the request names."""
        return self.held.table


def held_share(examined: Examined, secret: CustodianSecret) -> Share:
    """Return the custodian's share of the root key.

    Raises:
        CustodyError: it does not open.
    """
    held = examined.held
    return open_share(held.table.shares, held.place, held.sealed, secret.receiving)


def whole_request(examined: Examined) -> bytes:
    """Return the hash of the request: what most kinds say yes to."""
    return examined.request.digest


class RequestKind(NamedTuple):
    """One kind of request."""

    name: str
    title: str  # what is asked, in capital letters on the screen
    entries: frozenset[str]  # kinds of entry of which the proof must be
    gives: Gives
    #: Returns the lines that tell what a yes means; raises CustodyError where no yes can be said.
    look: Callable[[Examined], list[str]]
    share: Callable[[Examined, CustodianSecret], Share] = held_share
    #: The hash that is said yes to.
    signed: Callable[[Examined], bytes] = whole_request


def require_table_entry(examined: Examined, act: str) -> None:
    """Find out whether the proof is of an entry that names the request's table.

    Raises:
        CustodyError: it is of another one.
    """
    fields = examined.entry.fields
    if fields["table"] != examined.request.table:
        raise CustodyError("The proof is of an entry about another table of custodians.")
    if fields["act"] != act:
        raise CustodyError(f"The log's entry says that the table is {fields['act']}, not {act}.")
