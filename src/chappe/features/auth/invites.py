"""Server invites: permission to sign up, for whoever has a link, or the phone number it was made for.

An invite has two faces, a link and a number, and each use counts whichever way somebody comes. The token of
a link is shown once and kept as a blind index: a copy of the store lets nobody in.
"""

from base64 import b32encode
from typing import Final

import msgspec

from chappe.core import HOUSE, SHARD_COUNT, Entropy, Kind, Owner
from chappe.features import accounts
from chappe.ports import Record, in_order
from chappe.rpc import Call, Rate
from chappe.tl import errors
from chappe.updates import Change, Context, Job

KEPT_S: Final = 30 * 86_400  # seconds an invite is kept after its end, to tell who comes late
SETTLED_S: Final = 600  # seconds after which a sign-up that took a use is over, well or badly
TOKEN_BYTES: Final = 20  # of chance in a link: nobody guesses 160 bits
ANONYMOUS_PREFIX: Final = "888"  # of no country; reserved for numbers that are nobody's telephone
ANONYMOUS_DIGITS: Final = 8  # behind the prefix

LINK_ERRORS: Final = (
    errors.JoinLinkInvalid,
    errors.JoinLinkUsed,
    errors.JoinLinkExpired,
    errors.JoinLinkRevoked,
)
# what asking after a link, or joining by one, may end with
JOIN_ERRORS: Final = (errors.SignupClosed, errors.JoinNumberNeeded, *LINK_ERRORS)


class Invite(Record, frozen=True):
    """Leave to sign up; kept in the house's box for some time after its end.

    Found by a blind index, of the number or of the link: keys of cells are not sealed.
    """

    table = "invite"
    key = (in_order("blind"),)

    blind: str
    phone: str  # empty: for nobody's number
    created: int
    expires: int
    uses: int = 1  # how many more it lets in
    by: int = 0  # who made it; 0: the operator
    link: str = ""  # the blind index of the token in its link
    revoked: bool = False
    note: str = ""
    places: tuple[str, ...] = ()  # where else it lets its people in; see `joining`


class JoinLink(Record, frozen=True):
    """Which invite the token of a link is for, by the token's blind index."""

    table = "join_link"
    key = ("link",)

    link: str
    invite: str


class InviteUse(Record, frozen=True):
    """Somebody is signing up by an invite: its use is counted, and given back if nothing comes of it."""

    table = "invite_use"
    key = ("user",)

    user: int
    invite: str


def invite_index(context: Context, phone: str) -> str:
    """Return what an invite to a number is kept under."""
    return accounts.name_location(context, "invite", phone)[1]


def token_index(context: Context, token: str) -> str:
    """Return what the token of a link is kept under."""
    return accounts.name_location(context, "join", token)[1]


def new_token(entropy: Entropy) -> str:
    """Return the token of a link nobody has."""
    return token_of(entropy.token(TOKEN_BYTES))


def token_of(chance: bytes) -> str:
    """Return bytes of chance as they stand in a link: small letters and digits, which no app cuts off."""
    return b32encode(chance[:TOKEN_BYTES]).decode().lower()


def is_anonymous_number(phone: str) -> bool:
    """Whether a number is nobody's telephone."""
    return phone.startswith(ANONYMOUS_PREFIX)


def anonymous_number(entropy: Entropy) -> str:
    """Return a number at random that no telephone has."""
    digits = int.from_bytes(entropy.token(8), "big") % 10**ANONYMOUS_DIGITS
    return ANONYMOUS_PREFIX + str(digits).zfill(ANONYMOUS_DIGITS)


def is_open(invite: Invite, now: int) -> bool:
    """Whether an invite still lets somebody in."""
    return not invite.revoked and invite.uses > 0 and invite.expires > now


def require_open(invite: Invite, now: int) -> None:
    """Check that an invite still lets somebody in.

    Raises:
        errors.JoinLinkRevoked, errors.JoinLinkUsed, errors.JoinLinkExpired: why it does not.
    """
    if invite.revoked:
        raise errors.JoinLinkRevoked
    if invite.uses <= 0:
        raise errors.JoinLinkUsed
    if invite.expires <= now:
        raise errors.JoinLinkExpired


