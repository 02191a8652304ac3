"""Operator commands about invites: making, listing and withdrawing them."""

import re
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.core import HOUSE, Kind, Owner, clean_name
from chappe.core.web_links import join_link
from chappe.features import accounts, auth
from chappe.features.auth import Invite, invite_index, is_open
from chappe.rpc import operator_command
from chappe.tl import errors
from chappe.updates import Context

from .places import WAYS_MAX, known_places, way_meant
from .rules import (
    ARRIVALS_LISTED_MAX,
    DAY_S,
    ID_CHARACTERS,
    INVITE_DAYS,
    INVITE_DAYS_MAX,
    INVITE_USES_MAX,
    INVITES_LISTED_MAX,
    INVITES_READ_MAX,
    NOTE_CHARACTERS_MAX,
)

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
    group: Annotated[
        tuple[str, ...],
        Meta(
            max_length=WAYS_MAX,
            description="A group or channel they come into: its name in `chappe places`, an invite link,"
            " or its @username. May be given several times.",
        ),
    ] = (),
) -> dict[str, Any]:
    """Make an invite: to the number given, or one with a link and, for one person, an anonymous number."""
    if context.config.sign_up == "closed":
        raise ValueError(
            "Sign-up is closed, an invite would let nobody in: set `sign_up` to `invite`."
        )
    places = [await way_meant(context, given) for given in group]
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
        token = auth.new_token(context.entropy)
        if uses == 1:
            phone = await auth.anonymous_phone(context)
            code = await auth.hand_out(context, phone, expires)
    link = auth.token_index(context, token) if token else ""
    made = Invite(
        blind=invite_index(context, phone) if phone else link,
        phone=phone,
        created=now,
        expires=expires,
        uses=uses,
        link=link,
        note=clean_name(note, NOTE_CHARACTERS_MAX),
        places=tuple(dict.fromkeys(places)),
    )
    async with context.change(HOUSE) as change:
        await auth.keep_invite(change, made)
    return {
        "link": join_link(context.config.web_address, token) if token else "",
        "phone": phone,
        "code": code,
        "uses": uses,
        "expires": expires,
    }


@operator_command("invites", "List invites that are open.", empty="No invite is open.")
async def invites(context: Context) -> list[dict[str, Any]]:
    """Return the invites that still let somebody in, the operator's first. Nobody has their links."""
    now, found = int(context.clock.now()), list[Invite]()
    async for page in context.look(HOUSE).pages(Invite, limit=INVITES_READ_MAX):
        found += [one for one in page if is_open(one, now)]
    found.sort(key=lambda one: (one.by, one.created, one.blind))
    names = {place.way: place.name for place in await known_places(context)}
    return [
        {
            "id": i.blind[:ID_CHARACTERS],
            "opens_by": " or ".join(["link"] * bool(i.link) + ["number"] * bool(i.phone)),
            "phone": i.phone,
            "uses": i.uses,
            "created": i.created,
            "expires": i.expires,
            "made_by": i.by or "operator",
            "groups": ", ".join(names.get(way, "by link") for way in i.places),
            "note": i.note,
        }
        for i in found[:INVITES_LISTED_MAX]
    ]


@operator_command("revoke", "Withdraw an invite.", empty="There is none.")
async def revoke(
    context: Context,
    *,
    invite: Annotated[str, Meta(description="Its id in the list, or its number.")],
) -> bool:
    """Withdraw an open invite; return whether there was one."""
    named = invite.lower()
    by_id = _ID.fullmatch(named) is not None
    try:
        blind = invite_index(context, _phone(invite))
    except ValueError:
        if not by_id:
            raise
        blind = ""
    async with context.change(HOUSE) as change:
        named_so = await change.scan(Invite, after=named, before=named + "g") if by_id else []
        to_number = await change.get(Invite, blind) if blind else None
        both = named_so if to_number is None else [*named_so, to_number]
        found = [one for one in both if is_open(one, change.now)]
        for one in found:
            change.put(msgspec.structs.replace(one, revoked=True))
    for one in found:
        if one.phone:
            await auth.drop_handed_out(context, one.phone)
    return bool(found)


@operator_command(
    "arrivals",
    "List who came by invites in the last year, the newest first.",
    audited=False,
    empty="Nobody has come by an invite.",
)
async def arrivals(context: Context) -> list[dict[str, Any]]:
    """Return who signed up by an invite, and by which; whose account is gone is left out."""
    look = context.look(HOUSE)
    came = await look.scan(accounts.CameBy, limit=ARRIVALS_LISTED_MAX, reverse=True)
    records = await context.store.read_each(
        accounts.User, [Owner(Kind.USER, one.user) for one in came]
    )
    return [
        {
            "at": one.at,
            **accounts.named(record),
            "invite": one.invite[:ID_CHARACTERS],
            "made_by": one.by or "operator",
            "note": one.note,
        }
        for one, record in zip(came, records, strict=True)
        if record is not None and not record.deleted
    ]


COMMANDS: Final = (invite, invites, revoke, arrivals)
