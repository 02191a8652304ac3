"""Sessions of an account: listing and ending them."""

from collections.abc import Collection
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.rpc import CLIENTS, Call, Client, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Context, Event, QtsLog, Viewer

from . import hooks
from .apps import app_of
from .keys import key_box
from .records import AuthKey, Session, SessionTtl, TemporaryKey

SESSION_TTL_DAYS: Final = 180  # unused days after which a session ends, unless its owner says else
FRESH_S: Final = 86_400  # seconds in which a session may not end those that were there before it
CONFIRM_S: Final = 7 * 86_400  # seconds after which nobody is asked any more whether it was them


class NewSession(Event, frozen=True):
    """Somebody logged in on another device, or what was unconfirmed of it is settled."""

    name = "auth.new_session"

    hash: int
    date: int
    device: str
    key_id: int = 0

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewAuthorization:
        """See `Event`."""
        session = await viewer.look(Owner(Kind.USER, viewer.user)).get(Session, self.key_id)
        now = int(viewer.context.clock.now())
        if session is None or not is_unconfirmed(session, now):
            return api.UpdateNewAuthorization(hash=self.hash)
        return api.UpdateNewAuthorization(
            unconfirmed=True, hash=self.hash, date=self.date, device=self.device, location=""
        )


def is_unconfirmed(session: Session, now: int) -> bool:
    """Whether it is still asked who logged in on a session."""
    return session.unconfirmed and session.created + CONFIRM_S > now


def session_hash(context: Context, user: int, key_id: int) -> int:
    """Return the number by which a user names one of their sessions."""
    return context.keyed("session_hash", user, key_id)


def new_session(context: Context, user: int, session: Session) -> NewSession:
    """Return the event that tells of a session."""
    hashed = session_hash(context, user, session.key_id)
    return NewSession(
        hash=hashed, date=session.created, device=session.device_model, key_id=session.key_id
    )


async def end_session(
    context: Context,
    user: int,
    key_id: int,
    asking: Client | None = None,
    *,
    spared: frozenset[int] = frozenset(),
) -> None:
    """Log a key out and cut its connections: nothing more reaches it by any road.

    Its temporary keys die with it, and so do the sessions exported from it for other data centres.
    Who is `asking`, or speaks under a key that is `spared`, keeps the connection until the answer has left.
    """
    if asking is not None:
        spared |= {k for k in (asking.temp_key_id, asking.key_id) if k is not None}
    async with context.change(Owner(Kind.USER, user)) as change:
        ended = [s for s in await change.scan(Session) if key_id in (s.key_id, s.of)]
        for session in ended:
            change.drop(Session, session.key_id)
            await context.ask(hooks.session_ended)(context, change, session.key_id)
            await change.close_log(QtsLog(session.key_id))
            if session.unconfirmed:
                change.announce_without_pts(new_session(context, user, session))
    for key in {key_id, *(s.key_id for s in ended)}:
        await _end_key(context, user, key, spared)


async def end_sessions(context: Context, user: int, keys: Collection[int] | None = None) -> None:
    """Log somebody out everywhere, or of these keys only."""
    for session in await context.look(Owner(Kind.USER, user)).scan(Session):
        if keys is None or session.key_id in keys:
            await end_session(context, user, session.key_id)


async def _end_key(context: Context, user: int, key_id: int, spared: frozenset[int]) -> None:
    clients, gateway = context.own(CLIENTS), context.ports.connections
    async with context.change(key_box(key_id)) as change:
        record = await change.get(AuthKey, key_id)
        if record is None or record.user not in (user, 0):
            return  # somebody else has logged in with it since
        kept = tuple(k for k in record.bound if k in spared)
        change.put(
            msgspec.structs.replace(record, user=0, pending_user=0, bound=kept, left=change.now)
        )
    clients.log_out(key_id)
    for temporary in set(record.bound) - spared:
        async with context.change(key_box(temporary)) as change:
            change.drop(TemporaryKey, temporary)
        gateway.drop_key(temporary)
    if key_id not in spared:
        gateway.cut_key(key_id)


async def require_seasoned(
    call: Call, refusal: type[errors.RpcError], than: int | None = None
) -> None:
    """Check that the caller's session may act against those that were there before it.

    Whoever got hold of one login code shall not be able to shut the owner out within a day.

    Raises:
        refusal: it is younger than a day, and younger than `than` (a key), or than any other session.
    """
    sessions = await call.look().scan(Session)
    mine = next((s for s in sessions if s.key_id == call.client.key_id), None)
    if mine is None or mine.created + FRESH_S <= call.now:
        return
    for other in sessions:
        if than in (None, other.key_id) and not other.of and other.created < mine.created:
            raise refusal


def _show(context: Context, user: int, session: Session, current: int) -> api.Authorization:
    mine = session.key_id == current
    app = app_of(session.api_id, session.device_model)
    return api.Authorization(
        current=mine,
        official_app=False,
        unconfirmed=is_unconfirmed(session, int(context.clock.now())),
        encrypted_requests_disabled=session.refuses_secret_chats,
        call_requests_disabled=session.refuses_calls,
        hash=0 if mine else session_hash(context, user, session.key_id),
        device_model=session.device_model,
        platform=app.platform,
        system_version=session.system_version,
        api_id=session.api_id,
        app_name=app.name,
        app_version=session.app_version,
        date_created=session.created,
        date_active=session.active,
        ip="",
        country="",
        region="",
    )


