"""Invite links: creating, listing, editing, revoking, joining by one."""

import base64
from typing import Any, Final

import msgspec

from chappe.core import Kind, clean_name
from chappe.core.web_links import code_in_link
from chappe.features import accounts, chats, media
from chappe.features.adminlog import log, note
from chappe.features.chats import (
    Importer,
    Link,
    Member,
    Membership,
    Request,
    any_chat,
    membership_of,
    require_change,
    require_creator,
    show_chat,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Context

from .bot_news import tell_bots_who_asks
from .channels import came, room
from .chat_updates import act_within, acted
from .invitations import show_invite_link
from .membership import Entrant, admit, inviter_of, tell_members, tell_of_requests

SHORT_DIGITS: Final = 7  # hexadecimal digits of a link's blind index in a file reference
CODE_BYTES: Final = 12  # 96 bits, so that no one guesses one
LINKS_MAX: Final = 200  # links of one chat
USES_MAX: Final = 99_999  # people one link may let in
TITLE_CHARACTERS_MAX: Final = 32  # characters of a link's name
IMPORTERS_MAX: Final = 5_000  # people who came by links that are listed
PAGE_MAX: Final = 100  # links or people in one answer
LINK_ERRORS: Final = (*accounts.PEER_ERRORS, errors.ChatAdminRequired)


def link_index(context: Context, code: str) -> str:
    """Return what a link is kept under in its chat's box."""
    return accounts.name_location(
        context, "invite_link", code.encode("utf-8", "surrogatepass").hex()
    )[1]


async def gate(call: Call, peer: api.TypeInputPeer) -> Membership:
    """Return the chat whose links an admin wants to see or change.

    Raises:
        errors.ChatAdminRequired: the caller is none, or may not invite.
    """
    place = await any_chat(call, peer)
    if not chats.is_admin(place.member):
        raise errors.ChatAdminRequired
    require_change(place, "invite_users", "invite_users", call.now)
    return place


async def make_link(call: Call, place: Membership, **fields: Any) -> Link:
    """Make an invite link.

    Raises:
        errors.InvitesTooMuch: the chat has too many.
    """
    code = base64.urlsafe_b64encode(call.context.entropy.token(CODE_BYTES)).decode()
    blind = link_index(call.context, code)
    link = Link(blind=blind, code=code, admin=call.user, created=call.now, **fields)
    if not await accounts.claim(call.context, "invite", code.encode().hex(), place.owner, None):
        raise RuntimeError("a random code came twice")
    async with call.change(place.owner) as change:
        full = len(await change.scan(Link, limit=LINKS_MAX)) >= LINKS_MAX
        if not full:
            change.put(link)
    if full:
        await accounts.release(call.context, "invite", code.encode().hex(), place.owner)
        raise errors.InvitesTooMuch
    return link


@method(
    api.MessagesExportChatInvite,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *LINK_ERRORS,
        errors.ExpireDateInvalid,
        errors.UsageLimitInvalid,
        errors.InvitesTooMuch,
    ),
)
async def export_chat_invite(
    call: Call, request: api.MessagesExportChatInvite
) -> api.TypeExportedChatInvite:
    """Make an invite link; with `legacy_revoke_permanent`, in place of the lasting one."""
    place = await gate(call, request.peer)
    _check(call, request.expire_date, request.usage_limit)
    if request.legacy_revoke_permanent:
        async with call.change(place.owner) as change:
            for old in await change.scan(Link):
                if old.permanent and old.admin == call.user and not old.revoked:
                    change.put(msgspec.structs.replace(old, revoked=True))
    plain = not (
        request.expire_date or request.usage_limit or request.title or request.request_needed
    )
    link = await make_link(
        call,
        place,
        expires=request.expire_date or 0,
        usage_max=request.usage_limit or 0,
        approval=request.request_needed,
        title=clean_name(request.title or "", TITLE_CHARACTERS_MAX),
        permanent=plain or request.legacy_revoke_permanent,
    )
    return show_invite_link(call.context, link)


def _check(call: Call, expires: int | None, limit: int | None) -> None:
    if expires and expires <= call.now:
        raise errors.ExpireDateInvalid
    if limit is not None and not 0 <= limit <= USES_MAX:
        raise errors.UsageLimitInvalid


