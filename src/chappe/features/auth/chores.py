"""What happens by itself as days pass: unused sessions end, unused accounts go, what expired is dropped."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.updates import House

from .deletion import delete_account
from .records import Code, LoginToken, Session, SessionTtl, TemporaryKey
from .sessions import SESSION_TTL_DAYS, end_session

DAY_S: Final = 86_400


async def end_unused(house: House, owner: Owner) -> None:
    """End one person's sessions that were not used for as long as they said; then the account itself."""
    look, now = house.look(owner), int(house.clock.now())
    record = await look.get(accounts.User)
    if record is None or record.deleted or record.bot:
        return
    ttl = await look.get(SessionTtl)
    oldest = now - (ttl.days if ttl else SESSION_TTL_DAYS) * DAY_S
    used = record.created
    for session in await look.scan(Session):
        if house.services["clients"].of_key(session.key_id):
            used = now  # connected all the time
            continue
        used = max(used, session.active)
        if session.active < oldest:
            await end_session(house, owner.id, session.key_id)
    seen = await look.get(accounts.Seen)
    used = max(used, seen.until if seen else 0)
    if used + record.ttl_days * DAY_S <= now:
        await delete_account(house, owner.id)


async def drop_expired(house: House, owner: Owner) -> None:
    """Drop the codes, tokens and temporary keys of one box of the house that serve nobody any more."""
    now = int(house.clock.now())
    look = house.look(owner)
    codes = [c.blind for c in await look.scan(Code) if c.expires <= now]
    tokens = [t.hash for t in await look.scan(LoginToken) if t.expires + DAY_S <= now]
    keys = [k.key_id for k in await look.scan(TemporaryKey) if k.expires <= now]
    if not codes and not tokens and not keys:
        return
    async with house.change(owner) as change:
        for blind in codes:
            code = await change.get(Code, blind)
            if code is not None and code.expires <= now:
                change.drop(Code, blind)
        for hashed in tokens:
            change.drop(LoginToken, hashed)
        for key_id in keys:
            change.drop(TemporaryKey, key_id)


CHORES: Final = {
    Kind.USER: end_unused,
    Kind.NAMES: drop_expired,
    Kind.AUTH_KEYS: drop_expired,
}
