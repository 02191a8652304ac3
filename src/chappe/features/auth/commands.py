"""Operator commands about login: codes, invites, sessions, erasure of an account."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.core import Kind, Owner, clean_name
from chappe.core.web_links import join_link
from chappe.features import accounts
from chappe.rpc import operator_command
from chappe.tl import errors
from chappe.updates import Context

from . import codes, expiry
from .account_deletion import delete_account, is_half_deleted
from .apps import title_of
from .ended import note_end
from .invites import (
    DAY_S,
    HOUSE_BOX,
    ID_CHARACTERS,
    INVITE_DAYS,
    INVITE_DAYS_MAX,
    INVITE_USES_MAX,
    NOTE_CHARACTERS_MAX,
    TOKEN_BYTES,
    Invite,
    invite_index,
    is_open,
    keep_invite,
    token_index,
    token_of,
)
from .login import anonymous_phone
from .named import Person, known_account, named_account
from .records import Code, Session
from .sessions import end_session, session_hash

_ID: Final = re.compile(rf"[0-9a-f]{{{ID_CHARACTERS}}}")  # as the list shows it


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
    "Let somebody sign up: print a link, and for apps that know no links a new number with its code.",
)
async def invite(
    context: Context,
    *,
    phone: Annotated[str, Meta(description="For this number alone; no link is made.")] = "",
    uses: Annotated[
        int,
        Meta(ge=1, le=INVITE_USES_MAX, description="How many people; above 1 by the link only."),
    ] = 1,
    days: Annotated[
        int, Meta(ge=1, le=INVITE_DAYS_MAX, description="For how many days it is good.")
    ] = INVITE_DAYS,
    note: Annotated[str, Meta(description="What the list shall say of it.")] = "",
) -> dict[str, Any]:
    """Make an invite: to the number given, or one with a link and, for one person, an anonymous number."""
    if context.config.sign_up == "closed":
        raise ValueError(
            "Sign-up is closed, an invite would let nobody in: set `sign_up` to `invite`."
        )
    now = int(context.clock.now())
    expires = now + days * DAY_S
    token = code = ""
    if phone:
        phone = _phone(phone)
        if uses > 1:
            raise ValueError("A number is one person's: leave out --uses, or --phone.")
        if await accounts.user_by_phone(context, phone) is not None:
            raise ValueError("Somebody has that number already: see `chappe users`.")
    else:
        token = token_of(context.entropy.token(TOKEN_BYTES))
        if uses == 1:
            phone = await anonymous_phone(context)
            code = await _hand_out(context, phone, expires)
    link = token_index(context, token) if token else ""
    made = Invite(
        blind=invite_index(context, phone) if phone else link,
        phone=phone,
        created=now,
        expires=expires,
        uses=uses,
        link=link,
        note=clean_name(note, NOTE_CHARACTERS_MAX),
    )
    async with context.change(HOUSE_BOX) as change:
        keep_invite(change, made)
    return {
        "link": join_link(context.config.web_address, token) if token else "",
        "phone": phone,
        "code": code,
        "uses": uses,
        "expires": expires,
    }


async def _hand_out(context: Context, phone: str, expires: int) -> str:
    """Return the first login code of an anonymous number, good as long as its invite."""
    code = codes.new_digits(context.entropy)
    box, blind = accounts.name_location(context, "code", phone)
    async with context.change(box) as change:
        change.put(
            Code(
                blind=blind,
                hash=context.entropy.token(9).hex(),
                code=code,
                expires=expires,
                sent=change.now,
                invited=True,
            )
        )
        expiry.expires(change, expires)
    return code


@operator_command("invites", "List invites that are open.", empty="No invite is open.")
async def invites(context: Context) -> list[dict[str, Any]]:
    """Return the invites that still let somebody in. Their links are kept by nobody."""
    now = int(context.clock.now())
    found = [i for i in await context.look(HOUSE_BOX).scan(Invite) if is_open(i, now)]
    return [
        {
            "id": i.blind[:ID_CHARACTERS],
            "by": "link" if i.link and not i.phone else "link or number" if i.link else "number",
            "phone": i.phone,
            "uses": i.uses,
            "created": i.created,
            "expires": i.expires,
            "note": i.note,
        }
        for i in sorted(found, key=lambda i: (i.created, i.blind))
    ]


@operator_command("revoke", "Withdraw an invite.", empty="There is none.")
async def revoke(
    context: Context,
    *,
    invite: Annotated[str, Meta(description="Its id in the list, or its number.")],
) -> bool:
    """Withdraw an open invite; return whether there was one."""
    named = invite.lower()
    blind = "" if _ID.fullmatch(named) else invite_index(context, _phone(invite))
    async with context.change(HOUSE_BOX) as change:
        found = [
            i
            for i in await change.scan(Invite)
            if is_open(i, change.now) and (i.blind == blind or i.blind.startswith(named))
        ]
        for one in found:
            change.put(msgspec.structs.replace(one, revoked=True))
    for one in found:
        if one.phone:
            await codes.drop_handed_out(context, one.phone)
    return bool(found)


@operator_command("sessions", "List somebody's sessions.", empty="No session is open.")
async def sessions(context: Context, *, user: Person) -> list[dict[str, Any]]:
    """Return somebody's sessions."""
    person = await known_account(context, user)
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
    person, wanted = await known_account(context, user), hash
    await note_end(context, person)
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
    person = await named_account(context, str(user))
    if not await is_half_deleted(context, person):
        await known_account(context, user)
    await delete_account(context, person)
    return True


COMMANDS: Final = (recent_codes, invite, invites, revoke, sessions, end, erase)
