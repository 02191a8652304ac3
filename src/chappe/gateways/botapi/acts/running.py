"""Running groups and channels: members, rights, links, requests (core.telegram.org/bots/api)."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.tl import api

from ..arriving import ArrivedFile
from ..caller import Caller, input_channel, input_user
from ..failures import refused
from ..params import Params
from ..shown.peers import PERMISSIONS, Json
from ..shown.updates import show_invite
from .acting import act
from .own import taken_rights

FOR_EVER_S: Final = 366 * 86_400  # seconds from which on a ban is for ever
BRIEF_S: Final = 30  # seconds below which it is, too
MEMBERS: Final = {
    "USER_ID_INVALID": "user not found",
    "PARTICIPANT_ID_INVALID": "PARTICIPANT_ID_INVALID",
    "CHAT_ADMIN_REQUIRED": "not enough rights to restrict/unrestrict chat member",
    "USER_NOT_PARTICIPANT": "USER_NOT_PARTICIPANT",
}
INFO: Final = {"CHAT_ADMIN_REQUIRED": "not enough rights to change chat info"}
LINKS: Final = {"CHAT_ADMIN_REQUIRED": "not enough rights to manage chat invite link"}
REQUESTS: Final = {
    "USER_ID_INVALID": "user not found",
    "CHAT_ADMIN_REQUIRED": "not enough rights to manage chat join requests",
}


class OfChat(Params, frozen=True):
    """What methods about a chat take."""

    chat_id: str = ""


class OfMember(OfChat, frozen=True):
    """What methods about a member take."""

    user_id: int = 0


class BanChatMember(OfMember, frozen=True):
    """See the Bot API."""

    until_date: int = 0
    revoke_messages: bool = False


class UnbanChatMember(OfMember, frozen=True):
    """See the Bot API."""

    only_if_banned: bool = False


class RestrictChatMember(OfMember, frozen=True):
    """See the Bot API."""

    permissions: dict[str, Any] | None = None
    use_independent_chat_permissions: bool = False
    until_date: int = 0


class SetChatPermissions(OfChat, frozen=True):
    """See the Bot API."""

    permissions: dict[str, Any] | None = None
    use_independent_chat_permissions: bool = False


class SetChatAdministratorCustomTitle(OfMember, frozen=True):
    """See the Bot API."""

    custom_title: str = ""


class SetChatMemberTag(OfMember, frozen=True):
    """See the Bot API."""

    tag: str = ""


class PromoteChatMember(OfMember, frozen=True):
    """See the Bot API; which rights are given is one field each."""

    is_anonymous: bool = False
    can_manage_chat: bool = False
    can_delete_messages: bool = False
    can_manage_video_chats: bool = False
    can_restrict_members: bool = False
    can_promote_members: bool = False
    can_change_info: bool = False
    can_invite_users: bool = False
    can_post_stories: bool = False
    can_edit_stories: bool = False
    can_delete_stories: bool = False
    can_post_messages: bool = False
    can_edit_messages: bool = False
    can_pin_messages: bool = False
    can_manage_topics: bool = False
    can_manage_direct_messages: bool = False


def _until(caller: Caller, date: int) -> int:
    """Return until when a ban is; 0 for ever."""
    now = int(caller.clock.now())
    return 0 if date <= now + BRIEF_S or date > now + FOR_EVER_S else date


_MEDIA: Final = (
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
)


def banned_rights(
    given: Mapping[str, Any], until: int, *, independent: bool
) -> api.ChatBannedRights:
    """Return what members may not do who are given these permissions."""
    allowed = {name for name, _ in PERMISSIONS if given.get(name)}
    if given.get("can_send_media_messages"):
        allowed |= {*_MEDIA, "can_send_messages"}
    if not independent:
        if allowed & {"can_send_other_messages", "can_add_web_page_previews"}:
            allowed |= {*_MEDIA}
        if allowed & {*_MEDIA, "can_send_polls"}:
            allowed.add("can_send_messages")
    forbidden = {
        right: True for name, rights in PERMISSIONS if name not in allowed for right in rights
    }
    media = ("send_audios", "send_docs", "send_photos", "send_videos", "send_roundvideos")
    if all(forbidden.get(one) for one in (*media, "send_voices")):
        forbidden["send_media"] = True
    return api.ChatBannedRights(until_date=until, **forbidden)


async def channel_of(caller: Caller, chat_id: str) -> api.InputPeerChannel:
    """Return the supergroup or channel that a chat_id means.

    Raises:
        Failure: it means none.
    """
    peer = await caller.peer(chat_id)
    if not isinstance(peer, api.InputPeerChannel):
        raise refused("method is available only for supergroups and channel chats")
    return peer


async def _edit_banned(caller: Caller, peer: Any, user: int, rights: Any) -> bool:
    request = api.ChannelsEditBanned(
        channel=input_channel(peer),
        participant=api.InputPeerUser(user_id=user, access_hash=0),
        banned_rights=rights,
    )
    await caller(request)
    return True


@act(BanChatMember, MEMBERS)
async def ban_chat_member(caller: Caller, given: BanChatMember) -> bool:
    """Remove somebody, and let them not come back."""
    peer = await caller.peer(given.chat_id)
    if isinstance(peer, api.InputPeerChat):
        request = api.MessagesDeleteChatUser(
            chat_id=peer.chat_id,
            user_id=input_user(given.user_id),
            revoke_history=given.revoke_messages,
        )
        await caller(request)
        return True
    if isinstance(peer, api.InputPeerUser):
        raise refused("chat member status can't be changed in private chats")
    until = _until(caller, given.until_date)
    rights = api.ChatBannedRights(view_messages=True, until_date=until)
    return await _edit_banned(caller, peer, given.user_id, rights)


@act(UnbanChatMember, MEMBERS)
async def unban_chat_member(caller: Caller, given: UnbanChatMember) -> bool:
    """Let somebody come back; who is in is removed, unless only a ban was to be lifted."""
    peer = await channel_of(caller, given.chat_id)
    if not given.only_if_banned:
        found = await caller(
            api.ChannelsGetParticipant(
                channel=input_channel(peer),
                participant=api.InputPeerUser(user_id=given.user_id, access_hash=0),
            )
        )
        member = isinstance(found.participant, api.ChannelParticipant | api.ChannelParticipantAdmin)
        if member:
            out = api.ChatBannedRights(view_messages=True, until_date=0)
            await _edit_banned(caller, peer, given.user_id, out)
    return await _edit_banned(caller, peer, given.user_id, api.ChatBannedRights(until_date=0))


@act(RestrictChatMember, MEMBERS)
async def restrict_chat_member(caller: Caller, given: RestrictChatMember) -> bool:
    """Let somebody do less than others, for a while or for ever."""
    peer = await channel_of(caller, given.chat_id)
    if given.permissions is None:
        raise refused("chat permissions are not specified")
    rights = banned_rights(
        given.permissions,
        _until(caller, given.until_date),
        independent=given.use_independent_chat_permissions,
    )
    return await _edit_banned(caller, peer, given.user_id, rights)


@act(SetChatPermissions, MEMBERS)
async def set_chat_permissions(caller: Caller, given: SetChatPermissions) -> bool:
    """Say what all members may do."""
    if given.permissions is None:
        raise refused("chat permissions are not specified")
    rights = banned_rights(given.permissions, 0, independent=given.use_independent_chat_permissions)
    peer = await caller.peer(given.chat_id)
    await caller(api.MessagesEditChatDefaultBannedRights(peer=peer, banned_rights=rights))
    return True


PROMOTING: Final = {**MEMBERS, "CHAT_ADMIN_REQUIRED": "not enough rights to promote chat member"}


@act(PromoteChatMember, PROMOTING)
async def promote_chat_member(caller: Caller, given: PromoteChatMember) -> bool:
    """Make somebody an administrator, with other rights, or no longer."""
    peer = await caller.peer(given.chat_id)
    rights = taken_rights({name: getattr(given, name) for name in given.__struct_fields__})
    if isinstance(peer, api.InputPeerChat):
        admin = any(getattr(given, name) for name in given.__struct_fields__[2:])
        user = input_user(given.user_id)
        request: Any = api.MessagesEditChatAdmin(chat_id=peer.chat_id, user_id=user, is_admin=admin)
    else:
        channel = input_channel(await channel_of(caller, given.chat_id))
        request = api.ChannelsEditAdmin(
            channel=channel, user_id=input_user(given.user_id), admin_rights=rights, rank=""
        )
    await caller(request)
    return True


@act(SetChatAdministratorCustomTitle, MEMBERS)
async def set_custom_title(caller: Caller, given: SetChatAdministratorCustomTitle) -> bool:
    """Give an administrator a title."""
    return await _rank(caller, given, given.custom_title)


@act(SetChatMemberTag, MEMBERS)
async def set_member_tag(caller: Caller, given: SetChatMemberTag) -> bool:
    """Give a member a tag."""
    return await _rank(caller, given, given.tag)


async def _rank(caller: Caller, given: OfMember, rank: str) -> bool:
    peer = await caller.peer(given.chat_id)
    who = api.InputPeerUser(user_id=given.user_id, access_hash=0)
    await caller(api.MessagesEditChatParticipantRank(peer=peer, participant=who, rank=rank))
    return True


class SetChatTitle(OfChat, frozen=True):
    """See the Bot API."""

    title: str = ""


class SetChatDescription(OfChat, frozen=True):
    """See the Bot API."""

    description: str = ""


class SetChatPhoto(OfChat, frozen=True):
    """See the Bot API."""

    photo: Any = None


class DeleteChatPhoto(OfChat, frozen=True):
    """See the Bot API."""


@act(SetChatTitle, INFO)
async def set_chat_title(caller: Caller, given: SetChatTitle) -> bool:
    """Give a group or channel another title."""
    peer = await caller.peer(given.chat_id)
    if not given.title.strip():
        raise refused("title can't be empty")
    request: Any
    if isinstance(peer, api.InputPeerChat):
        request = api.MessagesEditChatTitle(chat_id=peer.chat_id, title=given.title)
    elif isinstance(peer, api.InputPeerChannel):
        request = api.ChannelsEditTitle(channel=input_channel(peer), title=given.title)
    else:
        raise refused("can't change private chat title")
    await caller(request)
    return True


@act(SetChatDescription, INFO)
async def set_chat_description(caller: Caller, given: SetChatDescription) -> bool:
    """Say what a group or channel is for."""
    peer = await caller.peer(given.chat_id)
    await caller(api.MessagesEditChatAbout(peer=peer, about=given.description))
    return True


async def _photo(caller: Caller, chat_id: str, photo: Any) -> bool:
    peer = await caller.peer(chat_id)
    request: Any
    if isinstance(peer, api.InputPeerChat):
        request = api.MessagesEditChatPhoto(chat_id=peer.chat_id, photo=photo)
    elif isinstance(peer, api.InputPeerChannel):
        request = api.ChannelsEditPhoto(channel=input_channel(peer), photo=photo)
    else:
        raise refused("can't change private chat photo")
    await caller(request)
    return True


@act(SetChatPhoto, INFO)
async def set_chat_photo(caller: Caller, given: SetChatPhoto) -> bool:
    """Give a group or channel another photo."""
    if not isinstance(given.photo, ArrivedFile):
        raise refused("there is no photo in the request")
    photo = api.InputChatUploadedPhoto(file=given.photo.as_input)
    return await _photo(caller, given.chat_id, photo)


@act(DeleteChatPhoto, INFO)
async def delete_chat_photo(caller: Caller, given: DeleteChatPhoto) -> bool:
    """Take the photo of a group or channel away."""
    return await _photo(caller, given.chat_id, api.InputChatPhotoEmpty())


class CreateChatInviteLink(OfChat, frozen=True):
    """See the Bot API."""

    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    creates_join_request: bool = False


class EditChatInviteLink(CreateChatInviteLink, frozen=True):
    """See the Bot API."""

    invite_link: str = ""


class RevokeChatInviteLink(OfChat, frozen=True):
    """See the Bot API."""

    invite_link: str = ""


class ExportChatInviteLink(OfChat, frozen=True):
    """See the Bot API."""


def _link(caller: Caller, answer: Any) -> Json:
    invite = getattr(answer, "invite", answer)
    caller.named.learn(getattr(answer, "users", ()), ())
    return show_invite(caller.named, invite) or {}


@act(CreateChatInviteLink, LINKS)
async def create_chat_invite_link(caller: Caller, given: CreateChatInviteLink) -> Json:
    """Make a link by which people join."""
    request = api.MessagesExportChatInvite(
        peer=await caller.peer(given.chat_id),
        request_needed=given.creates_join_request,
        expire_date=given.expire_date or None,
        usage_limit=given.member_limit or None,
        title=given.name or None,
    )
    return _link(caller, await caller(request))


@act(EditChatInviteLink, LINKS)
async def edit_chat_invite_link(caller: Caller, given: EditChatInviteLink) -> Json:
    """Change a link of the bot's own."""
    request = api.MessagesEditExportedChatInvite(
        peer=await caller.peer(given.chat_id),
        link=given.invite_link,
        request_needed=given.creates_join_request,
        expire_date=given.expire_date,
        usage_limit=given.member_limit,
        title=given.name,
    )
    return _link(caller, await caller(request))


