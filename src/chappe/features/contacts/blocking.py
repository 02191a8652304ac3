"""Methods of the block lists: for messages, and for stories."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import StatusChanged
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from . import hooks
from .events import BlockChanged
from .records import Blocked, StoriesHidden

BLOCKED_MAX: Final = 10_000  # people one person may block
PAGE_BLOCKED_MAX: Final = 100  # blocked people in one answer
BLOCK_ERRORS: Final = (*accounts.PEER_ERRORS, errors.ContactIdInvalid)


async def _person(call: Call, given: Any) -> int:
    """Return whom an InputPeer means.

    Raises:
        errors.ContactIdInvalid: it is oneself, the service, or no person.
    """
    owner = await accounts.peer_of(call, given)
    if owner.kind is not Kind.USER or owner.id in (call.user, accounts.SERVICE_USER):
        raise errors.ContactIdInvalid
    return owner.id


def _list(stories: bool) -> type[Blocked] | type[StoriesHidden]:  # noqa: FBT001  as the request has it
    return StoriesHidden if stories else Blocked


def _put(change: Change, kind: type[Blocked] | type[StoriesHidden], user: int) -> None:
    change.put(kind(user=user, date=change.now))
    change.announce_without_pts(BlockChanged(user=user))


async def _stopped(
    call: Call, change: Change, kind: type[Blocked] | type[StoriesHidden], user: int, *, on: bool
) -> None:
    """Let a bot know that the caller has stopped it, or wants to hear it again; people are not told."""
    if kind is Blocked:
        await call.context.ask(hooks.blocked)(call, change, user, on)


@method(api.ContactsBlock, rate=Rate.WRITE, home=Home.CALLER, raises=BLOCK_ERRORS)
async def block(call: Call, request: api.ContactsBlock) -> bool:
    """Block somebody: they can no longer write to the caller nor see when they are here."""
    user, kind = await _person(call, request.id), _list(request.my_stories_from)
    async with call.change() as change:
        if await change.get(kind, user) is None:
            if await change.count(kind) >= BLOCKED_MAX:
                raise errors.ContactIdInvalid
            _put(change, kind, user)
            await _stopped(call, change, kind, user, on=True)
    call.context.delivery.push_transient(Owner.user(user), StatusChanged(user=call.user, anew=True))
    return True


@method(api.ContactsUnblock, rate=Rate.WRITE, home=Home.CALLER, raises=BLOCK_ERRORS)
async def unblock(call: Call, request: api.ContactsUnblock) -> bool:
    """Lift a block."""
    user, kind = await _person(call, request.id), _list(request.my_stories_from)
    async with call.change() as change:
        if await change.get(kind, user) is not None:
            change.drop(kind, user)
            change.announce_without_pts(BlockChanged(user=user))
            await _stopped(call, change, kind, user, on=False)
    call.context.delivery.push_transient(Owner.user(user), StatusChanged(user=call.user, anew=True))
    return True


@method(api.ContactsSetBlocked, rate=Rate.WRITE, home=Home.CALLER, raises=BLOCK_ERRORS)
async def set_blocked(call: Call, request: api.ContactsSetBlocked) -> bool:
    """Block these people and nobody else."""
    kind = _list(request.my_stories_from)
    wanted = {await _person(call, given) for given in request.id[: min(request.limit, BLOCKED_MAX)]}
    async with call.change() as change:
        known = {entry.user for entry in await change.scan(kind)}
        for user in sorted(known - wanted):
            change.drop(kind, user)
            change.announce_without_pts(BlockChanged(user=user))
            await _stopped(call, change, kind, user, on=False)
        for user in sorted(wanted - known):
            _put(change, kind, user)
            await _stopped(call, change, kind, user, on=True)
    for user in known ^ wanted:
        call.context.delivery.push_transient(
            Owner.user(user), StatusChanged(user=call.user, anew=True)
        )
    return True


@method(api.ContactsGetBlocked)
async def get_blocked(call: Call, request: api.ContactsGetBlocked) -> api.TypeContactsBlocked:
    """Return whom the caller has blocked, the latest first."""
    viewer = call.viewer()
    blocked = await call.look().scan(_list(request.my_stories_from))
    blocked.sort(key=lambda entry: -entry.date)
    page = blocked[max(0, request.offset) :][: min(max(request.limit, 0), PAGE_BLOCKED_MAX)]
    shown = [
        api.PeerBlocked(peer_id=accounts.show_peer(viewer, entry.user), date=entry.date)
        for entry in page
    ]
    users, chats = await accounts.peers(viewer)
    return api.ContactsBlockedSlice(count=len(blocked), blocked=shown, chats=chats, users=users)


@method(api.ContactsBlockFromReplies, rate=Rate.WRITE, raises=(errors.MsgIdInvalid,))
async def block_from_replies(call: Call, request: api.ContactsBlockFromReplies) -> api.TypeUpdates:
    """Refuse: replies to comments come to no chat of their own."""
    raise errors.MsgIdInvalid
