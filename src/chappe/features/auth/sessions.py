"""The list of sessions, and how one ends."""

from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, House, Viewer

from .keys import box_of
from .records import AuthKey, Session


class NewSession(Event, frozen=True):
    """Somebody logged in on another device."""

    name = "auth.new_session"

    hash: int
    date: int
    device: str

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateNewAuthorization(
            unconfirmed=False, hash=self.hash, date=self.date, device=self.device, location=""
        )


def session_hash(house: House, user: int, key_id: int) -> int:
    """Return the number by which a user names one of their sessions."""
    return house.keyed("session_hash", user, key_id)


async def end_session(house: House, user: int, key_id: int) -> None:
    """Log a key out and cut its connections: nothing more reaches it by any road."""
    async with house.change(Owner(Kind.USER, user)) as change:
        change.drop(Session, key_id)
    async with house.change(box_of(key_id)) as change:
        record = await change.get(AuthKey, key_id)
        if record is not None:
            change.put(msgspec.structs.replace(record, user=0, pending_user=0))
    house.services["clients"].log_out(key_id)


def _show(house: House, user: int, session: Session, current: int) -> Any:
    mine = session.key_id == current
    return api.Authorization(
        current=mine,
        official_app=False,
        hash=0 if mine else session_hash(house, user, session.key_id),
        device_model=session.device_model,
        platform="",
        system_version=session.system_version,
        api_id=session.api_id,
        app_name=str(session.api_id),
        app_version=session.app_version,
        date_created=session.created,
        date_active=session.active,
        ip="",
        country="",
        region="",
    )


@method(api.AccountGetAuthorizations)
async def get_authorizations(call: Call, request: api.AccountGetAuthorizations) -> Any:
    """Return the caller's sessions. No address is kept, so none is shown."""
    current = call.client.key_id
    sessions = sorted(await call.look().scan(Session), key=lambda s: s.key_id != current)
    return api.AccountAuthorizations(
        authorization_ttl_days=180,
        authorizations=[_show(call.house, call.user, s, current) for s in sessions],
    )


@method(api.AccountResetAuthorization, rate=Rate.WRITE, raises=(errors.HashInvalid,))
async def reset_authorization(call: Call, request: api.AccountResetAuthorization) -> bool:
    """End one of the caller's other sessions."""
    for session in await call.look().scan(Session):
        if session_hash(call.house, call.user, session.key_id) == request.hash:
            await end_session(call.house, call.user, session.key_id)
            return True
    raise errors.HashInvalid


@method(api.AccountSetAuthorizationTTL, rate=Rate.WRITE, raises=(errors.TtlDaysInvalid,))
async def set_authorization_ttl(call: Call, request: api.AccountSetAuthorizationTTL) -> bool:
    """Refuse what is out of range; sessions end after 180 unused days in any case."""
    if not 1 <= request.authorization_ttl_days <= 366:  # noqa: PLR2004  a year at most
        raise errors.TtlDaysInvalid
    return True


@method(api.AccountChangeAuthorizationSettings, rate=Rate.WRITE, raises=(errors.HashInvalid,))
async def change_authorization_settings(
    call: Call, request: api.AccountChangeAuthorizationSettings
) -> bool:
    """Take note of what a session may do; calls and secret chats are not served yet."""
    sessions = await call.look().scan(Session)
    known = {0, *(session_hash(call.house, call.user, s.key_id) for s in sessions)}
    if request.hash not in known:
        raise errors.HashInvalid
    return True
