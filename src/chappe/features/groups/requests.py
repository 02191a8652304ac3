"""Join requests: listing importers and requests of a link, approving and declining."""

from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from chappe.core import Kind
from chappe.core.web_links import code_in_link
from chappe.features import accounts, chats
from chappe.features.adminlog import note
from chappe.features.chats import Importer, Link, Member, Membership, Request
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Viewer

from .chat_updates import act, act_updates, act_within, mention, updates
from .events import REQUESTS_READ_MAX, newest_requests
from .invitations import show_invite_link
from .links import IMPORTERS_MAX, LINK_ERRORS, PAGE_MAX, gate, link_index
from .members import filter_by_name
from .membership import Entrant, admit, tell_members, tell_of_requests


@method(api.MessagesGetChatInviteImporters, raises=(*LINK_ERRORS, errors.InviteHashExpired))
async def get_importers(
    call: Call, request: api.MessagesGetChatInviteImporters
) -> api.MessagesChatInviteImporters:
    """Return who came by a link, or who asks to be let in."""
    place = await gate(call, request.peer)
    viewer: Viewer = call.viewer()
    look = call.look(place.owner)
    code = code_in_link(request.link) if request.link else ""
    importers: list[tuple[int, int, int]] = []
    if request.requested:
        asked = await look.scan(Request)
        importers = [(r.date, r.user, 0) for r in asked if not code or r.link == code]
    else:
        blind = (link_index(call.context, code),) if code else ()
        for row in await look.scan(Importer, *blind, limit=IMPORTERS_MAX):
            member = await look.get(Member, row.user)
            if member is None or not chats.is_in(member, call.now):
                continue
            if member.link and (not code or member.link == code):
                importers.append((member.joined, member.user, member.approved_by))
    importers.sort(reverse=True)
    count = len(importers)
    if request.q:
        importers = await filter_by_name(call, importers, request.q, itemgetter(1))
    if request.offset_date:
        offset = await _offset_user(call, request.offset_user)
        importers = [one for one in importers if one[:2] < (request.offset_date, offset)]
    page = importers[: max(1, min(request.limit, PAGE_MAX))]
    shown = []
    for date, user, approved in page:
        viewer.mention_user(user)
        shown.append(
            api.ChatInviteImporter(
                requested=request.requested, user_id=user, date=date, approved_by=approved or None
            )
        )
    users, _ = await accounts.peers(viewer)
    return api.MessagesChatInviteImporters(count=count, importers=shown, users=users)


async def _offset_user(call: Call, given: Any) -> int:
    """Return after whom a page begins; 0 for nobody, or somebody who is not known."""
    try:
        return await accounts.user_of(call, given)
    except errors.UserIdInvalid:
        return 0


class Decided(NamedTuple):
    """What came of requests to be let in."""

    asked: int  # how many there were
    came: list[int]  # who is in now and was not before
    kept: Any  # the message that tells of them, where it belongs to the same change


async def _decide(call: Call, place: Membership, users: list[int], *, approved: bool) -> Decided:
    """Let people in who asked, or turn them away; who did not ask is passed over.

    Raises:
        errors.UsersTooMuch: there is no room for all of them, and nothing was decided.
    """
    asked: list[Request] = []
    came: list[int] = []
    kept = None
    async with call.change(place.owner) as change:
        for user in users:
            if (one := await change.get(Request, user)) is not None:
                asked.append(one)
                change.drop(Request, user)
                if await _settle(call, change, one, approved=approved):
                    came.append(user)
        if came and place.owner.kind is Kind.CHAT:
            await tell_members(change, "members", but=came[0] if len(came) == 1 else 0)
        elif came and not place.chat.broadcast:
            kept = await act_within(call, change, place, api.MessageActionChatAddUser(users=came))
        if asked:
            await tell_of_requests(change)
    return Decided(len(asked), came, kept)


async def _settle(call: Call, change: Change, asked: Request, *, approved: bool) -> bool:
    """Count a request that is decided with its link; return whether somebody came in by it."""
    blind = link_index(call.context, asked.link) if asked.link else ""
    link = await change.get(Link, blind) if blind else None
    if link is not None:
        change.put(
            msgspec.structs.replace(
                link, requested=max(0, link.requested - 1), usage=link.usage + int(approved)
            )
        )
    if not approved or chats.is_kicked(await change.get(Member, asked.user), change.now):
        return False
    shown = show_invite_link(call.context, link) if link else api.ChatInvitePublicJoinRequests()
    await note(
        change,
        asked.user,
        api.ChannelAdminLogEventActionParticipantJoinByRequest(invite=shown, approved_by=call.user),
    )
    if blind:
        change.put(Importer(blind=blind, user=asked.user))
    return await admit(change, Entrant(asked.user), link=asked.link, approved_by=call.user)


@method(
    api.MessagesHideChatJoinRequest,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *LINK_ERRORS,
        errors.UserIdInvalid,
        errors.HideRequesterMissing,
        errors.UsersTooMuch,
    ),
)
async def hide_request(call: Call, request: api.MessagesHideChatJoinRequest) -> api.TypeUpdates:
    """Let somebody in who asked, or turn them away."""
    place = await gate(call, request.peer)
    user = await accounts.user_of(call, request.user_id)
    decided = await _decide(call, place, [user], approved=request.approved)
    if not decided.asked:
        raise errors.HideRequesterMissing
    return await _decided(call, place, decided)


async def _decided(call: Call, place: Membership, decided: Decided) -> api.Updates:
    viewer = call.viewer()
    mention(viewer, place)
    told = await act_updates(call, viewer, place, decided.kept)
    if decided.came and place.owner.kind is Kind.CHAT:
        added = api.MessageActionChatAddUser(users=decided.came)
        told = await act(call, viewer, place, added)
    look = call.look(place.owner)
    newest = await newest_requests(look)
    for one in newest:
        viewer.mention_user(one.user)
    told.append(
        api.UpdatePendingJoinRequests(
            peer=accounts.show_peer(viewer, place.peer),
            requests_pending=await look.count(Request, limit=REQUESTS_READ_MAX),
            recent_requesters=[one.user for one in newest],
        )
    )
    return await updates(call, viewer, told)


@method(
    api.MessagesHideAllChatJoinRequests,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*LINK_ERRORS, errors.UsersTooMuch),
)
async def hide_all_requests(
    call: Call, request: api.MessagesHideAllChatJoinRequests
) -> api.TypeUpdates:
    """Let everybody in who asked, or turn all away."""
    place = await gate(call, request.peer)
    code = code_in_link(request.link) if request.link else ""
    asked = [r for r in await call.look(place.owner).scan(Request) if not code or r.link == code]
    decided = await _decide(call, place, [r.user for r in asked], approved=request.approved)
    return await _decided(call, place, decided)
