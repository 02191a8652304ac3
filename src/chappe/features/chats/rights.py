"""Rights as bits: of admins, of the restricted, and the result for one member."""

from functools import lru_cache
from typing import Any, Final

from chappe.tl import api
from chappe.tl.schema import schema

from .records import Chat, Member

SHOWN_MAX: Final = 1_024  # sets of rights whose TL is kept


def _bits(name: str) -> dict[str, int]:
    fields = schema().newest(name).fields
    return {f.name: 1 << f.bit for f in fields if f.type == "true"}


ADMIN: Final = _bits("chatAdminRights")
BANNED: Final = _bits("chatBannedRights")
IS_ADMIN: Final = ADMIN["other"]  # every admin has it, and with it alone one is an admin as well
EVERY_ADMIN: Final = sum(bit for name, bit in ADMIN.items() if name != "anonymous")
VIEW: Final = BANNED["view_messages"]
SEND: Final = BANNED["send_messages"]
# what a new group lets everybody do: all but changing it
GROUP_DEFAULT: Final = 0
# flags that say more exactly what `send_media` says in one
MEDIA: Final = (
    BANNED["send_photos"]
    | BANNED["send_videos"]
    | BANNED["send_roundvideos"]
    | BANNED["send_audios"]
    | BANNED["send_voices"]
    | BANNED["send_docs"]
)


def pack_admin(given: Any) -> int:
    """Return the bits of a ChatAdminRights."""
    bits = sum(bit for name, bit in ADMIN.items() if getattr(given, name))
    return bits and bits | IS_ADMIN


@lru_cache(maxsize=SHOWN_MAX)
def show_admin(bits: int) -> api.ChatAdminRights:
    """Return the ChatAdminRights of an admin's bits; the same object each time, which nobody alters."""
    bits |= IS_ADMIN  # TDLib takes an admin without it for a mistake
    return api.ChatAdminRights(**{name: bool(bits & bit) for name, bit in ADMIN.items()})


def pack_banned(given: Any) -> int:
    """Return the bits of a ChatBannedRights; who may send no media may send none of its kinds."""
    bits = sum(bit for name, bit in BANNED.items() if getattr(given, name))
    if bits & BANNED["send_media"]:
        bits |= MEDIA
    if bits & SEND:
        bits |= BANNED["send_plain"]
    return bits


@lru_cache(maxsize=SHOWN_MAX)
def show_banned(bits: int, until: int = 0) -> api.ChatBannedRights:
    """Return the ChatBannedRights of bits; the same object each time, which nobody alters."""
    named = {name: bool(bits & bit) for name, bit in BANNED.items()}
    return api.ChatBannedRights(**named, until_date=until or FOR_EVER)


FOR_EVER: Final = 0x7FFFFFFF


def restrictions(chat: Chat, member: Member | None, now: int) -> int:
    """Return what is forbidden to somebody, as bits of chatBannedRights."""
    if member is not None and is_admin(member):
        return 0
    return forbidden(member, now) | chat.default_banned


def forbidden(member: Member | None, now: int) -> int:
    """Return what is forbidden to somebody in particular, as bits; nothing once that is over."""
    if member is None or (member.banned_until and member.banned_until <= now):
        return 0
    return member.banned


def is_admin(member: Member | None) -> bool:
    """Whether somebody has any admin right here."""
    return member is not None and not member.left and (member.creator or bool(member.admin))


def is_anonymous(member: Member | None) -> bool:
    """Whether somebody is an admin whom nobody but the other admins knows as one."""
    return is_admin(member) and bool(member and member.admin & ADMIN["anonymous"])


def is_plain(member: Member) -> bool:
    """Whether somebody is in a chat as most are: a person, with no right more and none less."""
    special = member.creator or member.admin or member.banned or member.bot
    return not (member.left or special)


def hears_everything(member: Member) -> bool:
    """Whether a bot hears whatever people write in a chat it is in (core.telegram.org/bots/features)."""
    return member.hears_all or is_admin(member)


def is_kicked(member: Member | None, now: int) -> bool:
    """Whether somebody may not even look."""
    return bool(forbidden(member, now) & VIEW)


def is_in(member: Member | None, now: int) -> bool:
    """Whether somebody is a member."""
    return member is not None and not member.left and not is_kicked(member, now)


def may_admin(member: Member | None, right: str) -> bool:
    """Whether somebody has an admin right; its creator has them all."""
    if member is None or member.left:
        return False
    return member.creator or bool(member.admin & ADMIN[right])


def may(chat: Chat, member: Member | None, what: str, now: int) -> bool:
    """Whether a member may do what everybody may unless it is forbidden (`send_plain`, `invite_users`…)."""
    if not is_in(member, now):
        return False
    return not restrictions(chat, member, now) & BANNED[what]


def outranks(actor: Member, target: Member | None) -> bool:
    """Whether somebody may restrict or alter another: the creator all, admins those they promoted."""
    if target is None:
        return True
    if target.creator:  # also one who has left, and may come back as what they were
        return False
    if not is_admin(target):
        return True
    return actor.creator or target.promoted_by == actor.user