@method(api.MessagesGetExportedChatInvites, raises=(*LINK_ERRORS, errors.UserIdInvalid))
async def get_links(
    call: Call, request: api.MessagesGetExportedChatInvites
) -> api.MessagesExportedChatInvites:
    """Return an admin's links; the creator sees everybody's."""
    place = await gate(call, request.peer)
    admin = await accounts.user_of(call, request.admin_id)
    if admin != call.user and not (place.member and place.member.creator):
        raise errors.ChatAdminRequired
    links = [
        x
        for x in await call.look(place.owner).scan(Link)
        if x.admin == admin and x.revoked is request.revoked
    ]
    links.sort(key=lambda x: (-x.created, x.code))
    if request.offset_date:
        links = [x for x in links if x.created < request.offset_date]
    viewer = call.viewer()
    viewer.mention_user(admin)
    users, _ = await accounts.peers(viewer)
    page = links[: max(1, min(request.limit, PAGE_MAX))]
    return api.MessagesExportedChatInvites(
        count=len(links), invites=[show_invite_link(call.context, x) for x in page], users=users
    )


async def _one(call: Call, place: Membership, given: str) -> Link:
    link = await call.look(place.owner).get(Link, link_index(call.context, code_in_link(given)))
    if link is None:
        raise errors.InviteHashExpired
    if link.admin != call.user and not (place.member and place.member.creator):
        raise errors.ChatAdminRequired
    return link


@method(api.MessagesGetExportedChatInvite, raises=(*LINK_ERRORS, errors.InviteHashExpired))
async def get_link(
    call: Call, request: api.MessagesGetExportedChatInvite
) -> api.TypeMessagesExportedChatInvite:
    """Return one link."""
    place = await gate(call, request.peer)
    link = await _one(call, place, request.link)
    return await _answer_link(call, link)


async def _answer_link(call: Call, link: Link) -> api.MessagesExportedChatInvite:
    viewer = call.viewer()
    viewer.mention_user(link.admin)
    users, _ = await accounts.peers(viewer)
    return api.MessagesExportedChatInvite(invite=show_invite_link(call.context, link), users=users)


@method(
    api.MessagesEditExportedChatInvite,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *LINK_ERRORS,
        errors.InviteHashExpired,
        errors.ExpireDateInvalid,
        errors.UsageLimitInvalid,
        errors.ChatInvitePermanent,
        errors.InvitesTooMuch,
    ),
)
async def edit_link(
    call: Call, request: api.MessagesEditExportedChatInvite
) -> api.TypeMessagesExportedChatInvite:
    """Alter or revoke a link. A lasting one that is revoked is replaced by another."""
    place = await gate(call, request.peer)
    link = await _one(call, place, request.link)
    _check(call, request.expire_date, request.usage_limit)
    async with call.change(place.owner) as change:
        now = await change.get(Link, link.blind)  # somebody may have come by it meanwhile
        if now is None:
            raise errors.InviteHashExpired
        link, new = now, _altered(now, request)
        change.put(new)
    if request.revoked:
        action: Any = api.ChannelAdminLogEventActionExportedInviteRevoke(
            invite=show_invite_link(call.context, new)
        )
    else:
        action = api.ChannelAdminLogEventActionExportedInviteEdit(
            prev_invite=show_invite_link(call.context, link),
            new_invite=show_invite_link(call.context, new),
        )
    await log(call, place.owner, action)
    if request.revoked and link.permanent and not link.revoked:
        fresh = await make_link(call, place, permanent=True)
        viewer = call.viewer()
        viewer.mention_user(call.user)
        users, _ = await accounts.peers(viewer)
        return api.MessagesExportedChatInviteReplaced(
            invite=show_invite_link(call.context, new),
            new_invite=show_invite_link(call.context, fresh),
            users=users,
        )
    return await _answer_link(call, new)


def _altered(link: Link, request: api.MessagesEditExportedChatInvite) -> Link:
    """Return a link as a request wants it.

    Raises:
        errors.ChatInvitePermanent: a lasting one can only be revoked.
    """
    if request.revoked:
        return msgspec.structs.replace(link, revoked=True)
    if link.permanent:
        raise errors.ChatInvitePermanent
    return msgspec.structs.replace(
        link,
        expires=link.expires if request.expire_date is None else request.expire_date,
        usage_max=link.usage_max if request.usage_limit is None else request.usage_limit,
        approval=link.approval if request.request_needed is None else request.request_needed,
        title=link.title
        if request.title is None
        else clean_name(request.title, TITLE_CHARACTERS_MAX),
    )


