"""Renders a group or channel as `api.Chat` or `api.Channel` for one viewer."""

from typing import Any

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.tl import api
from chappe.updates import Viewer

from . import hooks, rights
from .access import Membership, may_see_channel, membership_of
from .records import BannedChannel, Chat, Member


async def show_chats(viewer: Viewer) -> list[api.TypeChat]:
    """Return the groups and channels that what was rendered mentions."""
    owners = [Owner(Kind.CHAT, i) for i in sorted(viewer.chats)]
    owners += [Owner.channel(i) for i in sorted(viewer.channels)]
    shown = []
    for owner in owners:
        place = await membership_of(viewer.context, owner, viewer.user)
        if place is not None:
            shown.append(await show_chat(viewer, place))
        elif owner.kind is Kind.CHAT:
            shown.append(api.ChatEmpty(id=owner.id))
    return shown


async def show_chat(viewer: Viewer, place: Membership) -> api.TypeChat:
    """Return the Chat constructor this viewer sees."""
    if place.owner.kind is Kind.CHAT:
        return await _show_basic(viewer, place)
    return await _show_channel(viewer, place)


async def chat_photo(viewer: Viewer, place: Membership) -> api.TypeChatPhoto:
    """Return a chat's small picture, or that there is none."""
    if not place.chat.photo:
        return api.ChatPhotoEmpty()
    return await viewer.context.ask(hooks.show_chat_photo)(viewer, place.owner, place.chat.photo)


async def _show_basic(viewer: Viewer, place: Membership) -> api.Chat | api.ChatForbidden:
    chat, member = place.chat, place.member
    now = int(viewer.context.clock.now())
    if member is None or rights.is_kicked(member, now):
        return api.ChatForbidden(id=chat.id, title=_title_left(chat, member))
    migrated = None
    if chat.migrated_to:
        hashed = accounts.shown_hash(viewer, Kind.CHANNEL, chat.migrated_to)
        migrated = api.InputChannel(channel_id=chat.migrated_to, access_hash=hashed)
    admin = rights.is_admin(member)
    gone = member.left
    return api.Chat(
        id=chat.id,
        title=_title_left(chat, member) if gone else chat.title,
        photo=api.ChatPhotoEmpty() if gone else await chat_photo(viewer, place),
        participants_count=0 if gone else chat.members,
        date=chat.created,
        version=chat.version,
        creator=member.creator,
        left=member.left,
        deactivated=chat.is_over or bool(chat.migrated_to),
        noforwards=chat.noforwards,
        migrated_to=migrated,
        admin_rights=rights.show_admin(_admin_bits(member)) if admin else None,
        default_banned_rights=rights.show_banned(chat.default_banned),
    )


def _title_left(chat: Chat, member: Member | None) -> str:
    """Return by which title somebody outside knows a chat: as it was when they went; nobody else does."""
    if member is None:
        return ""
    return member.title or (chat.title if not member.left else "")


def _admin_bits(member: Member) -> int:
    """Return an admin's rights; its creator has them all."""
    return rights.EVERY_ADMIN | member.admin if member.creator else member.admin


async def _show_channel(viewer: Viewer, place: Membership) -> api.Channel | api.ChannelForbidden:
    chat, member = place.chat, place.member
    now = int(viewer.context.clock.now())
    hashed = accounts.shown_hash(viewer, Kind.CHANNEL, chat.id)
    if not may_see_channel(place, now):
        return api.ChannelForbidden(
            id=chat.id,
            access_hash=hashed,
            title="" if chat.deleted else _title_left(chat, member),
            broadcast=chat.broadcast,
            megagroup=not chat.broadcast,
            until_date=(member.banned_until or None) if member else None,
        )
    inside = rights.is_in(member, now)
    admin = rights.is_admin(member)
    banned = None
    if member is not None and inside:
        viewer.own(_since, member)
    if member is not None and (bits := rights.forbidden(member, now)) and not admin:
        banned = rights.show_banned(bits, member.banned_until)
    return api.Channel(
        id=chat.id,
        access_hash=hashed,
        title=chat.title,
        username=chat.username or None,
        photo=await chat_photo(viewer, place),
        date=member.joined if member is not None and inside else chat.created,
        creator=member is not None and member.creator,
        left=not inside,
        broadcast=chat.broadcast,
        megagroup=not chat.broadcast,
        signatures=chat.signatures,
        signature_profiles=chat.profiles,
        noforwards=chat.noforwards,
        slowmode_enabled=bool(chat.slow_mode),
        has_link=bool(chat.linked),
        join_to_send=chat.join_to_send,
        join_request=chat.join_request,
        forum=chat.forum,
        forum_tabs=chat.forum and chat.forum_tabs,
        admin_rights=(rights.show_admin(_admin_bits(member)) if admin and member else None),
        banned_rights=banned,
        default_banned_rights=rights.show_banned(chat.default_banned),
        participants_count=chat.members,
        **accounts.show_restricted(chat),
    )


