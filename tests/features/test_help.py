"""What apps ask of any server: where it is, what it allows, which texts it has."""

from typing import Any

import pytest

from chappe import tl
from chappe.crypto import dh
from chappe.features import (
    accounts,
    chats,
    contacts,
    dialogs,
    files,
    folders,
    groups,
    media,
    messages,
    polls,
    reactions,
    stickers,
    topics,
)
from chappe.features.help import configuration
from chappe.features.help.handlers import RANDOM_BYTES_MAX
from chappe.tl import api, errors

from .village import village


async def test_anybody_is_told_where_the_server_is() -> None:
    """Every data centre is here, before and after logging in."""
    async with village(public_host="chat.example.org", public_url="https://chat.example.org") as v:
        nobody = await v.stranger()
        config = await nobody(api.HelpGetConfig())
        assert {o.id for o in config.dc_options} == {1, 2, 3, 4, 5}
        assert {o.ip_address for o in config.dc_options} == {"chat.example.org"}
        assert config.me_url_prefix == "https://chat.example.org/"
        near = await nobody(api.HelpGetNearestDc())
        assert near.this_dc == near.nearest_dc == config.this_dc
        assert not (await nobody(api.HelpGetCdnConfig())).public_keys


async def test_the_configuration_of_a_second_is_one_in_every_layer() -> None:
    """It is made and encoded once; a second later it says so."""
    async with village() as v:
        devices = [await v.stranger(layer) for layer in (tl.LAYER, tl.LAYER, 160, 160)]
        told = [await device(api.HelpGetConfig()) for device in devices]
        assert {config.date for config in told} == {int(v.clock.time)}
        assert told[0] == told[1]
        assert told[2] == told[3]
        await v.wait(1)
        for before, device in zip(told, devices, strict=True):
            now = await device(api.HelpGetConfig())
            assert (now.date, now.expires) == (before.date + 1, before.expires + 1)
        client = devices[0].client
        assert await v.server.dispatcher.invoke(client, api.HelpGetConfig()) == now


async def nearest(device: Any, language: str) -> str:
    """Return the country that an app on a device set to this language is told to choose."""
    said = api.InitConnection(
        api_id=1,
        device_model="d",
        system_version="s",
        app_version="a",
        system_lang_code=language,
        lang_pack="",
        lang_code="en",
        query=api.HelpGetNearestDc(),
    )
    return str((await device(said)).country)


async def test_a_number_begins_where_the_device_is_at_home() -> None:
    """Or where the operator says; what names no country chooses none, and nobody's address is looked up."""
    async with village() as v:
        nobody = await v.stranger()
        for language, country in (
            ("de-DE", "DE"),
            ("pt_BR", "BR"),
            ("en-us", "US"),
            ("zh-Hans-CN", "CN"),
            ("sr_Latn_RS.UTF-8", "RS"),
            ("en", ""),
            ("", ""),
            ("es-419", ""),
            ("de-DE" * 100, ""),
        ):
            assert await nearest(nobody, language) == country
    async with village(country="FT") as v:
        assert await nearest(await v.stranger(), "de-DE") == "FT"


