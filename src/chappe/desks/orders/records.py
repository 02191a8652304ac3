"""What is kept about orders, all in one box of the house: steps of two at once come one after the other."""

from typing import Final

from chappe.core import House, Owner
from chappe.ports import Record, in_order

ORDERS_BOX: Final = Owner.house(House.ORDERS)


class AuthorityOrder(Record, frozen=True):
    """One order, and how far it has come."""

    table = "order"
    key = (in_order("number"),)

    number: int
    state: str  # see `OrderState`
    record: bytes  # what is asked, as a document (`OrderRecord`)
    due: int  # by when it is to be answered; 0: no clock runs
    hidden_until: int = (
        0  # its entries are hidden, until then at least; 0: they are there for everybody
    )
    reference: str = ""  # the authority's own, as the clerk wrote it
    received: int = 0  # the number of the entry in `OrderEntry` that says it was received
    decided: int = 0  # likewise, that it was approved
    released: int = 0  # likewise, that it was released
    vault: int = (
        0  # the order whose vault it is: its own, or one that was preserved before; 0: none
    )
    kept_until: int = 0  # when what was preserved is shredded
    delivered: int = 0  # when
    told: int = 0  # when, or when it was found that nobody is left to be told
    erased: int = 0  # of its accounts, before their people could be told
    emergency: bool = False  # it says that life is in danger
    met: tuple[str, ...] = ()  # what it must have (`Requirement`) and was found to have
    lacking: tuple[str, ...] = ()  # likewise, and was found not to have
    late: int = 0  # the number of the entry that says its clock ran out
    acts: tuple[str, ...] = ()  # what it prompted the operator to do, as the log says it
    handed_out: int = 0  # when its package was downloaded, which happens once


class OrderEntry(Record, frozen=True):
    """A step on its way into the public log: kept in the change that takes it, and written once."""

    table = "order_entry"
    key = ("order", in_order("number"))

    order: int  # 0: about no order
    number: int
    lines: tuple[bytes, ...]  # entries, as they stand in the log or are hidden
    since: int  # how many entries the log had: they are not among these
    position: int = -1  # where the first of them stands; -1: not yet
    hidden: bool = False  # they are committed to, and shown later
    commitment: int = 0  # the number of what hides them, or of what this commits to
    opens_order: int = 0  # whose entries this opens
    opens_entry: int = 0


class OrderWaiting(Record, frozen=True):
    """An entry that is not in the log yet."""

    table = "order_waiting"
    key = (in_order("number"),)

    number: int
    order: int


class OrderCommitment(Record, frozen=True):
    """A commitment that is not opened yet."""

    table = "order_commitment"
    key = (in_order("number"),)

    number: int  # they rise with the weeks
    reveal_by: str  # a week
    commit: str  # SHA-256, in hex
    nonce: bytes
    content: bytes  # the entry that commits
    order: int = 0  # whose entries it hides; 0: it is padding
    entry: int = 0  # of that order
    lines: tuple[bytes, ...] = ()
    position: int = -1  # where it stands in the log; -1: not yet


class OrderHidden(Record, frozen=True):
    """An order whose entries are hidden."""

    table = "order_hidden"
    key = ("order",)

    order: int


class OrderVault(Record, frozen=True):
    """What was sealed for a case: its parts, and its key in shares that this server cannot open."""

    table = "order_vault"
    key = ("order",)

    order: int
    table_hash: str  # of the custodians the shares are sealed to
    since: int
    until: int
    parts: tuple[tuple[str, int, bytes], ...]
    number: bytes  # of the division
    marks: tuple[bytes, ...]
    shares: tuple[bytes, ...]


class OrderRelease(Record, frozen=True):
    """A release that custodians are asked for."""

    table = "order_release"
    key = ("order",)

    order: int
    decision: bytes  # a document (`ReleaseDecision`)
    authority: bytes  # the public key it goes to
    seed: bytes = b""  # of the key that answers are sealed to; forgotten with the answers
    scalar: bytes = b""
    header: bytes = b""  # of the package, once it is released


class OrderRequest(Record, frozen=True):
    """A request as custodians were handed it: an answer is to one of them."""

    table = "order_request"
    key = ("order", "tag")

    order: int
    tag: str
    content: bytes


class OrderAnswer(Record, frozen=True):
    """A custodian's yes."""

    table = "order_answer"
    key = ("order", "place")

    order: int
    place: int
    text: str


class OrderSeen(Record, frozen=True):
    """How much of the log a custodian had seen when they answered last: what is newer must continue it."""

    table = "order_seen"
    key = ("approver",)

    approver: str  # SHA-256 of their public key, in hex, as the log has it
    size: int


class OrderPromises(Record, frozen=True):
    """What the log was promised: how many commitments a week, and whether custodians state something."""

    table = "order_promises"
    key = ()

    weekly: int
    statements: bool
    slot: int = 0  # the number of the last commitment, counted from the first week of 1970