async def keep_invite(change: Change, invite: Invite) -> None:
    """Keep a new invite in place of any to the same number; it is forgotten some time after its end."""
    before = await change.get(Invite, invite.blind)
    if before is not None and before.link:
        change.drop(JoinLink, before.link)
    change.put(invite)
    if invite.link:
        change.put(JoinLink(link=invite.link, invite=invite.blind))
    change.schedule(invite.expires + KEPT_S, ForgetInvite(blind=invite.blind))


async def find_invite(call: Call, token: str) -> Invite:
    """Return the invite of a link that still lets somebody in. A token that is none costs the caller dearly.

    Raises:
        errors.SignupClosed: nobody is let in.
        errors.JoinLinkInvalid: there is no such link.
        errors.JoinLinkUsed, errors.JoinLinkExpired, errors.JoinLinkRevoked: it lets nobody in any more.
        errors.FloodWait: too many were tried from the caller's address.
    """
    call.draw(Rate.JOIN, call.client.address)
    if call.context.config.sign_up == "closed":
        raise errors.SignupClosed
    look = call.context.look(HOUSE)
    link = await look.get(JoinLink, token_index(call.context, token))
    invite = await look.get(Invite, link.invite) if link is not None else None
    if link is None or invite is None or invite.link != link.link:
        raise errors.JoinLinkInvalid
    call.give_back(Rate.JOIN, call.client.address)  # it was no guess
    if invite.by and not await _may_invite(call.context, invite.by):
        raise errors.JoinLinkRevoked
    require_open(invite, call.now)
    return invite


async def _may_invite(context: Context, user: int) -> bool:
    """Whether people may let others in, and this one is here."""
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    return context.config.people_may_invite and record is not None and not record.deleted


async def invite_of(context: Context, user: int) -> Invite | None:
    """Return the invite by which somebody signs up, or did a moment ago; None if they needed none."""
    look = context.look(HOUSE)
    use = await look.get(InviteUse, user)
    return await look.get(Invite, use.invite) if use is not None else None


async def let_in(call: Call, invite: str = "") -> int:
    """Return the id of a new person. With the blind index of an invite, a use of it is up.

    Raises:
        errors.SignupClosed: there is no such invite.
        errors.JoinLinkUsed, errors.JoinLinkExpired, errors.JoinLinkRevoked: it lets nobody in any more.
    """
    shard = int.from_bytes(call.context.entropy.token(2), "big") % SHARD_COUNT
    async with call.context.change(HOUSE) as change:
        kept = await change.get(Invite, invite) if invite else None
        if invite and kept is None:
            raise errors.SignupClosed
        user = accounts.take_number(change) * SHARD_COUNT + shard
        user += user in accounts.RESERVED_USERS
        if kept is not None:
            require_open(kept, call.now)
            change.put(msgspec.structs.replace(kept, uses=kept.uses - 1))
            change.put(InviteUse(user=user, invite=invite))
            change.schedule(call.now + SETTLED_S, SettleUse(user=user))
    return user


async def settle_use(context: Context, user: int) -> None:
    """Give a use back to an invite if nobody came of it. Doing it twice does no harm."""
    came = await context.look(Owner(Kind.USER, user)).get(accounts.User) is not None
    async with context.change(HOUSE) as change:
        use = await change.get(InviteUse, user)
        if use is None:
            return
        change.drop(InviteUse, user)
        invite = await change.get(Invite, use.invite)
        if invite is None:
            return
        if came:
            await accounts.note_who_came(change, user, invite.blind, invite.by, invite.note)
        else:
            change.put(msgspec.structs.replace(invite, uses=invite.uses + 1))


class SettleUse(Job, frozen=True):
    """Look whether somebody who began to sign up is there; else what they used of an invite is given back."""

    name = "auth.settle_use"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        await settle_use(context, self.user)


class ForgetInvite(Job, frozen=True):
    """Drop an invite that has been over for some time."""

    name = "auth.forget_invite"

    blind: str

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(HOUSE) as change:
            invite = await change.get(Invite, self.blind)
            if invite is None or invite.expires + KEPT_S > change.now:
                return  # another was made for the number since
            change.drop(Invite, self.blind)
            if invite.link:
                change.drop(JoinLink, invite.link)
