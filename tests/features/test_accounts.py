"""What people say of themselves: names, birthdays, colours, channels; and how their apps behave."""

from typing import Any

import pytest

from chappe.features.accounts.names import NAME_REST_S
from chappe.tl import api, errors

from .village import Person, village

EVERYBODY = [api.InputPrivacyValueAllowAll()]


async def full(viewer: Person, whom: Person) -> Any:
    """Return what somebody's profile shows somebody."""
    return (await viewer(api.UsersGetFullUser(id=viewer.user(whom)))).full_user


async def seen(viewer: Person, whom: Person) -> Any:
    """Return how somebody sees somebody."""
    return (await viewer(api.UsersGetUsers(id=[viewer.user(whom)])))[0]


def guessed(whom: Person) -> Any:
    """Return how somebody names a person they were never shown."""
    return api.InputUser(user_id=whom.id, access_hash=12345)


async def test_who_was_never_shown_somebody_cannot_name_them() -> None:
    """Hidden and absent are refused alike."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        absent = api.InputUser(user_id=4096 * 999, access_hash=1)
        for who in (guessed(ada), absent):
            (shown,) = await eve(api.UsersGetUsers(id=[who]))
            assert isinstance(shown, api.UserEmpty)
            for request in (
                api.UsersGetFullUser(id=who),
                api.UsersGetSavedMusicByID(id=who, documents=[]),
                api.UsersGetSavedMusic(id=who, offset=0, limit=1, hash=0),
                api.UsersGetRequirementsToContact(id=[who]),
                api.UsersSuggestBirthday(id=who, birthday=api.Birthday(day=1, month=1)),
            ):
                with pytest.raises(errors.UserIdInvalid):
                    await eve(request)
        ada_seen = await full(eve, ada)
        assert ada_seen.id == ada.id
        assert not (
            await eve(api.UsersGetSavedMusic(id=eve.user(ada), offset=0, limit=1, hash=0))
        ).documents
        assert not (await eve(api.UsersGetSavedMusicByID(id=eve.user(ada), documents=[]))).documents


async def test_a_name_is_changed_for_all_who_know_it() -> None:
    """A name that is none is refused, and a text without end."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "hello")
        changed = await ada(
            api.AccountUpdateProfile(
                first_name=" Ada\u202e ", last_name="Lovelace", about="Counts."
            )
        )
        assert (changed.first_name, changed.last_name) == ("Ada", "Lovelace")
        with pytest.raises(errors.FirstnameInvalid):
            await ada(api.AccountUpdateProfile(first_name="\u200b"))
        with pytest.raises(errors.AboutTooLong):
            await ada(api.AccountUpdateProfile(about="x" * 141))
        await v.settle()
        for person in (ada, claude):
            assert person.told(api.UpdateUserName)[-1].last_name == "Lovelace"
        assert (await full(claude, ada)).about == "Counts."


async def test_a_username_is_one_persons() -> None:
    """Taken, given up, taken by another; the same again, and impossible ones, are refused."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        check, take = api.AccountCheckUsername, api.AccountUpdateUsername
        assert await ada(check(username="count_ess"))
        assert (await ada(take(username="count_ess"))).username == "count_ess"
        assert not await eve(check(username="COUNT_ESS"))
        with pytest.raises(errors.UsernameOccupied):
            await eve(take(username="Count_Ess"))
        with pytest.raises(errors.UsernameNotModified):
            await ada(take(username="count_ess"))
        for good in ("a_b_c", "a1234", "a" * 32):
            assert await eve(check(username=good))
        for bad in ("abc", "1count", "a__b_c", "_abcd", "abcd_", "ключ_ик", "x" * 33):
            for method in (check, take):
                with pytest.raises(errors.UsernameInvalid):
                    await ada(method(username=bad))
        assert await ada(check(username="count_ess"))
        assert (await ada(take(username=""))).username is None
        await v.wait(NAME_REST_S)
        assert (await eve(take(username="Count_Ess"))).username == "Count_Ess"


async def test_one_username_is_neither_ordered_nor_switched_off() -> None:
    """Whatever is asked."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await ada(api.AccountUpdateUsername(username="countess"))
        with pytest.raises(errors.UsernameNotModified):
            await ada(api.AccountReorderUsernames(order=["countess"]))
        with pytest.raises(errors.OrderInvalid):
            await ada(api.AccountReorderUsernames(order=["countess", "duchess"]))
        with pytest.raises(errors.UsernameNotModified):
            await ada(api.AccountToggleUsername(username="countess", active=True))
        for person, active in ((ada, False), (eve, True)):
            with pytest.raises(errors.UsernameInvalid):
                await person(api.AccountToggleUsername(username="countess", active=active))