def show_session(context: Context, user: int, session: Session) -> api.Authorization:
    """Return a session as another one of the same person lists it."""
    return _show(context, user, session, 0)


@method(api.AccountGetAuthorizations)
async def get_authorizations(
    call: Call, request: api.AccountGetAuthorizations
) -> api.AccountAuthorizations:
    """Return the caller's sessions, and who wants to come in. No address is kept, so none is shown."""
    current = call.client.key_id
    sessions = [s for s in await call.look().scan(Session) if not s.of]
    sessions.sort(key=lambda s: (s.key_id != current, -s.active))
    ttl = await call.look().get(SessionTtl)
    shown = [_show(call.context, call.user, s, current) for s in sessions]
    pending = await call.context.ask(hooks.pending_entries)(call.context, call.user)
    return api.AccountAuthorizations(
        authorization_ttl_days=ttl.days if ttl else SESSION_TTL_DAYS,
        authorizations=[*shown, *map(_show_pending, pending)],
    )


def _show_pending(pending: hooks.PendingEntry) -> api.Authorization:
    """Return who wants to come in, as a session that nobody has confirmed."""
    return api.Authorization(
        unconfirmed=not pending.confirmed,
        hash=pending.hash,
        device_model=pending.device,
        platform="",
        system_version="",
        api_id=0,
        app_name="",
        app_version="",
        date_created=pending.since,
        date_active=pending.since,
        ip="",
        country="",
        region="",
    )


@method(
    api.AccountResetAuthorization,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.HashInvalid, errors.FreshResetAuthorisationForbidden),
)
async def reset_authorization(call: Call, request: api.AccountResetAuthorization) -> bool:
    """End one of the caller's other sessions; a fresh one may not end an older one.

    Whoever wants to come in, and has not been let in yet, may be refused by any.
    """
    if await call.context.ask(hooks.refuse_entry)(call, request.hash):
        return True
    for session in await call.look().scan(Session):
        if session_hash(call.context, call.user, session.key_id) == request.hash:
            await require_seasoned(call, errors.FreshResetAuthorisationForbidden, session.key_id)
            await end_session(call.context, call.user, session.key_id, call.client)
            return True
    raise errors.HashInvalid


@method(
    api.AuthResetAuthorizations,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.FreshResetAuthorisationForbidden,),
)
async def reset_authorizations(call: Call, request: api.AuthResetAuthorizations) -> bool:
    """End every other session of the caller; a fresh one may not while there are older ones."""
    await require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    await call.context.ask(hooks.refuse_entry)(call, None)
    mine = call.client.key_id
    for session in await call.look().scan(Session):
        if mine not in (session.key_id, session.of):
            await end_session(call.context, call.user, session.key_id, call.client)
    return True


@method(
    api.AccountSetAuthorizationTTL,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.TtlDaysInvalid, errors.FreshResetAuthorisationForbidden),
)
async def set_authorization_ttl(call: Call, request: api.AccountSetAuthorizationTTL) -> bool:
    """Say after how many unused days the caller's sessions end."""
    if not 1 <= request.authorization_ttl_days <= 366:  # noqa: PLR2004  a year at most
        raise errors.TtlDaysInvalid
    await require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    async with call.change() as change:
        change.put(SessionTtl(days=request.authorization_ttl_days))
    return True


@method(
    api.AccountChangeAuthorizationSettings,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.HashInvalid, errors.FreshResetAuthorisationForbidden),
)
async def change_authorization_settings(
    call: Call, request: api.AccountChangeAuthorizationSettings
) -> bool:
    """Confirm that a session, or who wants to come in, is oneself; or say what a session may not do."""
    if request.confirmed and await call.context.ask(hooks.confirm_entry)(call, request.hash):
        return True
    key_id = call.client.key_id
    async with call.change() as change:
        wanted = [
            s
            for s in await change.scan(Session)
            if request.hash == session_hash(call.context, call.user, s.key_id)
            or (request.hash == 0 and s.key_id == key_id)
        ]
        if not wanted:
            raise errors.HashInvalid
        session = wanted[0]
        if request.confirmed:
            if session.key_id == key_id and session.unconfirmed:
                raise errors.FreshResetAuthorisationForbidden  # it cannot vouch for itself
            session = msgspec.structs.replace(session, unconfirmed=False)
            change.announce_without_pts(new_session(call.context, call.user, session))
        for given, field in (
            (request.encrypted_requests_disabled, "refuses_secret_chats"),
            (request.call_requests_disabled, "refuses_calls"),
        ):
            if given is not None:
                session = msgspec.structs.replace(session, **{field: given})
        change.put(session)
    return True


# -- what is no session here ------------------------------------------------------------------------


@method(api.AccountResetWebAuthorization, rate=Rate.WRITE, raises=(errors.HashInvalid,))
async def reset_web_authorization(call: Call, request: api.AccountResetWebAuthorization) -> bool:
    """Refuse: nobody logs in to a web site by this server."""
    raise errors.HashInvalid


@method(api.AccountResetWebAuthorizations, rate=Rate.WRITE)
async def reset_web_authorizations(call: Call, request: api.AccountResetWebAuthorizations) -> bool:
    """Agree: nobody is logged in to a web site by this server."""
    return True


@method(api.AccountUpdateDeviceLocked, rate=Rate.WRITE)
async def update_device_locked(call: Call, request: api.AccountUpdateDeviceLocked) -> bool:
    """Take note; a locked device is told what any other is."""
    return True
