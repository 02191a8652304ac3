"""Sign-up: with a number or an address that was proved, or by a link and a name alone (docs/joining.md)."""

from typing import Final

from chappe.core import HOUSE
from chappe.features import accounts
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import codes, hooks
from .first_link import FIRST_LINK, is_empty
from .invites import (
    JOIN_ERRORS,
    LINK_ERRORS,
    InviteUse,
    JoinLink,
    find_invite,
    invite_index,
    invite_of,
    let_in,
    settle_use,
    token_index,
)
from .login import LOGIN_ERRORS, create_user, log_in
from .login_names import NAME_ERRORS, login_name, user_by_name
from .rules import Asked, read_asked

CALLS_TO_SIGN_UP: Final = 3  # of the class LOGIN: to ask for a code, to say it, and to sign up
CALLS_TO_JOIN: Final = 2  # of the class LOGIN: to ask after the link, and to sign up


def _hash_of(call: Call, token: str) -> str:
    """Return the `phone_code_hash` by which a key that asked after a link goes on."""
    part = int(token_index(call.context, token)[:15], 16)
    return f"{call.context.keyed('join_hash', call.client.key_id, part):016x}"


async def open_link(call: Call, asked: Asked) -> str:
    """Return the blind index of the invite a link is for; empty for the first person's.

    Raises:
        errors.JoinNumberNeeded: a name alone is not enough here.
        errors.SignupClosed, errors.JoinLinkInvalid, errors.JoinLinkUsed, errors.JoinLinkExpired,
        errors.JoinLinkRevoked, errors.FloodWait: as `find_invite` says.
    """
    first = call.context.own(FIRST_LINK)
    if first.has(asked.token):
        if not await is_empty(call.context):
            first.void()
        first.require_open(call.context.clock.monotonic())
        return ""
    invite = await find_invite(call, asked.token)
    if not asked.login and not call.context.config.join_by_name:
        raise errors.JoinNumberNeeded
    return invite.blind


async def show_no_code(call: Call, asked: Asked) -> api.AuthSentCode:
    """Return that a link is good, and that no code is needed: its length is 0.

    Raises:
        errors.RpcError: it is not good, as `open_link` says.
    """
    await open_link(call, asked)
    return api.AuthSentCode(
        type=api.AuthSentCodeTypeSms(length=0), phone_code_hash=_hash_of(call, asked.token)
    )


@method(
    api.AuthSignUp,
    needs=Needs.KEY,
    rate=Rate.LOGIN,
    home=Home.KEY,
    raises=(
        *NAME_ERRORS,
        errors.PhoneCodeExpired,
        errors.FirstnameInvalid,
        errors.PhoneNumberOccupied,
        *JOIN_ERRORS,
        *LOGIN_ERRORS,
    ),
)
async def sign_up(call: Call, request: api.AuthSignUp) -> api.TypeAuthAuthorization:
    """Make an account: for a number or address whose code was right, or for whoever has a link."""
    asked = read_asked(request.phone_number)
    name = login_name(call, asked.login) if asked.login or not asked.token else ""
    if name:
        await codes.require_verified(call, name, request.phone_code_hash)
    elif not codes.same(_hash_of(call, asked.token), request.phone_code_hash):
        raise errors.PhoneCodeExpired
    elif await _has_joined(call, asked.token):  # and the answer was lost on its way
        return await log_in(call, call.user)
    first_name = accounts.check_first_name(request.first_name)
    last_name = accounts.clean_person_name(request.last_name)
    if name and await user_by_name(call.context, name) is not None:
        raise errors.PhoneNumberOccupied
    user = await _admit(call, asked, name)
    try:
        if name:
            await codes.require_verified(call, name, request.phone_code_hash, use=True)
        await create_user(call, user, name, first_name, last_name)
    except Exception:
        await _give_back(call, asked, user)
        raise
    if not name:
        call.context.own(FIRST_LINK).note(asked.token, user)
    if name:
        codes.was_no_guess(call, CALLS_TO_SIGN_UP)
    elif asked.token:  # who shows a link that is good is none of those the class is against
        call.give_back(Rate.LOGIN, call.client.address, CALLS_TO_JOIN)
    entered = await log_in(call, user)
    invite = await invite_of(call.context, user)
    if invite is not None and invite.by:
        await call.context.ask(hooks.came_by_invite)(call, invite.by)
    return entered


async def _admit(call: Call, asked: Asked, name: str) -> int:
    """Return the id of a new person, let in by a link, an invite to their number, or the operator's policy.

    Raises:
        errors.RpcError: none of them does, as `open_link` and `let_in` say.
    """
    if asked.token:
        invite = await open_link(call, asked)
        if invite:
            return await let_in(call, invite)
        first = call.context.own(FIRST_LINK)
        first.take(call.context.clock.monotonic())
        try:
            return await let_in(call)
        except Exception:
            first.give_back()
            raise
    match call.context.config.sign_up:
        case "open":
            return await let_in(call)
        case "invite":
            try:
                return await let_in(call, invite_index(call.context, name))
            except LINK_ERRORS:  # apps that know of no links know this
                raise errors.SignupClosed from None
    raise errors.SignupClosed


async def _has_joined(call: Call, token: str) -> bool:
    """Whether the caller is logged in as who joined by this link a moment ago."""
    if not call.user:
        return False
    first = call.context.own(FIRST_LINK)
    if first.has(token):
        return first.joined == call.user
    look = call.context.look(HOUSE)
    use = await look.get(InviteUse, call.user)
    link = await look.get(JoinLink, token_index(call.context, token))
    return use is not None and link is not None and use.invite == link.invite


async def _give_back(call: Call, asked: Asked, user: int) -> None:
    """Give back what a sign-up has used of a link or an invite: nothing came of it."""
    first = call.context.own(FIRST_LINK)
    if asked.token and first.has(asked.token):
        first.give_back()
    else:
        await settle_use(call.context, user)
