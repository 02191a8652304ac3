"""Expiry jobs for codes, login tokens and temporary keys."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.updates import Change, Context, Job

from .records import Code, Guessed, LoginToken, TemporaryKey

GRACE_S: Final = 60  # seconds something that expired is kept: whoever shows it is told that it did


class DropExpired(Job, frozen=True):
    """Drop what has expired in one box of the house."""

    name = "auth.drop_expired"

    kind: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind(self.kind), self.id)) as change:
            before = change.now - GRACE_S
            for code in await change.scan(Code):
                if code.expires <= before:
                    change.drop(Code, code.blind)
            for guessed in await change.scan(Guessed):
                if guessed.expires <= before:
                    change.drop(Guessed, guessed.blind)
            for token in await change.scan(LoginToken):
                if token.expires <= before:
                    change.drop(LoginToken, token.hash)
            for temporary in await change.scan(TemporaryKey):
                if temporary.expires <= before:
                    change.drop(TemporaryKey, temporary.key_id)


def expires(change: Change, at: int) -> None:
    """See to it that what this change puts is dropped some time after it expires."""
    kind, number = change.owner
    change.schedule(at + GRACE_S, DropExpired(kind=kind, id=number))
