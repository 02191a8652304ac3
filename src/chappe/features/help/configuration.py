"""Limits and addresses told to clients: `config` and the app configuration."""

import re
import zlib
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.core.configuration import Configuration
from chappe.features import accounts, auth
from chappe.tl import api

CONFIG_LIFETIME_S: Final = 3600  # seconds until clients ask again
DC_COUNT: Final = 5  # clients know data centres 1 … 5 by heart; all of them are this server
CHAT_MEMBERS_MAX: Final = 200  # people in a basic group
MEGAGROUP_MEMBERS_MAX: Final = 200_000  # people in a supergroup
FORWARDED_MESSAGES_MAX: Final = 100  # messages in one forward
MESSAGE_CHARACTERS_MAX: Final = 4096  # UTF-16 code units of a message's text
CAPTION_CHARACTERS_MAX: Final = 1024  # UTF-16 code units of a caption
PINNED_DIALOGS_MAX: Final = 10  # dialogs pinned in one folder
DIALOG_FILTERS_MAX: Final = 30  # folders of one person
REACTIONS_PER_USER_MAX: Final = 3  # reactions of one person to one message
POLL_ANSWERS_MAX: Final = 12  # answers of one poll
EDIT_LIFETIME_S: Final = 172_800  # seconds after which a message cannot be edited any more


Places = tuple[tuple[str, int], ...]


def client_configuration(now: int, this_dc: int, places: Places, web_address: str) -> api.Config:
    """Return the `config` of help.getConfig (core.telegram.org/constructor/config).

    `places` are hosts and ports where clients reach this server; every data centre is there, and apps try one
    after the other. Links that apps make
    begin as those the server makes, with its `web_address`.
    """
    return api.Config(
        date=now,
        expires=now + CONFIG_LIFETIME_S,
        test_mode=False,
        this_dc=this_dc,
        dc_options=[
            api.DcOption(id=dc, ip_address=host, port=port, ipv6=":" in host)
            for dc in range(1, DC_COUNT + 1)
            for host, port in places
        ],
        dc_txt_domain_name="",
        revoke_pm_inbox=True,
        chat_size_max=CHAT_MEMBERS_MAX,
        megagroup_size_max=MEGAGROUP_MEMBERS_MAX,
        forwarded_count_max=FORWARDED_MESSAGES_MAX,
        online_update_period_ms=210_000,
        offline_blur_timeout_ms=5_000,
        offline_idle_timeout_ms=30_000,
        online_cloud_timeout_ms=300_000,
        notify_cloud_delay_ms=30_000,
        notify_default_delay_ms=1_500,
        push_chat_period_ms=60_000,
        push_chat_limit=2,
        edit_time_limit=EDIT_LIFETIME_S,
        revoke_time_limit=2_147_483_647,
        revoke_pm_time_limit=2_147_483_647,
        rating_e_decay=2_419_200,
        stickers_recent_limit=200,
        channels_read_media_period=604_800,
        call_receive_timeout_ms=20_000,
        call_ring_timeout_ms=90_000,
        call_connect_timeout_ms=30_000,
        call_packet_timeout_ms=10_000,
        me_url_prefix=f"{web_address}/",
        caption_length_max=CAPTION_CHARACTERS_MAX,
        message_length_max=MESSAGE_CHARACTERS_MAX,
        webfile_dc_id=this_dc,
        suggested_lang_code="en",
        lang_pack_version=0,
        base_lang_pack_version=0,
        reactions_default=api.ReactionEmoji(emoticon="👍"),
    )


class Latest:
    """The `config` of this second: whoever asks within it is told the same, encoded once for each layer."""

    def __init__(self) -> None:
        self._made_of: tuple[int, int, Places, str] | None = None
        self._config = tl.Repeated(None)

    def configuration(
        self, now: int, this_dc: int, places: Places, web_address: str
    ) -> tl.Repeated:
        """Return the `config`; see `client_configuration`."""
        made_of = (now, this_dc, places, web_address)
        if made_of != self._made_of:
            self._made_of, self._config = made_of, tl.Repeated(client_configuration(*made_of))
        return self._config