KEPT = {  # what apps are told → what is kept to
    "about_length_limit": accounts.rules.ABOUT_CHARACTERS_MAX,
    "caption_length_limit": messages.drafting.CAPTION_UNITS_MAX,
    "channels_limit": groups.membership.CHANNELS_JOINED_MAX,
    "channels_public_limit": groups.usernames.PUBLIC_CHATS_MAX,
    "chat_read_mark_expire_period": messages.reading.READ_DATE_LIFETIME_S,
    "chat_read_mark_size_threshold": messages.reading.READERS_MEMBERS_MAX,
    "chatlist_invites_limit": folders.records.INVITES_MAX,
    "chatlists_joined_limit": folders.records.JOINED_MAX,
    "contact_note_length_limit": contacts.handlers.NOTE_CHARACTERS_MAX,
    "dialog_filters_chats_limit": folders.records.FOLDER_PEERS_MAX,
    "dialog_filters_limit": folders.records.FOLDERS_MAX,
    "dialogs_folder_pinned_limit": dialogs.handlers.PINNED_ARCHIVE_MAX,
    "dialogs_pinned_limit": dialogs.handlers.PINNED_DIALOGS_MAX,
    "pm_read_date_expire_period": messages.reading.READ_DATE_LIFETIME_S,
    "poll_answers_max": polls.records.ANSWERS_MAX,
    "quote_length_max": messages.quoting.QUOTE_UNITS_MAX,
    "reactions_in_chat_max": chats.texts.REACTIONS_MAX,
    "reactions_uniq_max": reactions.records.KINDS_MAX,
    "reactions_user_max": reactions.records.OWN_MAX,
    "saved_dialogs_pinned_limit": messages.saved.PINNED_MAX,
    "saved_gifs_limit": media.gifs.GIFS_MAX,
    "ringtone_duration_max": media.ringtones.RINGTONE_S_MAX,
    "ringtone_saved_count_max": media.ringtones.RINGTONES_MAX,
    "ringtone_size_max": media.ringtones.RINGTONE_BYTES_MAX,
    "stickers_faved_limit": stickers.records.FAVED_MAX,
    "topics_pinned_limit": topics.records.PINNED_MAX,
    "upload_max_fileparts": files.parts.FILE_PARTS_MAX,
}
# numbers that bound nothing here
NO_LIMITS = {"test", "forum_upgrade_participants_min", "telegram_antispam_group_size_min"}


async def test_apps_are_told_the_limits_that_are_kept() -> None:
    """Each once, whoever pays; and there is none they are told that nobody keeps."""
    told: dict[str, set[float]] = {}
    for key, value in configuration.APP_SETTINGS.items():
        if isinstance(value, float) and key not in NO_LIMITS:
            name = key.removesuffix("_default").removesuffix("_premium")
            told.setdefault(name, set()).add(value)
    assert told == {name: {float(number)} for name, number in KEPT.items()}
    async with village() as v:
        config = await (await v.stranger())(api.HelpGetConfig())
        assert config.chat_size_max == chats.records.BASIC_MEMBERS_MAX
        assert config.megagroup_size_max == groups.membership.CHANNEL_MEMBERS_MAX
        assert config.forwarded_count_max == messages.handlers.FORWARDED_MAX
        assert config.message_length_max == messages.drafting.TEXT_UNITS_MAX
        assert config.caption_length_max == messages.drafting.CAPTION_UNITS_MAX
        assert config.edit_time_limit == messages.editing.EDIT_LIFETIME_S


async def test_a_browser_is_told_by_which_key_it_subscribes() -> None:
    """As by the page a client reads first; where pushes are off there is none."""
    for push in (True, False):
        async with village(push=push) as v:
            nobody = await v.stranger()
            limits = await nobody(api.HelpGetAppConfig(hash=0))
            told = {value.key: value.value for value in limits.config.value}
            key = told.get(configuration.PUSH_KEY)
            assert (None if key is None else key.value) == v.server.about().push
            assert (key is not None) is push


