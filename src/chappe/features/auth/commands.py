"""Operator commands about login: codes, invites, sessions, erasure of an account."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import operator_command
from chappe.tl import errors
from chappe.updates import Context

from . import codes, expiry
from .account_deletion import delete_account, is_half_deleted
from .apps import title_of
from .invites import INVITE_LIFETIME_S, Invite, anonymous_number, invite_index
from .records import Code, Session
from .sessions import end_session, session_hash

HOUSE_BOX: Final = Owner(Kind.HOUSE, 0)


Person = Annotated[int | str, Meta(description="An account's id, or @username.")]


def _phone(given: str) -> str:
    """Return the digits of the number a command is about.

    Raises:
        ValueError: it is none.
    """
    try:
        return accounts.clean_phone(given)
    except errors.PhoneNumberInvalid:
        text = f"{given} is no phone number: give 5 to 15 digits, country first."
        raise ValueError(text) from None


@operator_command(
    "codes", "Show the login codes sent lately.", empty="No code was asked for lately."
)
async def recent_codes(context: Context) -> list[Mapping[str, str | int]]:
    """Return the login codes shown lately."""
    return list(context.ports.recent_codes)


@operator_command(
    "invite",
    "Let one more person sign up; without --phone, with a new anonymous number and its code.",
)
async def invite(
    context: Context,
    *,
    phone: Annotated[str, Meta(description="For this number; otherwise a new one.")] = "",
) -> dict[str, Any]:
    """Let one number sign up: the one given, or an anonymous one with its first login code."""
    if context.config.sign_up == "closed":
        raise ValueError(
            "Sign-up is closed, an invite would let nobody in: set `sign_up` to `invite`."
        )
    now = int(context.clock.now())
    expires = now + INVITE_LIFETIME_S
    if phone:
        phone = _phone(phone)
        if await accounts.user_by_phone(context, phone) is not None:
            raise ValueError("Somebody has that number already: see `chappe users`.")
        code = ""
    else:
        phone = anonymous_number(context.entropy)
        while await accounts.find_owner(context, "phone", phone) is not None:
            phone = anonymous_number(context.entropy)
        code = codes.new_digits(context.entropy)
        box, blind = accounts.name_location(context, "code", phone)
        async with context.change(box) as change:
            change.put(
                Code(
                    blind=blind,
                    hash=context.entropy.token(9).hex(),
                    code=code,
                    expires=expires,
                    sent=now,
                    invited=True,
                )
            )
            expiry.expires(change, expires)
    async with context.change(HOUSE_BOX) as change:
        change.put(
            Invite(blind=invite_index(context, phone), phone=phone, created=now, expires=expires)
        )
    return {"phone": phone, "code": code, "expires": expires}


@operator_command("invites", "List invites that nobody used.", empty="No invite is open.")
async def invites(context: Context) -> list[dict[str, Any]]:
    """Return the invites nobody has used yet."""
    found = await context.look(HOUSE_BOX).scan(Invite)
    return [{"phone": i.phone, "created": i.created, "expires": i.expires} for i in found]


@operator_command("revoke", "Withdraw the invite of a number.", empty="There is none.")
async def revoke(context: Context, *, phone: str) -> bool:
    """Withdraw an invite; return whether there was one."""
    blind = invite_index(context, _phone(phone))
    async with context.change(HOUSE_BOX) as change:
        found = await change.get(Invite, blind) is not None
        change.drop(Invite, blind)
    return found


async def _known(context: Context, given: int | str) -> int:
    """Return the account a command is about.

    Raises:
        ValueError: there is none, or not any more.
    """
    user = await _named(context, str(given))
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        raise ValueError(f"There is no account {given}: see `chappe users`.")
    return user


async def _named(context: Context, name: str) -> int:
    """Return the id that is meant by an id or by an @username.

    Raises:
        ValueError: it is neither, or nobody has that username.
    """
    if name.isascii() and name.isdigit():
        return int(name)
    username = name.removeprefix("@").lower()
    owner = await accounts.find_owner(context, "username", username) if username else None
    if owner is not None and owner.kind is Kind.USER:
        record = await context.look(owner).get(accounts.User)
        if record is not None and record.username.lower() == username:  # the claim is confirmed
            return owner.id
    raise ValueError(f"There is no account {name}: see `chappe users`.")


@operator_command("sessions", "List somebody's sessions.", empty="No session is open.")
async def sessions(context: Context, *, user: Person) -> list[dict[str, Any]]:
    """Return somebody's sessions."""
    person = await _known(context, user)
    return [
        {
            "hash": session_hash(context, person, s.key_id),
            "device": s.device_model,
            "app": title_of(s.api_id, s.app_version),
            "created": s.created,
            "active": s.active,
        }
        for s in await context.look(Owner(Kind.USER, person)).scan(Session)
    ]


@operator_command("end", "End one of somebody's sessions, or all of them.")
async def end(
    context: Context,
    *,
    user: Person,
    hash: int | None = None,  # noqa: A002  the name that scripts give it
) -> int:
    """End the session of this hash, or all of somebody's sessions; return how many ended."""
    person, wanted = await _known(context, user), hash
    ended = 0
    for session in await context.look(Owner(Kind.USER, person)).scan(Session):
        if wanted is None or session_hash(context, person, session.key_id) == wanted:
            await end_session(context, person, session.key_id)
            ended += 1
    return ended


@operator_command(
    "erase", "Delete an account and destroy its key; nothing of it can be read again."
)
async def erase(context: Context, *, user: Person) -> bool:
    """Delete somebody's account: their key is destroyed, so that no copy of their data opens."""
    person = await _named(context, str(user))
    if not await is_half_deleted(context, person):
        await _known(context, user)
    await delete_account(context, person)
    return True


COMMANDS: Final = (recent_codes, invite, invites, revoke, sessions, end, erase)
