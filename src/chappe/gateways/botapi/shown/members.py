"""Members of groups and channels (core.telegram.org/bots/api#chatmember)."""

from typing import Any

from chappe.tl import api

from ..caller import NamedPeers
from .peers import Json, show_admin_rights, show_permissions, user_by_id, without_none

LEFT = "left"


def _administrator(user: Json, rights: Any, *, channel: bool, can_edit: bool, title: str) -> Json:
    return {
        "status": "administrator",
        "user": user,
        "can_be_edited": can_edit,
        **show_admin_rights(rights, channel=channel),
        **without_none(custom_title=title or None),
    }


def _member(user: Json, one: Any) -> Json:
    until = getattr(one, "subscription_until_date", None)
    tag = getattr(one, "rank", None) or None
    return without_none(status="member", user=user, until_date=until, tag=tag)


def show_member(named: NamedPeers, one: Any, *, channel: bool) -> Json:
    """Return a ChatMember of a supergroup or channel."""
    peer = getattr(one, "peer", None)
    number = peer.user_id if isinstance(peer, api.PeerUser) else getattr(one, "user_id", 0)
    user = user_by_id(named, number)
    match one:
        case api.ChannelParticipantCreator():
            anonymous = bool(one.admin_rights.anonymous)
            title = without_none(custom_title=one.rank or None)
            return {"status": "creator", "user": user, "is_anonymous": anonymous, **title}
        case api.ChannelParticipantAdmin():
            return _administrator(
                user,
                one.admin_rights,
                channel=channel,
                can_edit=bool(one.can_edit),
                title=one.rank or "",
            )
        case api.ChannelParticipantBanned():
            until = one.banned_rights.until_date
            until = 0 if until >= (1 << 31) - 1 else until
            if one.banned_rights.view_messages:
                return {"status": "kicked", "user": user, "until_date": until}
            return {
                "status": "restricted",
                "user": user,
                "is_member": not one.left,
                **show_permissions(one.banned_rights),
                "until_date": until,
            }
        case api.ChannelParticipantLeft():
            return {"status": LEFT, "user": user}
    return _member(user, one)


def show_group_member(named: NamedPeers, one: Any) -> Json:
    """Return a ChatMember of a basic group."""
    user = user_by_id(named, one.user_id)
    match one:
        case api.ChatParticipantCreator():
            return {"status": "creator", "user": user, "is_anonymous": False}
        case api.ChatParticipantAdmin():
            return _administrator(
                user, BASIC_ADMIN, channel=False, can_edit=False, title=one.rank or ""
            )
    return _member(user, one)


# what an administrator of a basic group may
BASIC_ADMIN = api.ChatAdminRights(
    change_info=True,
    delete_messages=True,
    ban_users=True,
    invite_users=True,
    pin_messages=True,
    manage_call=True,
    other=True,
)
