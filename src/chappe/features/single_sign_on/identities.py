"""Whose account an identity is: found by issuer and subject, kept in their box, let go of."""

from typing import Final

import msgspec

from chappe.core import House, Kind, Owner
from chappe.core.sign_in import SignIn
from chappe.features import accounts, auth
from chappe.tl import api
from chappe.updates import Change, Command, Context, View

from .records import Known, ProviderIdentity
from .rules import CAME_MAX

DOMAIN: Final = "identity"  # of blind indexes: never reused
SIGN_IN_ID: Final = "sign-in"  # how it is named among passkeys; no credential id is written so
SIGN_ON_BOX: Final = Owner.house(House.SINGLE_SIGN_ON)  # keeps of whom the provider is asked


def settings_of(context: Context) -> SignIn | None:
    """Return the settings of sign-in; None where no organisation signs in."""
    found: SignIn | None = context.config.sign_in
    return found


def identity_name(issuer: str, subject: str) -> str:
    """Return the name an identity is claimed under: capital letters count, in issuer and subject."""
    return f"{issuer}\n{subject}".encode().hex()


async def holder_of_identity(context: Context, name: str) -> int | None:
    """Return whose an identity is; a claim its owner does not confirm counts for nothing."""
    owner = await accounts.find_owner(context, DOMAIN, name)
    if owner is None:
        return None
    user, identity = await context.look(owner).get_each((accounts.User,), (ProviderIdentity,))
    blind = accounts.name_location(context, DOMAIN, name)[1]
    if user is None or user.deleted or identity is None or identity.blind != blind:
        return None
    return owner.id


async def claim_identity(context: Context, name: str, user: int) -> bool:
    """Claim an identity for an account; False if another has it."""
    taken = await accounts.find_owner(context, DOMAIN, name)
    holder = await holder_of_identity(context, name)
    if holder not in (None, user):
        return False
    return await accounts.claim(context, DOMAIN, name, Owner(Kind.USER, user), taken)


async def has_identity(look: View) -> bool:
    """Whether the owner of a box comes in by the provider."""
    return await look.get(ProviderIdentity) is not None


async def shown_identity(context: Context, look: View) -> api.Passkey | None:
    """Return the sign-in of the owner of a box as it is listed among their passkeys; None if they have none.

    The schema has nothing for it. It cannot be deleted there: parting is up to the operator.
    """
    identity, settings = await look.get(ProviderIdentity), settings_of(context)
    if identity is None or settings is None or identity.issuer != settings.issuer:
        return None
    return api.Passkey(id=SIGN_IN_ID, name=settings.title, date=identity.since)


async def note_came(change: Change, identity: ProviderIdentity, key_id: int, session: str) -> None:
    """Put an identity, with one more log-in by it; what has ended meanwhile is forgotten."""
    there = await auth.keys_of(change)
    came = [one for one in identity.came if one[0] in there and one[0] != key_id]
    came.append((key_id, session))
    change.put(msgspec.structs.replace(identity, came=tuple(came[-CAME_MAX:])))


class NoteKnown(Command, frozen=True):
    """Note in the house that somebody is known to the provider, or not any more."""

    name = "identity.note"

    user: int
    known: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.known:
            change.put(Known(user=self.user))
        else:
            change.drop(Known, self.user)


async def drop_identity(context: Context, user: int) -> bool:
    """Let nobody come in as somebody by the provider any more; False if nobody does."""
    owner = Owner(Kind.USER, user)
    async with context.change(owner) as change:
        identity = await change.get(ProviderIdentity)
        if identity is None:
            return False
        change.drop(ProviderIdentity)
        change.send_command(SIGN_ON_BOX, NoteKnown(user=user, known=False))
    await accounts.release_blind(context, identity.blind, owner)
    return True


async def forget_identity(context: Context, user: int) -> None:
    """Let nobody be found as whom the provider knows them any more: their account is being deleted."""
    owner = Owner(Kind.USER, user)
    identity = await context.look(owner).get(ProviderIdentity)
    if identity is not None:
        await accounts.release_blind(context, identity.blind, owner)