def _since(member: Member) -> bytes:
    """Return the bytes of when somebody joined."""
    return member.joined.to_bytes(4, "little")


def show_basic_member(viewer: Viewer, member: Any, chat: Any) -> Any:
    """Return the ChatParticipant of a basic group's member."""
    viewer.mention_user(member.user)
    rank = member.rank or None
    if member.creator:
        return api.ChatParticipantCreator(user_id=member.user, rank=rank)
    kind = api.ChatParticipantAdmin if member.admin else api.ChatParticipant
    return kind(
        user_id=member.user,
        inviter_id=member.inviter or chat.creator,
        date=member.joined,
        rank=rank,
    )


def show_banned_channel(
    viewer: Viewer, banned: BannedChannel
) -> api.ChannelParticipantBanned | api.ChannelParticipantLeft:
    """Return the ChannelParticipant of a channel in whose name nobody may write; or may again."""
    viewer.mention_channel(banned.channel)
    peer = api.PeerChannel(channel_id=banned.channel)
    if not banned.banned:
        return api.ChannelParticipantLeft(peer=peer)
    viewer.mention_user(banned.by)
    return api.ChannelParticipantBanned(
        left=True,
        peer=peer,
        kicked_by=banned.by,
        date=banned.date,
        banned_rights=rights.show_banned(banned.banned),
    )


def show_member(viewer: Viewer, member: Any, asker: Any, now: int) -> api.TypeChannelParticipant:
    """Return the ChannelParticipant of a supergroup's or channel's member.

    Of restrictions only admins and the restricted learn, and the latter not by whom.
    """
    viewer.mention_user(member.user)
    rank = member.rank or None
    kicked, runs = rights.is_kicked(member, now), rights.is_admin(asker)
    restricted = kicked or (rights.forbidden(member, now) and not rights.is_admin(member))
    if restricted and (runs or member.user == viewer.user):
        by = member.banned_by if runs else member.user
        viewer.mention_user(by)
        return api.ChannelParticipantBanned(
            left=member.left or kicked,
            peer=api.PeerUser(user_id=member.user),
            kicked_by=by,
            date=member.joined,
            banned_rights=rights.show_banned(member.banned, member.banned_until),
            rank=rank,
        )
    if member.left or kicked:
        return api.ChannelParticipantLeft(peer=api.PeerUser(user_id=member.user))
    if member.creator:
        bits = rights.EVERY_ADMIN | member.admin
        return api.ChannelParticipantCreator(
            user_id=member.user, admin_rights=rights.show_admin(bits), rank=rank
        )
    if member.admin:
        myself = member.user == viewer.user
        told = myself or runs  # others need not know who runs the place
        promoter = member.promoted_by if told else member.user
        viewer.mention_user(promoter)
        return api.ChannelParticipantAdmin(
            can_edit=asker is not None and rights.outranks(asker, member) and not myself,
            self_=myself,
            user_id=member.user,
            inviter_id=(member.inviter or member.promoted_by) if myself else None,
            promoted_by=promoter,
            date=member.joined,
            admin_rights=rights.show_admin(member.admin),
            rank=rank,
        )
    if member.user == viewer.user:
        return api.ChannelParticipantSelf(
            user_id=member.user,
            inviter_id=member.inviter or member.user,
            date=member.joined,
            via_request=bool(member.approved_by),
            rank=rank,
        )
    return api.ChannelParticipant(user_id=member.user, date=member.joined, rank=rank)
