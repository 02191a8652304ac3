"""What an operator may do about logging in: codes, invites, sessions, erasure."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import rules
from chappe.tl import errors
from chappe.updates import House

from . import codes, expiry
from .apps import title_of
from .ending import delete_account, is_half_deleted
from .invites import INVITE_LIFETIME_S, Invite, anonymous_number, blind_of
from .records import Code, Session
from .sessions import end_session, session_hash

HOUSE_BOX: Final = Owner(Kind.HOUSE, 0)


def _phone(given: Mapping[str, Any]) -> str:
    """Return the digits of the number an act is about.

    Raises:
        ValueError: it is none.
    """
    try:
        return rules.clean_phone(str(given["phone"]))
    except errors.PhoneNumberInvalid:
        text = f"{given['phone']} is no phone number: give 5 to 15 digits, country first."
        raise ValueError(text) from None


async def recent_codes(house: House, _given: Mapping[str, Any]) -> list[Mapping[str, str | int]]:
    """Return the login codes shown lately."""
    return list(house.ports.recent_codes)


async def invite(house: House, given: Mapping[str, Any]) -> dict[str, Any]:
    """Let one number sign up: the one given, or an anonymous one with its first login code."""
    if house.config.sign_up == "closed":
        raise ValueError(
            "Sign-up is closed, an invite would let nobody in: set `sign_up` to `invite`."
        )
    now = int(house.clock.now())
    expires = now + INVITE_LIFETIME_S
    if given.get("phone"):
        phone = _phone(given)
        if await accounts.user_by_phone(house, phone) is not None:
            raise ValueError("Somebody has that number already: see `chappe users`.")
        code = ""
    else:
        phone = anonymous_number(house.entropy)
        while await accounts.find(house, "phone", phone) is not None:
            phone = anonymous_number(house.entropy)
        code = codes.new_digits(house.entropy)
        box, blind = accounts.place(house, "code", phone)
        async with house.change(box) as change:
            change.put(
                Code(
                    blind=blind,
                    hash=house.entropy.token(9).hex(),
                    code=code,
                    expires=expires,
                    sent=now,
                    invited=True,
                )
            )
            expiry.expires(change, expires)
    async with house.change(HOUSE_BOX) as change:
        change.put(Invite(blind=blind_of(house, phone), phone=phone, created=now, expires=expires))
    return {"phone": phone, "code": code, "expires": expires}


async def invites(house: House, _given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the invites nobody has used yet."""
    found = await house.look(HOUSE_BOX).scan(Invite)
    return [{"phone": i.phone, "created": i.created, "expires": i.expires} for i in found]


async def revoke(house: House, given: Mapping[str, Any]) -> bool:
    """Withdraw an invite."""
    phone = _phone(given)
    blind = blind_of(house, phone)
    async with house.change(HOUSE_BOX) as change:
        found = await change.get(Invite, blind) is not None
        change.drop(Invite, blind)
    return found


async def _known(house: House, given: Mapping[str, Any]) -> int:
    """Return the account an act is about.

    Raises:
        ValueError: there is none, or not any more.
    """
    user = await _named(house, str(given["user"]))
    record = await house.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        raise ValueError(f"There is no account {given['user']}: see `chappe users`.")
    return user


async def _named(house: House, name: str) -> int:
    """Return the id that is meant by an id or by an @username.

    Raises:
        ValueError: it is neither, or nobody has that username.
    """
    if name.isascii() and name.isdigit():
        return int(name)
    username = name.removeprefix("@").lower()
    owner = await accounts.find(house, "username", username) if username else None
    if owner is not None and owner.kind is Kind.USER:
        record = await house.look(owner).get(accounts.User)
        if record is not None and record.username.lower() == username:  # the claim is confirmed
            return owner.id
    raise ValueError(f"There is no account {name}: see `chappe users`.")


async def sessions(house: House, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return somebody's sessions."""
    user = await _known(house, given)
    return [
        {
            "hash": session_hash(house, user, s.key_id),
            "device": s.device_model,
            "app": title_of(s.api_id, s.app_version),
            "created": s.created,
            "active": s.active,
        }
        for s in await house.look(Owner(Kind.USER, user)).scan(Session)
    ]


async def end(house: House, given: Mapping[str, Any]) -> int:
    """End one of somebody's sessions, or all of them; return how many ended."""
    user, wanted = await _known(house, given), given.get("hash")
    ended = 0
    for session in await house.look(Owner(Kind.USER, user)).scan(Session):
        if wanted is None or session_hash(house, user, session.key_id) == int(wanted):
            await end_session(house, user, session.key_id)
            ended += 1
    return ended


async def erase(house: House, given: Mapping[str, Any]) -> bool:
    """Delete somebody's account: their key is destroyed, so that no copy of their data opens."""
    user = await _named(house, str(given["user"]))
    if not await is_half_deleted(house, user):
        await _known(house, given)
    await delete_account(house, user)
    return True


ACTS: Final = {
    "codes": recent_codes,
    "invite": invite,
    "invites": invites,
    "revoke": revoke,
    "sessions": sessions,
    "end": end,
    "erase": erase,
}