PUSH_KEY: Final = "web_push_key"
APP_SETTINGS: Final[dict[str, bool | float | str | list[str]]] = {
    "test": 0.0,
    "emojies_send_dice": ["🎲", "🎯", "🏀", "⚽", "⚽\ufe0f", "🎳", "🎰"],
    "reactions_user_max_default": float(REACTIONS_PER_USER_MAX),
    "reactions_user_max_premium": float(REACTIONS_PER_USER_MAX),
    "reactions_in_chat_max": 100.0,
    "poll_answers_max": float(POLL_ANSWERS_MAX),
    "reactions_uniq_max": 11.0,
    "caption_length_limit_default": float(CAPTION_CHARACTERS_MAX),
    "caption_length_limit_premium": float(CAPTION_CHARACTERS_MAX),
    "dialogs_pinned_limit_default": float(PINNED_DIALOGS_MAX),
    "dialogs_pinned_limit_premium": float(PINNED_DIALOGS_MAX),
    "dialogs_folder_pinned_limit_default": 100.0,
    "dialogs_folder_pinned_limit_premium": 100.0,
    "dialog_filters_limit_default": float(DIALOG_FILTERS_MAX),
    "dialog_filters_limit_premium": float(DIALOG_FILTERS_MAX),
    "dialog_filters_chats_limit_default": 100.0,
    "dialog_filters_chats_limit_premium": 100.0,
    "chatlist_invites_limit_default": 20.0,
    "chatlist_invites_limit_premium": 20.0,
    "chatlists_joined_limit_default": 20.0,
    "chatlists_joined_limit_premium": 20.0,
    "saved_dialogs_pinned_limit_default": 5.0,
    "saved_dialogs_pinned_limit_premium": 5.0,
    "saved_gifs_limit_default": 200.0,
    "saved_gifs_limit_premium": 200.0,
    "stickers_faved_limit_default": 200.0,
    "stickers_faved_limit_premium": 200.0,
    "ringtone_saved_count_max": 100.0,
    "ringtone_size_max": 102_400.0,
    "ringtone_duration_max": 5.0,
    "about_length_limit_default": 140.0,
    "about_length_limit_premium": 140.0,
    "contact_note_length_limit": 128.0,
    "channels_limit_default": 500.0,
    "channels_limit_premium": 500.0,
    "channels_public_limit_default": 10.0,
    "channels_public_limit_premium": 10.0,
    "upload_max_fileparts_default": 4000.0,
    "upload_max_fileparts_premium": 4000.0,
    "premium_purchase_blocked": True,
    "stories_posting": "disabled",
    "stars_purchase_blocked": True,
    "stargifts_blocked": True,
    "settings_display_passkeys": False,
    "fragment_prefixes": [auth.ANONYMOUS_PREFIX],  # of numbers that are no telephone's
    "gif_search_emojies": [],
    "autologin_domains": [],
    "url_auth_domains": [],
    "dialog_filters_enabled": True,
    "dialog_filters_tooltip": False,
    "autoarchive_setting_available": False,
    "background_connection": False,
    "keep_alive_service": True,
    "pending_suggestions": [],
    "dismissed_suggestions": [],
    "quote_length_max": 1024.0,
    "chat_read_mark_expire_period": 604_800.0,
    "chat_read_mark_size_threshold": 100.0,
    "pm_read_date_expire_period": 604_800.0,
    "topics_pinned_limit": 5.0,
    "forum_upgrade_participants_min": 1.0,
    "telegram_antispam_user_id": str(accounts.SERVICE_USER),
    "telegram_antispam_group_size_min": 1.0,
}


_REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})(?:[-_.@].*)?")


def region_of(language: str) -> str:
    """Return the country in the language a device is set to, such as DE in `de-DE`; empty if none."""
    found = _REGION.fullmatch(language)
    return found[1].upper() if found else ""


class Freeze(NamedTuple):
    """How apps are told that the account is suspended."""

    since: int
    until: int
    appeal: str  # where its person is heard


def appeal_address(config: Configuration) -> str:
    """Return where a suspended person answers, which apps open: never empty, else they ignore the rest."""
    contact = config.contact
    if contact.startswith("@"):
        return f"{config.web_address}/{contact.removeprefix('@')}"
    return contact or f"{config.web_address}/"


def app_configuration(push_key: str | None, freeze: Freeze | None = None) -> api.JsonObject:
    """Return the JSON of help.getAppConfig: limits the apps read by name.

    `push_key` is what browsers subscribe with to push messages (VAPID); None: there are none. `freeze` says
    that the caller is suspended.
    """
    settings = APP_SETTINGS if push_key is None else APP_SETTINGS | {PUSH_KEY: push_key}
    if freeze is not None:
        settings = settings | {
            "freeze_since_date": float(freeze.since),
            "freeze_until_date": float(freeze.until),
            "freeze_appeal_url": freeze.appeal,
        }
    return api.JsonObject(
        value=[api.JsonObjectValue(key=key, value=_json(value)) for key, value in settings.items()]
    )


def answer_hash(answer: Any) -> int:
    """Return the number by which an app says that it has this very answer already."""
    return zlib.crc32(tl.encode(answer)) >> 1 or 1


def _json(value: bool | float | str | list[str]) -> api.TypeJSONValue:  # noqa: FBT001  a JSON value, not a switch
    if isinstance(value, bool):
        return api.JsonBool(value=value)
    if isinstance(value, float):
        return api.JsonNumber(value=value)
    if isinstance(value, str):
        return api.JsonString(value=value)
    return api.JsonArray(value=[api.JsonString(value=item) for item in value])
