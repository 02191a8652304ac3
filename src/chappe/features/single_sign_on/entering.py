"""Coming in by a ticket: somebody known logs in, somebody new gets an account, an account is connected."""

from typing import Final

import msgspec

from chappe.features import accounts, auth
from chappe.rpc import Call, Rate
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Job, PerServer

from .identities import (
    DOMAIN,
    SIGN_ON_BOX,
    NoteKnown,
    claim_identity,
    holder_of_identity,
    identity_name,
    note_came,
    settings_of,
)
from .records import ProviderIdentity
from .tickets import TICKETS, Arrived, Ticket
from .watching import SCHEDULE

# names of identities for which an account is being made: whoever comes twice at once makes one
BEING_MADE: Final[PerServer[set[str]]] = PerServer(lambda _: set())
NAMELESS: Final = "Somebody new"  # the first name of whom the provider says no name


async def log_in_by_ticket(call: Call, given: str) -> api.AuthAuthorization:
    """Log in whoever comes back from the provider; somebody new gets an account.

    Raises:
        errors.WebauthTokenExpired: there is no such ticket, it is over, or it is another browser's.
        errors.SessionPasswordNeeded: the account has a password, which is owed as ever.
        errors.UserDeactivated: the account goes at this moment.
    """
    ticket = _take(call, given)
    if ticket.user:  # the answer was lost on its way
        return await auth.log_in(call, ticket.user)
    name = identity_name(_issuer(call), ticket.arrived.subject)
    user = await holder_of_identity(call.context, name)
    if user is None:
        ticket.user = user = await _sign_up(call, ticket, name)
        return await auth.log_in(call, user)
    ticket.user = user
    known = _identity(call, ticket.arrived, name)

    async def use(change: Change) -> bool:
        before = await change.get(ProviderIdentity)
        if before is None or before.blind != known.blind:
            return False
        await _keep(change, known, ticket)
        call.context.own(SCHEDULE).add(change.owner.id, call.context.clock.monotonic())
        return True

    how = f"by the sign-in of {_title(call)}"
    proof = auth.Proof(use, errors.WebauthTokenExpired, how)
    return await auth.log_in_by_proof(call, user, proof)


async def connect_by_ticket(call: Call, given: str) -> api.AuthAuthorization:
    """Connect the caller's account with whom the provider knows: from now on they come in so, too.

    Raises:
        errors.WebauthTokenExpired: there is no such ticket, it is over, or it is another browser's.
        errors.SignInTaken: another account is connected with them, or this one with somebody else.
        errors.FreshResetAuthorisationForbidden: a fresh session may not open ways in.
    """
    if not call.user:
        raise errors.WebauthTokenExpired
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    ticket, issuer = _take(call, given), _issuer(call)
    name = identity_name(issuer, ticket.arrived.subject)
    known, before = _identity(call, ticket.arrived, name), await call.look().get(ProviderIdentity)
    if before is not None and before.blind != known.blind:
        raise errors.SignInTaken
    if not await claim_identity(call.context, name, call.user):
        raise errors.SignInTaken
    async with call.change(auth.key_box(call.client.key_id)) as change:
        change.send_command(call.me, Connect(known=known, title=_title(call)))
    return api.AuthAuthorization(user=await accounts.show_user(call.viewer(), call.user))


class Connect(Command, frozen=True):
    """Connect an account with whom the provider knows: sent by one of its sessions."""

    name = "identity.connect"

    known: ProviderIdentity
    title: str

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`. Who is connected with somebody else meanwhile stays so."""
        before = await change.get(ProviderIdentity)
        if before is not None and before.blind != self.known.blind:
            return
        change.put(self.known)
        change.send_command(SIGN_ON_BOX, NoteKnown(user=change.owner.id, known=True))
        change.schedule(change.now, TellConnected(user=change.owner.id, title=self.title))
        context.own(SCHEDULE).add(change.owner.id, context.clock.monotonic())


class TellConnected(Job, frozen=True):
    """Tell somebody that their account is connected."""

    name = "identity.tell_connected"

    user: int
    title: str

    async def run(self, context: Context) -> None:
        """See `Job`."""
        text = (
            f"Your account is connected with {self.title}: whoever can sign in there as you can log in here, "
            "and when you are disabled there your sessions here end. If it was not you, end the session that "
            "you do not know in Settings, Devices, and tell whoever runs this server."
        )
        await auth.tell_account(context, self.user, "A way into your account", text)


def _issuer(call: Call) -> str:
    """Return who knows people.

    Raises:
        errors.WebauthTokenExpired: nobody does any more.
    """
    settings = settings_of(call.context)
    if settings is None:
        raise errors.WebauthTokenExpired
    return settings.issuer


def _title(call: Call) -> str:
    settings = settings_of(call.context)
    return settings.title if settings is not None else ""


def _take(call: Call, given: str) -> Ticket:
    """Use up a ticket and return it; with the caller as `user` if it has let them in already.

    Raises:
        errors.WebauthTokenExpired: see `log_in_by_ticket`.
    """
    token, _, secret = given.partition(".")
    now, key_id = call.context.clock.monotonic(), call.client.key_id
    ticket = call.context.own(TICKETS).take(token, secret, key_id, now)
    if ticket is None or ticket.user not in (0, call.user):
        raise errors.WebauthTokenExpired
    call.give_back(Rate.REENTRY, call.client.address)  # it was no guess
    return ticket


def _identity(call: Call, arrived: Arrived, name: str) -> ProviderIdentity:
    """Return what is kept of somebody to whom the provider has just said yes."""
    return ProviderIdentity(
        issuer=_issuer(call),
        blind=accounts.name_location(call.context, DOMAIN, name)[1],
        subject=arrived.subject,
        since=call.now,
        refresh_token=arrived.refresh_token,
        checked=call.now,
    )


async def _keep(change: Change, known: ProviderIdentity, ticket: Ticket) -> None:
    """Keep in somebody's box that the provider says yes: whoever was barred is not any more."""
    before = await change.get(ProviderIdentity)
    if before is not None:
        known = msgspec.structs.replace(known, since=before.since, came=before.came)
    await note_came(change, known, ticket.used_by, ticket.arrived.session)
    change.send_command(SIGN_ON_BOX, NoteKnown(user=change.owner.id, known=True))


async def _sign_up(call: Call, ticket: Ticket, name: str) -> int:
    """Make an account for somebody the provider knows, and return its id.

    Raises:
        errors.WebauthTokenExpired: they sign up by another ticket at this moment.
    """
    making, arrived = call.context.own(BEING_MADE), ticket.arrived
    if name in making:
        raise errors.WebauthTokenExpired
    making.add(name)

    async def keep(change: Change) -> None:
        await _keep(change, _identity(call, arrived, name), ticket)

    try:
        first = accounts.check_first_name(arrived.first_name)
    except errors.FirstnameInvalid:
        first = NAMELESS
    last = accounts.clean_person_name(arrived.last_name)
    try:
        user = await auth.let_in(call)
        if not await claim_identity(call.context, name, user):
            raise errors.WebauthTokenExpired
        await auth.create_user(call, user, "", first, last, keep)
    finally:
        making.discard(name)
    call.context.own(SCHEDULE).add(user, call.context.clock.monotonic())
    return user