@method(
    api.MessagesDeleteExportedChatInvite,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*LINK_ERRORS, errors.InviteHashExpired, errors.InviteRevokedMissing),
)
async def delete_link(call: Call, request: api.MessagesDeleteExportedChatInvite) -> bool:
    """Delete a revoked link."""
    place = await gate(call, request.peer)
    link = await _one(call, place, request.link)
    if not link.revoked:
        raise errors.InviteRevokedMissing
    async with call.change(place.owner) as change:
        change.drop(Link, link.blind)
        shown = show_invite_link(call.context, link)
        action = api.ChannelAdminLogEventActionExportedInviteDelete(invite=shown)
        await note(change, call.user, action)
    return True


@method(
    api.MessagesDeleteRevokedExportedChatInvites,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*LINK_ERRORS, errors.UserIdInvalid),
)
async def delete_revoked(call: Call, request: api.MessagesDeleteRevokedExportedChatInvites) -> bool:
    """Delete every revoked link of an admin."""
    place = await gate(call, request.peer)
    admin = await accounts.user_of(call, request.admin_id)
    if admin != call.user and not (place.member and place.member.creator):
        raise errors.ChatAdminRequired
    async with call.change(place.owner) as change:
        for link in await change.scan(Link):
            if link.revoked and link.admin == admin:
                change.drop(Link, link.blind)
    return True


@method(api.MessagesGetAdminsWithInvites, raises=LINK_ERRORS)
async def get_admins_with_links(
    call: Call, request: api.MessagesGetAdminsWithInvites
) -> api.MessagesChatAdminsWithInvites:
    """Return how many links each admin has; for the creator."""
    place = await gate(call, request.peer)
    require_creator(place, call.now)
    viewer = call.viewer()
    counts: dict[int, list[int]] = {}
    for link in await call.look(place.owner).scan(Link):
        counts.setdefault(link.admin, [0, 0])[int(link.revoked)] += 1
    for admin in counts:
        viewer.mention_user(admin)
    shown = [
        api.ChatAdminWithInvites(admin_id=a, invites_count=n, revoked_invites_count=r)
        for a, (n, r) in counts.items()
    ]
    users, _ = await accounts.peers(viewer)
    return api.MessagesChatAdminsWithInvites(admins=shown, users=users)


# -- coming in ------------------------------------------------------------------------------------


async def _find(call: Call, code: str) -> tuple[Membership, Link]:
    """Return the chat a link leads to, and the link.

    Raises:
        errors.InviteHashEmpty, errors.InviteHashInvalid, errors.InviteHashExpired
    """
    if not code:
        raise errors.InviteHashEmpty
    code = code_in_link(code)
    owner = await accounts.find_owner(call.context, "invite", code.encode().hex())
    place = await membership_of(call.context, owner, call.user) if owner else None
    link = await call.look(owner).get(Link, link_index(call.context, code)) if owner else None
    if place is None or link is None or place.chat.is_over:
        raise errors.InviteHashInvalid
    if not chats.is_in(place.member, call.now) and not _opens(place, link, call.now):
        raise errors.InviteHashExpired
    return place, link


def _opens(place: Membership, link: Link, now: int) -> bool:
    """Whether a link still lets in the one a place stands for."""
    spent = link.usage_max and link.usage >= link.usage_max
    late = link.expires and link.expires <= now
    ended = place.chat.is_over or place.chat.migrated_to
    return not (ended or link.revoked or spent or late or chats.is_kicked(place.member, now))


async def opens(context: Context, place: Membership, code: str) -> bool:
    """Whether an invite link of this code still lets in the one a place stands for."""
    link = await context.look(place.owner).get(Link, link_index(context, code)) if code else None
    return link is not None and _opens(place, link, int(context.clock.now()))


def _short(link: Link) -> int:
    """Return a number by which file references name a link of a chat."""
    return int(link.blind[:SHORT_DIGITS], 16)