async def test_who_is_here_is_seen_to_be() -> None:
    """And when they left."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "hello")
        assert await ada(api.AccountUpdateStatus(offline=False))
        await v.settle()
        assert isinstance(claude.told(api.UpdateUserStatus)[-1].status, api.UserStatusOnline)
        v.clock.time += 10
        assert await ada(api.AccountUpdateStatus(offline=True))
        await v.settle()
        (left,) = claude.told(api.UpdateUserStatus)[-1:]
        assert left.status.was_online == v.clock.time
        assert (await seen(claude, ada)).status.was_online == v.clock.time


async def test_a_birthday_is_told_to_contacts() -> None:
    """Days that are none are refused; strangers see nothing."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        update = api.AccountUpdateBirthday
        assert await ada(update(birthday=api.Birthday(day=10, month=12, year=1990)))
        for day, month, year in (
            (0, 1, None),
            (32, 1, None),
            (30, 2, None),
            (29, 2, 2023),
            (1, 13, None),
            (1, 1, 1800),
            (1, 1, 3000),
        ):
            with pytest.raises(errors.BirthdayInvalid):
                await ada(update(birthday=api.Birthday(day=day, month=month, year=year)))
        await ada(
            api.ContactsAddContact(id=ada.user(claude), first_name="Claude", last_name="", phone="")
        )
        await v.settle()
        assert (await full(claude, ada)).birthday.year == 1990
        assert (await full(eve, ada)).birthday is None
        assert ada.told(api.UpdateUser)
        assert await ada(update())
        assert (await full(ada, ada)).birthday is None


async def test_a_birthday_is_suggested_to_who_tells_none() -> None:
    """In a message; not to the deleted, not to who blocked one, not to who told it."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        day = api.Birthday(day=1, month=5)
        await ada(api.UsersSuggestBirthday(id=ada.user(claude), birthday=day))
        await v.settle()
        assert (await claude.history(ada))[0].action.birthday.month == 5
        with pytest.raises(errors.BirthdayInvalid):
            await ada(
                api.UsersSuggestBirthday(
                    id=ada.user(claude), birthday=api.Birthday(day=31, month=4)
                )
            )
        await claude(api.AccountSetPrivacy(key=api.InputPrivacyKeyBirthday(), rules=EVERYBODY))
        await claude(api.AccountUpdateBirthday(birthday=day))
        with pytest.raises(errors.BirthdayAlready):
            await ada(api.UsersSuggestBirthday(id=ada.user(claude), birthday=day))
        await claude(api.ContactsBlock(id=claude.peer(eve)))
        with pytest.raises(errors.UserIdInvalid):
            await eve(api.UsersSuggestBirthday(id=eve.user(claude), birthday=day))
        with pytest.raises(errors.UserIdInvalid):
            await eve(api.UsersSuggestBirthday(id=api.InputUserSelf(), birthday=day))


async def test_a_name_has_a_colour() -> None:
    """One of seven; profiles have none, nor patterns."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        update = api.AccountUpdateColor
        assert await ada(update(color=api.PeerColor(color=5)))
        assert (await seen(claude, ada)).color.color == 5
        for refused in (api.PeerColor(color=7), api.PeerColor(color=-2)):
            with pytest.raises(errors.ColorInvalid):
                await ada(update(color=refused))
        with pytest.raises(errors.ColorInvalid):
            await ada(update(for_profile=True, color=api.PeerColor(color=1)))
        with pytest.raises(errors.DocumentInvalid):
            await ada(update(color=api.PeerColor(color=1, background_emoji_id=7)))
        assert await ada(update(for_profile=True))
        assert await ada(update())
        assert (await seen(claude, ada)).color is None


