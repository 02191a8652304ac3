"""Rules for folders, as pure functions."""

from typing import Any, Final

from chappe.core import clean_name
from chappe.tl import api, errors

from .records import FOLDER_PEERS_MAX, TITLE_CHARACTERS_MAX

FIRST: Final = 2  # 0 and 1 are the list itself and the archive
LAST: Final = 255


def check_number(number: int) -> None:
    """Check that a folder may be called so.

    Raises:
        errors.FilterIdInvalid
    """
    if not FIRST <= number <= LAST:
        raise errors.FilterIdInvalid


def _title(given: Any) -> api.TextWithEntities:
    """Return a folder's name, with no entities but custom emoji."""
    text = clean_name(given.text, TITLE_CHARACTERS_MAX)
    if not text:
        raise errors.FilterTitleEmpty
    emoji = [] if text != given.text else given.entities
    kept = [e for e in emoji if isinstance(e, api.MessageEntityCustomEmoji)]
    return api.TextWithEntities(text=text, entities=kept[:TITLE_CHARACTERS_MAX])


def _unique(peers: Any) -> list[Any]:
    return [p for i, p in enumerate(peers) if p not in peers[:i]]


def check_filter(
    given: Any, number: int, *, shareable: bool
) -> api.DialogFilter | api.DialogFilterChatlist:
    """Return a DialogFilter as it is kept; a `shareable` one names its chats and nothing else.

    Raises:
        errors.FilterIdInvalid, errors.FilterTitleEmpty, errors.FilterIncludeEmpty
        errors.ChatlistExcludeInvalid: a shareable folder is to hold more than its chats.
    """
    if not isinstance(given, api.DialogFilter | api.DialogFilterChatlist) or given.id != number:
        raise errors.FilterIdInvalid
    title = _title(given.title)
    named = len(given.pinned_peers) + len(given.include_peers)
    if max(named, len(getattr(given, "exclude_peers", ()))) > FOLDER_PEERS_MAX:
        raise errors.FilterIdInvalid
    pinned, included = _unique(given.pinned_peers), _unique(given.include_peers)
    kinds, excluded = False, []
    if isinstance(given, api.DialogFilter):
        kinds = any(
            (given.contacts, given.non_contacts, given.groups, given.broadcasts, given.bots)
        )
        excluded = _unique(given.exclude_peers)
        narrowed = given.exclude_muted or given.exclude_read or given.exclude_archived
        if shareable and (kinds or excluded or narrowed):
            raise errors.ChatlistExcludeInvalid
    if not pinned and not included and not kinds:
        raise errors.FilterIncludeEmpty
    looks: dict[str, Any] = {
        "id": number,
        "title": title,
        "title_noanimate": given.title_noanimate,
        "emoticon": (given.emoticon or "")[:8] or None,
        "color": given.color,
        "pinned_peers": pinned,
        "include_peers": included,
    }
    if shareable or isinstance(given, api.DialogFilterChatlist):
        return api.DialogFilterChatlist(**looks)
    return api.DialogFilter(
        **looks,
        contacts=given.contacts,
        non_contacts=given.non_contacts,
        groups=given.groups,
        broadcasts=given.broadcasts,
        bots=given.bots,
        exclude_muted=given.exclude_muted,
        exclude_read=given.exclude_read,
        exclude_archived=given.exclude_archived,
        exclude_peers=excluded,
    )
