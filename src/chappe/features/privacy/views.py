"""Conversion of privacy rules between records and TL."""

from typing import Any, Final

from chappe.features import accounts
from chappe.tl import api

from .records import Rules

# what → (how it is asked for, how it is announced, the default)
KEYS: Final[dict[str, tuple[Any, Any, str]]] = {
    "status": (api.InputPrivacyKeyStatusTimestamp, api.PrivacyKeyStatusTimestamp, "all"),
    "invite": (api.InputPrivacyKeyChatInvite, api.PrivacyKeyChatInvite, "all"),
    "call": (api.InputPrivacyKeyPhoneCall, api.PrivacyKeyPhoneCall, "all"),
    "call_direct": (api.InputPrivacyKeyPhoneP2P, api.PrivacyKeyPhoneP2P, "contacts"),
    "forwards": (api.InputPrivacyKeyForwards, api.PrivacyKeyForwards, "all"),
    "photo": (api.InputPrivacyKeyProfilePhoto, api.PrivacyKeyProfilePhoto, "all"),
    "phone": (api.InputPrivacyKeyPhoneNumber, api.PrivacyKeyPhoneNumber, "contacts"),
    "added_by_phone": (api.InputPrivacyKeyAddedByPhone, api.PrivacyKeyAddedByPhone, "all"),
    "voice": (api.InputPrivacyKeyVoiceMessages, api.PrivacyKeyVoiceMessages, "all"),
    "about": (api.InputPrivacyKeyAbout, api.PrivacyKeyAbout, "all"),
    "birthday": (api.InputPrivacyKeyBirthday, api.PrivacyKeyBirthday, "contacts"),
    "gifts": (
        api.InputPrivacyKeyStarGiftsAutoSave,
        api.PrivacyKeyStarGiftsAutoSave,
        "all",
    ),
    "free": (api.InputPrivacyKeyNoPaidMessages, api.PrivacyKeyNoPaidMessages, "all"),
    "music": (api.InputPrivacyKeySavedMusic, api.PrivacyKeySavedMusic, "all"),
}


def what_of(key: Any) -> str | None:
    """Return the name of what an InputPrivacyKey means."""
    return next((what for what, (asked, _, _) in KEYS.items() if isinstance(key, asked)), None)


def named_dialogs(rules: Rules) -> tuple[int, ...]:
    """Return the dialogs of everybody and every chat that rules name."""
    return (*rules.allowed, *rules.refused, *rules.allowed_chats, *rules.refused_chats)


def show_rules(what: str, rules: Rules | None) -> list[Any]:
    """Return rules as the protocol lists them: exceptions first."""
    rules = rules or Rules(what=what, base=KEYS[what][2])
    shown: list[api.TypePrivacyRule] = []
    if rules.allowed:
        shown.append(api.PrivacyValueAllowUsers(users=list(rules.allowed)))
    if rules.refused:
        shown.append(api.PrivacyValueDisallowUsers(users=list(rules.refused)))
    if rules.allowed_chats:
        chats = [accounts.owner_of(peer).id for peer in rules.allowed_chats]
        shown.append(api.PrivacyValueAllowChatParticipants(chats=chats))
    if rules.refused_chats:
        chats = [accounts.owner_of(peer).id for peer in rules.refused_chats]
        shown.append(api.PrivacyValueDisallowChatParticipants(chats=chats))
    if rules.close_friends:
        shown.append(api.PrivacyValueAllowCloseFriends())
    if rules.bots:
        allowed = rules.bots == "allowed"
        shown.append(api.PrivacyValueAllowBots() if allowed else api.PrivacyValueDisallowBots())
    if rules.base == "all":
        shown.append(api.PrivacyValueAllowAll())
    else:
        if rules.base == "contacts":
            shown.append(api.PrivacyValueAllowContacts())
        shown.append(api.PrivacyValueDisallowAll())
    return shown