async def seen_invited_photo(context: Context, user: int, peer: int, number: int) -> int:
    """Return the number of the picture somebody sees of a chat by an invite link to it; 0 for none."""
    place = await membership_of(context, accounts.owner_of(peer), user)
    if place is None:
        return 0
    links = await context.look(place.owner).scan(Link)
    now = int(context.clock.now())
    opens = any(_short(one) == number and _opens(place, one, now) for one in links)
    return place.chat.photo if opens else 0


FIND_ERRORS: Final = (
    errors.InviteHashEmpty,
    errors.InviteHashInvalid,
    errors.InviteHashExpired,
)


@method(api.MessagesCheckChatInvite, rate=Rate.LOOKUP, raises=FIND_ERRORS)
async def check_chat_invite(call: Call, request: api.MessagesCheckChatInvite) -> api.TypeChatInvite:
    """Return what a link leads to, as much of it as an outsider may know."""
    place, link = await _find(call, request.hash)
    viewer = call.viewer()
    if chats.is_in(place.member, call.now):
        return api.ChatInviteAlready(chat=await show_chat(viewer, place))
    chat = place.chat
    is_channel = place.owner.kind is Kind.CHANNEL
    return api.ChatInvite(
        channel=is_channel,
        broadcast=chat.broadcast,
        megagroup=is_channel and not chat.broadcast,
        public=bool(chat.username),
        request_needed=link.approval,
        title=chat.title,
        about=chat.about or None,
        photo=await media.show_invited_photo(viewer, place.owner, chat.photo, _short(link)),
        participants_count=chat.members,
        color=chat.id % 7,
    )


@method(
    api.MessagesImportChatInvite,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *FIND_ERRORS,
        errors.UserAlreadyParticipant,
        errors.InviteRequestSent,
        errors.ChannelsTooMuch,
        errors.UsersTooMuch,
        errors.ChatIdInvalid,
        errors.ChannelPrivate,
    ),
)
async def import_chat_invite(
    call: Call, request: api.MessagesImportChatInvite
) -> api.TypeMessagesChatInviteJoinResult:
    """Come in by a link, or ask to be let in where it asks for approval."""
    place, link = await _find(call, request.hash)
    if chats.is_in(place.member, call.now):
        raise errors.UserAlreadyParticipant
    async with room(call):
        return await _come_in(call, place, link)


async def _come_in(call: Call, place: Membership, link: Link) -> api.MessagesChatInviteJoinResultOk:
    kept = None
    async with call.change(place.owner) as change:
        now = await change.get(Link, link.blind)
        if now is None or now.revoked or (now.usage_max and now.usage >= now.usage_max):
            raise errors.InviteHashExpired
        asks = now.approval
        if asks:
            asked = await change.get(Request, call.user)
            if asked is None:
                asked = Request(user=call.user, date=call.now, link=now.code)
                change.put(asked)
                await tell_bots_who_asks(change, asked)
                change.put(msgspec.structs.replace(now, requested=now.requested + 1))
                await tell_of_requests(change)
        else:
            if chats.is_kicked(await change.get(Member, call.user), call.now):
                raise errors.InviteHashExpired  # since the link was looked up
            change.put(msgspec.structs.replace(now, usage=now.usage + 1))
            inviter = inviter_of(await change.get(Member, now.admin))
            if not await admit(change, Entrant(call.user), inviter=inviter, link=now.code):
                raise errors.UserAlreadyParticipant
            change.put(Importer(blind=now.blind, user=call.user))
            if place.owner.kind is Kind.CHAT:
                await tell_members(change, "members", but=call.user)
            elif not place.chat.broadcast:
                joined: Any = api.MessageActionChatJoinedByLink(inviter_id=inviter)
                if not inviter:
                    joined = api.MessageActionChatAddUser(users=[call.user])
                kept = await act_within(call, change, place, joined)
    if asks:
        raise errors.InviteRequestSent
    action = api.ChannelAdminLogEventActionParticipantJoinByInvite(
        invite=show_invite_link(call.context, link)
    )
    if place.owner.kind is Kind.CHANNEL:
        came_in = await came(call, place, kept, log_as=action)
    else:
        await call.context.delivery.delivered(call.me)
        joined = api.MessageActionChatJoinedByLink(inviter_id=link.admin)
        came_in = await acted(call, place, joined)
    return api.MessagesChatInviteJoinResultOk(updates=came_in)
