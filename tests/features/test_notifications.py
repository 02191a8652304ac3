"""Notifications: what may make a sound, for all of a kind or one dialog, on every device alike."""

from typing import Any

import pytest

from chappe import tl
from chappe.features.notifications.handlers import SOUND_CHARACTERS_MAX
from chappe.tl import api, errors
from chappe.tl.schema import LAYERS

from .village import Person, village

LOUD = api.InputPeerNotifySettings(mute_until=0, show_previews=True)
QUIET = api.InputPeerNotifySettings(mute_until=2**31 - 1, silent=True, show_previews=False)
SOUND = api.NotificationSoundDefault()
AT_FIRST = api.PeerNotifySettings(  # how loud a whole kind is until somebody says otherwise
    show_previews=True,
    silent=False,
    mute_until=0,
    ios_sound=SOUND,
    android_sound=SOUND,
    other_sound=SOUND,
    stories_hide_sender=False,
    stories_ios_sound=SOUND,
    stories_android_sound=SOUND,
    stories_other_sound=SOUND,
)


async def loudness(person: Person, peer: Any) -> Any:
    """Return how loud something may be."""
    return await person(api.AccountGetNotifySettings(peer=peer))


async def test_a_dialog_is_quieter_than_its_kind() -> None:
    """People, groups, channels, all of each; other devices hear of it, and a fresh one reads it."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        group = await ada.group("Trio", claude, eve)
        news = await ada.supergroup("News", broadcast=True)
        ones: list[Any] = [api.InputNotifyPeer(peer=ada.peer(x)) for x in (claude, group, news)]
        kinds: list[Any] = [
            api.InputNotifyUsers(),
            api.InputNotifyChats(),
            api.InputNotifyBroadcasts(),
        ]
        for peer in ones:
            assert await loudness(ada, peer) == api.PeerNotifySettings()
        for peer in kinds:
            assert await loudness(ada, peer) == AT_FIRST
        for peer in (*ones, *kinds):
            assert await ada(api.AccountUpdateNotifySettings(peer=peer, settings=QUIET))
            assert (await loudness(ada.listener, peer)).silent
            assert await loudness(eve, api.InputNotifyUsers()) == AT_FIRST
        await v.settle()
        told = ada.told(api.UpdateNotifySettings)
        assert len(told) == len(ones) + len(kinds)
        exceptions = await ada(api.AccountGetNotifyExceptions())
        assert {type(u.peer.peer) for u in exceptions.updates} == {
            api.PeerUser,
            api.PeerChat,
            api.PeerChannel,
        }
        assert (await ada.dialog(claude)).notify_settings.silent
        profile = await ada(api.UsersGetFullUser(id=ada.user(claude)))
        assert profile.full_user.notify_settings.silent
        assert await ada(api.AccountResetNotifySettings())
        await v.settle()
        for peer in ones:
            assert await loudness(ada, peer) == api.PeerNotifySettings()
        for peer in kinds:
            assert await loudness(ada, peer) == AT_FIRST
        reset = {type(u.peer): u.notify_settings for u in ada.told(api.UpdateNotifySettings)}
        assert reset[api.NotifyPeer] == api.PeerNotifySettings()
        assert reset[api.NotifyUsers] == reset[api.NotifyBroadcasts] == AT_FIRST
        assert not (await ada(api.AccountGetNotifyExceptions())).updates


async def test_a_kind_has_no_field_without_a_value_in_any_layer() -> None:
    """An app takes a kind without `mute_until` for muted; what was set in part is completed."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        part = api.InputPeerNotifySettings(show_previews=False)
        for kind in (api.InputNotifyUsers(), api.InputNotifyChats(), api.InputNotifyBroadcasts()):
            for layer in LAYERS:
                ada.device.layer = layer
                shown = await loudness(ada, kind)
                assert (shown.mute_until, shown.silent, shown.show_previews) == (0, False, True)
                assert shown.ios_sound == shown.android_sound == shown.other_sound == SOUND
            ada.device.layer = tl.LAYER
            assert await ada(api.AccountUpdateNotifySettings(peer=kind, settings=part))
            partly = await loudness(ada.listener, kind)
            assert not partly.show_previews
            partly.show_previews = True
            assert partly == AT_FIRST == await loudness(eve, kind)
            await v.settle()
            told = ada.told(api.UpdateNotifySettings)[-1].notify_settings
            assert (told.mute_until, told.other_sound, told.show_previews) == (0, SOUND, False)