async def test_limits_are_told_once() -> None:
    """Asked again with what it has, an app is told that nothing has changed."""
    async with village() as v:
        nobody = await v.stranger()
        limits = await nobody(api.HelpGetAppConfig(hash=0))
        named = {value.key for value in limits.config.value}
        assert named == {*configuration.APP_SETTINGS, configuration.PUSH_KEY}
        again = await nobody(api.HelpGetAppConfig(hash=limits.hash))
        assert isinstance(again, api.HelpAppConfigNotModified)
        assert limits.hash != configuration.answer_hash(api.JsonNull())  # an upgrade is noticed
        countries = await nobody(api.HelpGetCountriesList(lang_code="en", hash=0))
        known = {c.iso2: c for c in countries.countries}
        assert len(known) == len(countries.countries) > 230
        assert {"FR", "FT", "LT", "KE", "NZ"} <= set(known)
        assert all(c.country_codes[0].country_code.isdigit() for c in known.values())
        shared = [
            (c.country_codes[0].country_code, tuple(c.country_codes[0].prefixes or ()))
            for c in known.values()
        ]
        assert len(set(shared)) == len(shared)  # nothing that an app could not tell apart
        assert known["KZ"].country_codes[0].prefixes == ["6", "7"]
        assert known["RU"].country_codes[0].prefixes is None
        assert {"204", "905"} <= set(known["CA"].country_codes[0].prefixes)
        again = await nobody(api.HelpGetCountriesList(lang_code="en", hash=countries.hash))
        assert isinstance(again, api.HelpCountriesListNotModified)
        (ada,) = await v.people_named("Ada")
        colours = await ada(api.HelpGetPeerColors(hash=0))
        assert [c.color_id for c in colours.colors] == list(range(7))
        again = await ada(api.HelpGetPeerColors(hash=colours.hash))
        assert isinstance(again, api.HelpPeerColorsNotModified)
        assert not (await ada(api.HelpGetPeerProfileColors(hash=0))).colors


async def test_apps_are_not_updated_promoted_or_watched_by_this_server() -> None:
    """Each answer says that there is nothing; what they report is dropped."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        empty: list[tuple[Any, type[Any]]] = [
            (api.HelpGetAppUpdate(source=""), api.HelpNoAppUpdate),
            (api.HelpGetPromoData(), api.HelpPromoDataEmpty),
            (api.HelpGetTermsOfServiceUpdate(), api.HelpTermsOfServiceUpdateEmpty),
            (api.HelpGetInviteText(), api.HelpInviteText),
            (api.HelpGetPremiumPromo(), api.HelpPremiumPromo),
            (api.HelpGetDeepLinkInfo(path="x"), api.HelpDeepLinkInfoEmpty),
        ]
        for request, kind in empty:
            assert isinstance(await ada(request), kind)
        for agreed in (
            api.HelpAcceptTermsOfService(id=api.DataJSON(data="{}")),
            api.HelpDismissSuggestion(peer=api.InputPeerEmpty(), suggestion="x"),
            api.HelpHidePromoData(peer=api.InputPeerSelf()),
            api.HelpSaveAppLog(events=[]),
        ):
            assert await ada(agreed) is True
        (none,) = await ada(api.StoriesGetPeerMaxIDs(id=[api.InputPeerSelf()]))
        assert isinstance(none, api.RecentStory)


async def test_whom_to_write_to_for_help() -> None:
    """The service account; nobody works for another server's support here."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        support = await ada(api.HelpGetSupport())
        assert support.user.support
        for request in (
            api.HelpGetSupportName(),
            api.HelpEditUserInfo(user_id=api.InputUserSelf(), message="", entities=[]),
        ):
            with pytest.raises(errors.UserInvalid):
                await ada(request)


async def test_apps_have_their_own_texts() -> None:
    """English is named; of another language nothing is known."""
    async with village() as v:
        nobody = await v.stranger()
        (english,) = await nobody(api.LangpackGetLanguages(lang_pack=""))
        assert english.lang_code == "en"
        named = await nobody(api.LangpackGetLanguage(lang_pack="", lang_code="en"))
        assert named == english
        with pytest.raises(errors.LangCodeNotSupported):
            await nobody(api.LangpackGetLanguage(lang_pack="", lang_code="xx"))
        for request in (
            api.LangpackGetLangPack(lang_pack="", lang_code="en"),
            api.LangpackGetDifference(lang_pack="", lang_code="en", from_version=0),
        ):
            assert not (await nobody(request)).strings
        assert await nobody(api.LangpackGetStrings(lang_pack="", lang_code="en", keys=["a"])) == []


