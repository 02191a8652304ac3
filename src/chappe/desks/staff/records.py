"""Records of staff, all in one box of the house: two who do the opposite at once come one after the other."""

from typing import Final

from chappe.core import House, Owner
from chappe.ports import Record, in_order

STAFF_BOX: Final = Owner.house(House.STAFF)


class StaffMember(Record, frozen=True):
    """Somebody who works here. Kept a year after they are removed, for whoever reads what they did."""

    table = "staff"
    key = ("number",)

    number: int
    name: str
    roles: tuple[str, ...]
    case: int  # a number at random that stands for them in logs
    added: int
    removed: int = 0  # when; 0: they are here
    account: int = (
        0  # theirs on this server: told of what is urgent, and what they do not judge; 0: none
    )
    invited_by: int = 0  # the number of who let them in; 0: the machine itself

    @property
    def alias(self) -> str:
        """What logs call them: always the same, and not their name."""
        return f"staff-{self.case >> 31:08x}"


class StaffKey(Record, frozen=True):
    """A passkey of somebody's of the staff, by the blind index of its credential id."""

    table = "staff_key"
    key = ("blind",)

    blind: str
    staff: int
    credential_id: bytes
    public_key: bytes  # COSE_Key, in CBOR
    sign_count: int
    aaguid: str
    title: str
    made: int
    used: int = 0


class StaffLink(Record, frozen=True):
    """A link by which somebody of the staff makes a passkey, once; by the SHA-256 of its token."""

    table = "staff_link"
    key = ("hashed",)

    hashed: str
    staff: int
    until: int


class StaffSession(Record, frozen=True):
    """Somebody of the staff is logged in, in one browser; by the SHA-256 of what its cookie holds."""

    table = "staff_session"
    key = ("hashed",)

    hashed: str
    staff: int
    blind: str  # the passkey it began with: it ends with that
    since: int
    until: int


class AuditEntry(Record, frozen=True):
    """One act of staff, or of the machine's owner: which command, about whom, and how it ended."""

    table = "audit"
    key = (in_order("position"),)

    position: int
    at: int
    by: int  # the number of a member of staff; 0: the machine itself
    command: str
    user: int = 0  # the account it was about; 0: none
    staff: int = 0  # the member of staff it was about; 0: none
    reason: str = ""
    outcome: str = ""  # ok, refused, failed; empty: it goes on, or the server ended before it did
    case: int = 0  # the case of the moderators' desk; 0: none
    order: int = 0  # the order of an authority; 0: none


class AuditOf(Record, frozen=True):
    """Finds the entries about one account."""

    table = "audit_of"
    key = ("user", in_order("position"))

    user: int
    position: int
