"""Completion of a login, common to all ways of logging in, and creation of accounts."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import CLIENTS, Call
from chappe.tl import api, errors
from chappe.updates import Change, Context

from . import hooks
from .first_link import FIRST_LINK
from .inactivity import schedule_inactivity_check
from .invites import anonymous_number
from .keys import alter_key, read_key
from .login_names import claim_mail, is_mail
from .pending_login import begin_pending_login
from .records import Code, InactivityCheck, LoginMail, Password, PendingLogin, Session
from .session_limit import make_room
from .sessions import end_session, new_session

# what every way of logging in may end with
LOGIN_ERRORS: Final = (errors.SignInDisabled, errors.UserDeactivated)


class Proof(NamedTuple):
    """What somebody has shown that it is them by, to be used up in the change that lets them in."""

    use: hooks.UseUp  # in their own box
    gone: type[errors.RpcError]  # the refusal then
    how: str  # told to whoever's account it is: "by …"


async def log_in_by_proof(call: Call, user: int, proof: Proof) -> api.AuthAuthorization:
    """Log the caller in by something else than a code; who has a password still owes it.

    Raises:
        errors.SessionPasswordNeeded: they have one.
        errors.SignInDisabled, errors.UserDeactivated: as `log_in` says.
        errors.RpcError: `proof.gone`.
    """
    await demand_password(call, user, proof)
    return await log_in(call, user, proof=proof)


async def claim_phone(call: Call, phone: str, owner: Owner) -> bool:
    """Claim a number; False if somebody has it. A claim its owner does not confirm counts for nothing."""
    taken = await accounts.find_owner(call.context, "phone", phone)
    holder = await accounts.user_by_phone(call.context, phone)
    if holder is not None and holder != owner.id:
        return False
    if holder is not None and taken == owner:
        return True
    return await accounts.claim(call.context, "phone", phone, owner, taken)


async def anonymous_phone(context: Context) -> str:
    """Return a number that no telephone has, that nobody has, and that no invite was handed out with."""
    while True:
        phone = anonymous_number(context.entropy)
        box, blind = accounts.name_location(context, "code", phone)
        given = await context.look(box).get(Code, blind)
        if given is None and await accounts.find_owner(context, "phone", phone) is None:
            return phone


async def create_user(
    call: Call,
    user: int,
    name: str,
    first_name: str,
    last_name: str,
    also: Callable[[Change], Awaitable[None]] | None = None,
) -> None:
    """Make a new person under an id that `let_in` gave, who logs in by a number, an address, or neither.

    The caller used up the code that proved it: nobody else does this. Without a number of their own they
    have an anonymous one. Whoever comes by an organisation is shown terms later, and has kept by
    `also` what they are known by, in the change that makes them.
    """
    owner = Owner(Kind.USER, user)
    mail = name if is_mail(name) else ""
    phone = name if name and not mail else await anonymous_phone(call.context)
    if mail and not await claim_mail(call.context, mail, user):
        raise errors.PhoneNumberOccupied
    if not await claim_phone(call, phone, owner):
        raise RuntimeError("a number was claimed twice at once")
    async with call.context.change(owner) as change:
        new = accounts.User(
            id=user, first_name=first_name, last_name=last_name, phone=phone, created=call.now
        )
        change.put(new)
        accounts.relist_person(change, call.context, None, new)
        if mail:
            change.put(LoginMail(address=mail))
        if call.client.key_id:  # who has an account made for them was never here
            change.put(accounts.LastSeen(until=call.now))
        if also is not None:
            await also(change)
        change.next("pts")
        shown = also is None and call.client.key_id != 0
        await call.context.ask(hooks.signing_up)(call.context, change, shown)
    call.context.own(FIRST_LINK).void()


async def demand_password(call: Call, user: int, proof: Proof | None = None) -> None:
    """Leave the caller half logged in if there is a password to be proved; then a proof is used up.

    Raises:
        errors.SessionPasswordNeeded: there is.
        errors.RpcError: `proof.gone`.
    """
    async with call.context.change(Owner(Kind.USER, user)) as change:
        if await change.get(Password) is None:
            return
        if proof is not None and not await proof.use(change):
            raise proof.gone
        begin_pending_login(change, call.client.key_id)
    await alter_key(call.context, call.client.key_id, pending_user=user)
    for client in call.context.own(CLIENTS).of_key(call.client.key_id):
        client.pending_user = user
    raise errors.SessionPasswordNeeded


async def log_in(
    call: Call, user: int, of: int = 0, proof: Proof | None = None, *, bot: bool = False
) -> api.AuthAuthorization:
    """Make the caller's key this user's; tell their other sessions; return `auth.authorization`.

    `of` is the key of the session this one was exported from: it is no device of its own.

    Raises:
        errors.SignInDisabled: their organisation lets them in no more.
        errors.UserDeactivated: they, or the session it was exported from, ended meanwhile.
        errors.RpcError: `proof.gone`.
    """
    client, context = call.client, call.context
    earlier = await read_key(context, client.key_id)
    if earlier is not None and earlier.user not in (0, user):
        await end_session(context, earlier.user, client.key_id, client)
    await alter_key(context, client.key_id, user=user, pending_user=0, of=of)
    async with context.change(Owner(Kind.USER, user), client) as change:
        there = await _is_there(change, of)
        may = there and (proof is None or await proof.use(change))
        barred = may and await context.ask(hooks.is_barred)(context, change)
        may = may and not barred
        news = may and await _keep_session(call, change, of, bot=bot)
    if not may:
        await alter_key(context, client.key_id, user=0, of=0)
        call.context.own(CLIENTS).log_out(client.key_id)
        if barred:
            raise errors.SignInDisabled
        raise proof.gone if proof and there else errors.UserDeactivated
    call.context.own(CLIENTS).log_in(client.key_id, user, bot=bot, aside=bool(of))
    call.user = user
    await make_room(call, user, of)
    if (
        news or proof is not None
    ):  # not by a code: then it is written down even if nobody reads it now
        device = client.device.device_model or "a device"
        how = f", {proof.how}" if proof else ""
        await call.context.ask(hooks.service_message)(
            context,
            user,
            f"New login. Somebody logged in to your account from {device}{how}. "
            "If it was not you, end that session in Settings, Devices.",
        )
    return api.AuthAuthorization(user=await accounts.show_user(call.viewer(), user))


async def _is_there(change: Change, of: int) -> bool:
    """Whether somebody can be logged in: they exist, and so does the session it is done from, if any."""
    record = await change.get(accounts.User)
    if record is None or record.deleted:
        return False
    return not of or await change.get(Session, of) is not None


async def _keep_session(call: Call, change: Change, of: int, *, bot: bool) -> bool:
    """Put the caller's key among somebody's sessions; return whether that is news to their others."""
    key_id, device, user = call.client.key_id, call.client.device, change.owner.id
    others = [s for s in await change.scan(Session) if s.key_id != key_id]
    news = bool(others) and not of and not bot
    session = Session(
        key_id=key_id,
        created=call.now,
        active=call.now,
        api_id=device.api_id,
        device_model=device.device_model,
        system_version=device.system_version,
        app_version=device.app_version,
        of=of,
        unconfirmed=news,
        language=device.lang_code or device.system_lang_code,
    )
    change.put(session)
    change.drop(PendingLogin, key_id)
    if not bot and await change.get(InactivityCheck) is None:
        schedule_inactivity_check(change, user)
    if news:
        change.announce_without_pts(new_session(call.context, user, session))
    return news