async def test_a_dialog_keeps_its_sound() -> None:
    """None, the default, one the app carries, or one that was brought along."""
    local = api.NotificationSoundLocal(title="Bell" * 100, data="bell.mp3")
    cut = api.NotificationSoundLocal(title=local.title[:SOUND_CHARACTERS_MAX], data="bell.mp3")
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        peer = api.InputNotifyPeer(peer=ada.peer(bob))
        for given, kept in (
            (api.NotificationSoundNone(), api.NotificationSoundNone()),
            (api.NotificationSoundDefault(), api.NotificationSoundDefault()),
            (local, cut),
            (api.NotificationSoundRingtone(id=7), api.NotificationSoundRingtone(id=7)),
            (None, None),
        ):
            settings = api.InputPeerNotifySettings(
                sound=given, stories_sound=given, stories_muted=True
            )
            await ada(api.AccountUpdateNotifySettings(peer=peer, settings=settings))
            await v.settle()
            told = ada.told(api.UpdateNotifySettings)[-1].notify_settings
            for shown in (await loudness(ada, peer), told):
                assert (shown.ios_sound, shown.android_sound, shown.other_sound) == (kept,) * 3
                assert (shown.stories_other_sound, shown.stories_muted) == (kept, True)
        old = await ada.log_in(152)
        await ada(
            api.AccountUpdateNotifySettings(
                peer=peer, settings=api.InputPeerNotifySettings(sound=local)
            )
        )
        assert (await old(api.AccountGetNotifySettings(peer=peer))).other_sound == cut


async def test_settings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics can be made up without end; what is set already may still be changed."""
    monkeypatch.setattr("chappe.features.notifications.handlers.EXCEPTIONS_MAX", 3)
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        topics = [api.InputNotifyForumTopic(peer=ada.peer(bob), top_msg_id=i) for i in range(1, 5)]
        for topic in topics[:3] * 2:
            await ada(api.AccountUpdateNotifySettings(peer=topic, settings=QUIET))
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.AccountUpdateNotifySettings(peer=topics[3], settings=QUIET))
        await bob(api.AccountUpdateNotifySettings(peer=api.InputNotifyUsers(), settings=QUIET))


async def test_nothing_is_said_of_dialogs_one_cannot_name() -> None:
    """A stranger, a group one is not in, a private channel."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        group = await ada.group("Mine", ada)
        news = await ada.supergroup("News", broadcast=True)
        guessed = api.InputPeerUser(user_id=ada.id, access_hash=1)
        unknown = api.InputPeerChannel(channel_id=news.id, access_hash=1)
        for peer, refusal in (
            (guessed, errors.PeerIdInvalid),
            (eve.peer(group), errors.ChatIdInvalid),
            (unknown, errors.ChannelInvalid),
            (eve.peer(news), errors.ChannelPrivate),
            (api.InputPeerEmpty(), errors.PeerIdInvalid),
        ):
            given = api.InputNotifyPeer(peer=peer)
            with pytest.raises(refusal):
                await loudness(eve, given)
            with pytest.raises(refusal):
                await eve(api.AccountUpdateNotifySettings(peer=given, settings=LOUD))
        assert await loudness(ada, api.InputNotifyPeer(peer=ada.peer(news)))


async def test_somebody_does_not_want_to_hear_who_joined() -> None:
    """Until they do again."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        ask, say = api.AccountGetContactSignUpNotification, api.AccountSetContactSignUpNotification
        assert not await ada(ask())
        assert await ada(say(silent=True))
        assert await ada.listener(ask())
        assert await ada(say(silent=False))
        assert not await ada(ask())


async def test_whose_reactions_make_a_sound() -> None:
    """Of contacts, of all, of nobody."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        default = await ada(api.AccountGetReactionsNotifySettings())
        assert isinstance(default.messages_notify_from, api.ReactionNotificationsFromContacts)
        wanted = api.ReactionsNotifySettings(
            messages_notify_from=api.ReactionNotificationsFromAll(),
            sound=api.NotificationSoundNone(),
            show_previews=False,
        )
        assert await ada(api.AccountSetReactionsNotifySettings(settings=wanted)) == wanted
        assert await ada.listener(api.AccountGetReactionsNotifySettings()) == wanted
        assert await eve(api.AccountGetReactionsNotifySettings()) == default
