"""Which accounts are suspended, in one box of the house, so that nobody has to look at all of them."""

from chappe.ports import Record
from chappe.updates import Change, Command, Context


class SuspendedAccount(Record, frozen=True):
    """An account that is suspended, or was a moment ago: what bounds it is in its own box."""

    table = "suspended"
    key = ("user",)

    user: int


class ListSuspended(Command, frozen=True):
    """List an account as suspended, or not any more."""

    name = "suspension.list"

    user: int
    listed: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.listed:
            change.put(SuspendedAccount(user=self.user))
        else:
            change.drop(SuspendedAccount, self.user)