async def test_apps_have_their_own_words_for_emoji() -> None:
    """None is added here."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        assert not (await ada(api.MessagesGetEmojiKeywords(lang_code="en"))).keywords
        assert not (
            await ada(api.MessagesGetEmojiKeywordsDifference(lang_code="en", from_version=5))
        ).keywords
        assert await ada(api.MessagesGetEmojiKeywordsLanguages(lang_codes=["en"])) == []


async def test_what_needs_a_login_is_refused_to_strangers() -> None:
    """Everything but where the server is and in which language."""
    async with village() as v:
        nobody = await v.stranger()
        for request in (
            api.HelpGetPromoData(),
            api.HelpGetPeerColors(hash=0),
            api.HelpGetPeerProfileColors(hash=0),
            api.HelpGetSupport(),
            api.HelpGetInviteText(),
            api.HelpGetPremiumPromo(),
            api.HelpDismissSuggestion(peer=api.InputPeerEmpty(), suggestion="x"),
            api.MessagesGetEmojiKeywords(lang_code="en"),
        ):
            with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                await nobody(request)


async def test_who_clears_the_calls_has_none_to_clear() -> None:
    """The answer stands at the person's own pts, so that no app sees a gap."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        state = await ada(api.UpdatesGetState())
        cleared = await ada(api.MessagesDeletePhoneCallHistory(revoke=True))
        assert (cleared.pts, cleared.pts_count, cleared.messages) == (state.pts, 0, [])


async def test_two_apps_agree_on_a_key_with_the_prime_they_know() -> None:
    """And with chance of the server's, as much as they ask for within bounds."""
    async with village() as v:
        ada, nobody = await v.person("Ada"), await v.stranger()
        first = await ada(api.MessagesGetDhConfig(version=0, random_length=256))
        assert (first.g, int.from_bytes(first.p, "big")) == (3, dh.PRIME)
        assert (len(first.p), len(first.random)) == (256, 256)
        again = await ada(api.MessagesGetDhConfig(version=first.version, random_length=256))
        assert isinstance(again, api.MessagesDhConfigNotModified)
        assert len(again.random) == 256
        assert again.random != first.random
        none = await ada(api.MessagesGetDhConfig(version=1, random_length=0))  # as TDLib asks
        assert (none.p, none.random) == (first.p, b"")
        for length in (-1, RANDOM_BYTES_MAX + 1):
            with pytest.raises(errors.RandomLengthInvalid):
                await ada(api.MessagesGetDhConfig(version=0, random_length=length))
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await nobody(api.MessagesGetDhConfig(version=0, random_length=0))


async def test_who_calls_is_told_that_nobody_takes_calls() -> None:
    """By the one refusal that every app has a sentence for; a profile offers no calls to begin with."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        full = (await ada(api.UsersGetFullUser(id=ada.user(bob)))).full_user
        assert (full.phone_calls_available, full.phone_calls_private) == (False, False)
        protocol = api.PhoneCallProtocol(min_layer=65, max_layer=92, library_versions=["2.4.4"])
        with pytest.raises(errors.UserPrivacyRestricted):
            await ada(
                api.PhoneRequestCall(
                    user_id=ada.user(bob), random_id=1, g_a_hash=bytes(32), protocol=protocol
                )
            )


async def test_older_layers_ask_for_stories_by_other_names() -> None:
    """Nobody has any."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ada.device.layer = 163
        asked = [ada.user(bob), api.InputUserSelf()]
        assert await ada(api.UsersGetStoriesMaxIDs(id=asked)) == [0, 0]
        ada.device.layer = tl.LAYER


async def test_who_comes_by_a_proxy_is_served_alike() -> None:
    """Apps say so, and ask for the channel of whoever runs the proxy: nobody's is promoted."""
    async with village() as v:
        ada = await v.person("Ada")
        said = api.InvokeWithLayer(
            layer=tl.LAYER,
            query=api.InitConnection(
                api_id=1,
                device_model="phone",
                system_version="1",
                app_version="1",
                system_lang_code="en",
                lang_pack="",
                lang_code="en",
                proxy=api.InputClientProxy(address="198.51.100.9", port=443),
                query=api.HelpGetPromoData(),
            ),
        )
        assert isinstance(await ada(said), api.HelpPromoDataEmpty)