async def test_no_emoji_stands_beside_a_name() -> None:
    """There are none; taking it away always works."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        update = api.AccountUpdateEmojiStatus
        assert await ada(update(emoji_status=api.EmojiStatusEmpty()))
        assert await ada(api.AccountClearRecentEmojiStatuses())
        with pytest.raises(errors.DocumentInvalid):
            await ada(update(emoji_status=api.EmojiStatus(document_id=1)))
        with pytest.raises(errors.CollectibleInvalid):
            await ada(update(emoji_status=api.InputEmojiStatusCollectible(collectible_id=1)))


async def test_a_profile_shows_a_public_channel_of_its_owner() -> None:
    """Not a group, not a private one, not another's; gone, it is shown no more."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        news = await ada.supergroup("News", broadcast=True)
        group = await ada.supergroup("Group")
        update = api.AccountUpdatePersonalChannel
        for person, chat in ((ada, news), (ada, group), (eve, news)):
            with pytest.raises(errors.PublicBroadcastExpected):
                await person(update(channel=person.channel(chat)))
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(news), username="ada_news"))
        with pytest.raises(errors.PublicBroadcastExpected):
            await eve(update(channel=eve.channel(news)))
        post = await ada.say(news, "first")
        assert await ada(update(channel=ada.channel(news)))
        shown = await full(eve, ada)
        assert (shown.personal_channel_id, shown.personal_channel_message) == (news.id, post)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(news), username=""))
        assert (await full(eve, ada)).personal_channel_id is None
        assert await ada(update(channel=api.InputChannelEmpty()))
        with pytest.raises(errors.PublicBroadcastExpected):
            await ada(update(channel=api.InputChannel(channel_id=1, access_hash=1)))


async def test_a_profile_opens_with_a_tab_and_plays_no_music() -> None:
    """The tab is its owner's choice."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        assert await ada(api.AccountSetMainProfileTab(tab=api.ProfileTabFiles()))
        assert isinstance((await full(claude, ada)).main_tab, api.ProfileTabFiles)
        with pytest.raises(errors.DocumentInvalid):
            await ada(
                api.AccountSaveMusic(id=api.InputDocument(id=1, access_hash=1, file_reference=b""))
            )


async def test_a_profile_says_how_two_people_stand() -> None:
    """Groups in common, blocks, what is pinned, the note one wrote."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada.group("Duo", claude)
        number = await ada.say(claude, "pin me")
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(claude), id=number))
        await ada(
            api.ContactsAddContact(
                id=ada.user(claude),
                first_name="Claude",
                last_name="",
                phone="",
                note=api.TextWithEntities(text="plays chess", entities=[]),
            )
        )
        shown = await full(ada, claude)
        assert (shown.common_chats_count, shown.pinned_msg_id) == (1, number)
        assert (shown.note.text, shown.blocked) == ("plays chess", False)
        assert (await full(claude, ada)).note is None
        common = await ada(api.MessagesGetCommonChats(user_id=ada.user(claude), max_id=0, limit=9))
        assert [c.title for c in common.chats] == ["Duo"]
        with pytest.raises(errors.UserIdInvalid):
            await eve(api.MessagesGetCommonChats(user_id=guessed(ada), max_id=0, limit=9))
        assert (await full(eve, ada)).common_chats_count == 0
        await ada(api.ContactsBlock(id=ada.peer(claude)))
        assert (await full(ada, claude)).blocked
        assert not (await full(claude, ada)).blocked


async def test_apps_of_one_person_behave_alike() -> None:
    """What is downloaded and saved by itself, what is sensitive: kept, and another's is another's."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        download = (await ada(api.AccountGetAutoDownloadSettings())).high
        download.disabled = True
        assert await ada(api.AccountSaveAutoDownloadSettings(high=True, settings=download))
        assert (await ada.listener(api.AccountGetAutoDownloadSettings())).high.disabled
        assert not (await eve(api.AccountGetAutoDownloadSettings())).high.disabled
        save, photos = api.AccountSaveAutoSaveSettings, api.AutoSaveSettings(photos=True)
        assert await ada(save(users=True, settings=photos))
        assert await ada(save(peer=ada.peer(eve), settings=photos))
        with pytest.raises(errors.PeerIdInvalid):
            await ada(save(settings=photos))
        unknown = api.InputPeerUser(user_id=eve.id, access_hash=1)
        with pytest.raises(errors.PeerIdInvalid):
            await ada(save(peer=unknown, settings=photos))
        kept = await ada.listener(api.AccountGetAutoSaveSettings())
        assert (kept.users_settings.photos, kept.chats_settings.photos) == (True, False)
        assert [e.peer.user_id for e in kept.exceptions] == [eve.id]
        assert await ada(api.AccountDeleteAutoSaveExceptions())
        assert not (await ada(api.AccountGetAutoSaveSettings())).exceptions
        assert not (await ada(api.AccountGetContentSettings())).sensitive_enabled
        assert await ada(api.AccountSetContentSettings(sensitive_enabled=True))
        assert (await ada(api.AccountGetContentSettings())).sensitive_enabled
