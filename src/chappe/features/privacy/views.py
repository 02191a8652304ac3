"""Privacy rules as clients speak of them."""

from typing import Any, Final

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
}


def what_of(key: Any) -> str | None:
    """Return the name of what an InputPrivacyKey means."""
    return next((what for what, (asked, _, _) in KEYS.items() if isinstance(key, asked)), None)


def show(what: str, rules: Rules | None) -> list[Any]:
    """Return rules as the protocol lists them: exceptions first."""
    rules = rules or Rules(what=what, base=KEYS[what][2])
    shown: list[Any] = []
    if rules.allowed:
        shown.append(api.PrivacyValueAllowUsers(users=list(rules.allowed)))
    if rules.refused:
        shown.append(api.PrivacyValueDisallowUsers(users=list(rules.refused)))
    if rules.base == "all":
        shown.append(api.PrivacyValueAllowAll())
    else:
        if rules.base == "contacts":
            shown.append(api.PrivacyValueAllowContacts())
        shown.append(api.PrivacyValueDisallowAll())
    return shown