@act(RevokeChatInviteLink, LINKS)
async def revoke_chat_invite_link(caller: Caller, given: RevokeChatInviteLink) -> Json:
    """End a link of the bot's own."""
    request = api.MessagesEditExportedChatInvite(
        peer=await caller.peer(given.chat_id), link=given.invite_link, revoked=True
    )
    return _link(caller, await caller(request))


@act(ExportChatInviteLink, LINKS)
async def export_chat_invite_link(caller: Caller, given: ExportChatInviteLink) -> str:
    """Make the bot's main link anew, and return it."""
    request = api.MessagesExportChatInvite(
        peer=await caller.peer(given.chat_id), legacy_revoke_permanent=True
    )
    return str(_link(caller, await caller(request)).get("invite_link", ""))


class ApproveChatJoinRequest(OfMember, frozen=True):
    """See the Bot API."""


class DeclineChatJoinRequest(OfMember, frozen=True):
    """See the Bot API."""


async def _decide(caller: Caller, given: OfMember, *, approved: bool) -> bool:
    request = api.MessagesHideChatJoinRequest(
        peer=await caller.peer(given.chat_id),
        user_id=input_user(given.user_id),
        approved=approved,
    )
    await caller(request)
    return True


@act(ApproveChatJoinRequest, REQUESTS)
async def approve_chat_join_request(caller: Caller, given: ApproveChatJoinRequest) -> bool:
    """Let somebody in who asked."""
    return await _decide(caller, given, approved=True)


@act(DeclineChatJoinRequest, REQUESTS)
async def decline_chat_join_request(caller: Caller, given: DeclineChatJoinRequest) -> bool:
    """Let somebody not in who asked."""
    return await _decide(caller, given, approved=False)
