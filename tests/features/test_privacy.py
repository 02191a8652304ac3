"""Privacy: each thing is seen by those whom its owner lets, on the front door and on the side doors."""

from typing import Any

import pytest

from chappe.features.privacy.handlers import EXCEPTIONS_MAX, RULES_MAX
from chappe.tl import api, errors

from .test_accounts import EVERYBODY, full, guessed, seen
from .test_contacts import add
from .village import Person, village

NOBODY = [api.InputPrivacyValueDisallowAll()]
CONTACTS = [api.InputPrivacyValueAllowContacts(), *NOBODY]
KEYS = (
    api.InputPrivacyKeyStatusTimestamp,
    api.InputPrivacyKeyChatInvite,
    api.InputPrivacyKeyPhoneCall,
    api.InputPrivacyKeyPhoneP2P,
    api.InputPrivacyKeyForwards,
    api.InputPrivacyKeyProfilePhoto,
    api.InputPrivacyKeyPhoneNumber,
    api.InputPrivacyKeyAddedByPhone,
    api.InputPrivacyKeyVoiceMessages,
    api.InputPrivacyKeyAbout,
    api.InputPrivacyKeyBirthday,
    api.InputPrivacyKeyStarGiftsAutoSave,
    api.InputPrivacyKeyNoPaidMessages,
    api.InputPrivacyKeySavedMusic,
)


async def let(person: Person, key: Any, rules: list[Any]) -> Any:
    """Say who may see or do something."""
    return await person(api.AccountSetPrivacy(key=key(), rules=rules))


async def about(viewer: Person, whom: Person) -> str | None:
    """Return what somebody is shown of somebody's own words."""
    text: str | None = (await full(viewer, whom)).about
    return text


async def test_every_rule_is_kept_and_other_devices_hear_of_it() -> None:
    """Each key, there and back."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for key in KEYS:
            default = (await ada(api.AccountGetPrivacy(key=key()))).rules
            assert default
            rules = [api.InputPrivacyValueAllowUsers(users=[ada.user(claude)]), *NOBODY]
            answer = await let(ada, key, rules)
            again = await ada.listener(api.AccountGetPrivacy(key=key()))
            assert answer.rules == again.rules
            assert [type(r) for r in again.rules] == [
                api.PrivacyValueAllowUsers,
                api.PrivacyValueDisallowAll,
            ]
            assert [u.id for u in again.users] == [claude.id]
        await v.settle()
        assert len(ada.told(api.UpdatePrivacy)) == len(KEYS)


async def test_rules_that_say_nothing_are_refused() -> None:
    """None at all, about a stranger, about a chat one is not in, without end."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        group = await ada.group("Mine", ada)
        key = api.InputPrivacyKeyAbout
        with pytest.raises(errors.PrivacyValueInvalid):
            await let(eve, key, [])
        with pytest.raises(errors.PrivacyValueInvalid):
            await let(eve, key, NOBODY * (RULES_MAX + 1))
        for kind in (api.InputPrivacyValueAllowUsers, api.InputPrivacyValueDisallowUsers):
            with pytest.raises(errors.UserIdInvalid):
                await let(eve, key, [kind(users=[guessed(ada)])])
            with pytest.raises(errors.PrivacyTooLong):
                await let(eve, key, [kind(users=[guessed(ada)] * (EXCEPTIONS_MAX + 1))])
        for chats in (
            api.InputPrivacyValueAllowChatParticipants,
            api.InputPrivacyValueDisallowChatParticipants,
        ):
            with pytest.raises(errors.PrivacyValueInvalid):
                await let(eve, key, [chats(chats=[group.id])])
            assert await let(ada, key, [chats(chats=[group.id])])
        kept = (await ada(api.AccountGetPrivacy(key=key()))).rules
        assert isinstance(kept[0], api.PrivacyValueDisallowChatParticipants)


async def test_who_sees_what_somebody_wrote_of_themselves() -> None:
    """Everybody, contacts, nobody; but for those named, who come first."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada(api.AccountUpdateProfile(about="Counts."))
        await add(ada, claude)
        key = api.InputPrivacyKeyAbout
        sees = {"all": "Counts.", "not": None}
        named = api.InputPrivacyValueAllowUsers(users=[ada.user(eve)])
        barred = api.InputPrivacyValueDisallowUsers(users=[ada.user(claude)])
        for rules, claude_sees, eve_sees in (
            (EVERYBODY, "all", "all"),
            (CONTACTS, "all", "not"),
            (NOBODY, "not", "not"),
            ([named, *NOBODY], "not", "all"),
            ([barred, *EVERYBODY], "not", "all"),
            ([named, barred, *CONTACTS], "not", "all"),
        ):
            await let(ada, key, rules)
            assert await about(claude, ada) == sees[claude_sees]
            assert await about(eve, ada) == sees[eve_sees]
            assert await about(ada, ada) == "Counts."


async def test_members_of_a_chat_and_close_friends_may_be_named() -> None:
    """As long as they are that; persons come before chats."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada(api.AccountUpdateProfile(about="Counts."))
        group = await ada.group("Trio", claude, eve)
        sup = await ada.supergroup("Super", eve)
        key = api.InputPrivacyKeyAbout
        allow = api.InputPrivacyValueAllowChatParticipants
        refuse = api.InputPrivacyValueDisallowChatParticipants
        answer = await let(ada, key, [allow(chats=[group.id]), refuse(chats=[sup.id]), *NOBODY])
        assert {c.id for c in answer.chats} == {group.id, sup.id}
        assert await about(claude, ada) == "Counts."
        assert await about(eve, ada) is None
        named = api.InputPrivacyValueAllowUsers(users=[ada.user(eve)])
        await let(ada, key, [named, refuse(chats=[sup.id]), *NOBODY])
        assert await about(eve, ada) == "Counts."
        await let(ada, key, [allow(chats=[group.id]), *NOBODY])
        await claude(api.MessagesDeleteChatUser(chat_id=group.id, user_id=api.InputUserSelf()))
        await v.settle()
        assert await about(claude, ada) is None
        await let(ada, key, [api.InputPrivacyValueAllowCloseFriends(), *NOBODY])
        await add(ada, claude)
        assert await about(claude, ada) is None
        await ada(api.ContactsEditCloseFriends(id=[claude.id]))
        assert await about(claude, ada) == "Counts."


async def test_who_hides_when_they_are_here_does_not_see_it_of_others() -> None:
    """And is told that it is their own doing; a change is pushed to who looks."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await eve.say(ada, "hello")
        key = api.InputPrivacyKeyStatusTimestamp
        for person in (ada, eve):
            await person(api.AccountUpdateStatus(offline=False))
        assert isinstance((await seen(eve, ada)).status, api.UserStatusOnline)
        await let(ada, key, NOBODY)
        await v.settle()
        assert isinstance(eve.told(api.UpdateUserStatus)[-1].status, api.UserStatusRecently)
        status = (await seen(eve, ada)).status
        assert (type(status), status.by_me) == (api.UserStatusRecently, False)
        status = (await seen(ada, eve)).status
        assert (type(status), status.by_me) == (api.UserStatusRecently, True)
        await let(ada, key, [api.InputPrivacyValueAllowUsers(users=[ada.user(eve)]), *NOBODY])
        for one, other in ((ada, eve), (eve, ada)):
            assert isinstance((await seen(one, other)).status, api.UserStatusOnline)


async def test_when_a_message_was_read_is_told_between_those_who_tell() -> None:
    """Who hides theirs is told nothing, and nothing is told of them."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        number = await ada.say(eve, "read me")
        theirs = (await eve.history(ada))[0].id
        await eve(api.MessagesReadHistory(peer=eve.peer(ada), max_id=theirs))
        await v.settle()
        ask = api.MessagesGetOutboxReadDate(peer=ada.peer(eve), msg_id=number)
        assert (await ada(ask)).date == v.clock.time
        hide = api.AccountSetGlobalPrivacySettings
        await eve(hide(settings=api.GlobalPrivacySettings(hide_read_marks=True)))
        assert (await full(ada, eve)).read_dates_private
        with pytest.raises(errors.UserPrivacyRestricted):
            await ada(ask)
        await eve(hide(settings=api.GlobalPrivacySettings()))
        await ada(hide(settings=api.GlobalPrivacySettings(hide_read_marks=True)))
        with pytest.raises(errors.YourPrivacyRestricted):
            await ada(ask)
        await ada(hide(settings=api.GlobalPrivacySettings()))
        await let(eve, api.InputPrivacyKeyStatusTimestamp, NOBODY)
        with pytest.raises(errors.UserPrivacyRestricted):
            await ada(ask)
        await let(eve, api.InputPrivacyKeyStatusTimestamp, EVERYBODY)
        await let(ada, api.InputPrivacyKeyStatusTimestamp, NOBODY)
        with pytest.raises(errors.YourPrivacyRestricted):
            await ada(ask)


async def test_settings_about_everybody_are_kept_but_for_what_is_paid() -> None:
    """Nobody pays to be heard; strangers are not put away by themselves."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        kept = api.GlobalPrivacySettings(
            hide_read_marks=True, keep_archived_unmuted=True, keep_archived_folders=True
        )
        change = api.AccountSetGlobalPrivacySettings
        assert await ada(change(settings=kept)) == kept
        assert await ada(api.AccountGetGlobalPrivacySettings()) == kept
        with pytest.raises(errors.AutoarchiveNotAvailable):
            await ada(
                change(
                    settings=api.GlobalPrivacySettings(archive_and_mute_new_noncontact_peers=True)
                )
            )
        for paid in (
            api.GlobalPrivacySettings(new_noncontact_peers_require_premium=True),
            api.GlobalPrivacySettings(noncontact_peers_paid_stars=5),
        ):
            with pytest.raises(errors.PremiumAccountRequired):
                await ada(change(settings=paid))
        assert await ada(api.AccountGetGlobalPrivacySettings()) == kept


async def card(sender: Person, to: Person, phone: str) -> Any:
    """Send somebody's card; return whom it is of."""
    medium = api.InputMediaContact(phone_number=phone, first_name="A", last_name="", vcard="")
    sent = await sender(
        api.MessagesSendMedia(
            peer=sender.peer(to), media=medium, message="", random_id=sender.village.number()
        )
    )
    (message,) = [u.message for u in sent.updates if isinstance(u, api.UpdateNewMessage)]
    return message.media.user_id


async def test_a_hidden_number_is_not_guessed() -> None:
    """Right and wrong guesses look alike: in the profile, in what is pushed, on a card; until it is shown."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        for key in (api.InputPrivacyKeyPhoneNumber, api.InputPrivacyKeyAddedByPhone):
            await let(ada, key, NOBODY)
        for guess in ("33699999999", ada.phone):
            told = await add(eve, ada, phone=guess)
            assert {u.id: u.phone for u in told.users}[ada.id] == guess
            assert (await seen(eve, ada)).phone == guess
            assert await card(eve, claude, guess) == 0
            book = [api.InputPhoneContact(client_id=1, phone=guess, first_name="A", last_name="")]
            found = await eve(api.ContactsImportContacts(contacts=book))
            assert (found.imported, found.retry_contacts) == ([], [])
        await add(eve, ada, phone="33699999999")
        await let(ada, api.InputPrivacyKeyPhoneNumber, EVERYBODY)
        assert (await seen(eve, ada)).phone == ada.phone
        assert await card(eve, claude, ada.phone) == ada.id
        assert await card(eve, claude, "33699999999") == 0


async def test_a_number_is_seen_by_those_who_know_it_and_those_it_is_shown_to() -> None:
    """In profiles, in groups, in what a forward names."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        group = await ada.group("Trio", claude, eve)
        await add(eve, ada, phone=ada.phone)  # she dialled it herself
        await let(ada, api.InputPrivacyKeyPhoneNumber, NOBODY)
        assert (await seen(eve, ada)).phone == ada.phone
        assert (await seen(claude, ada)).phone is None
        shown = await claude(api.MessagesGetFullChat(chat_id=group.id))
        assert {u.id: u.phone for u in shown.users}[ada.id] is None
        await let(ada, api.InputPrivacyKeyPhoneNumber, EVERYBODY)
        assert (await seen(claude, ada)).phone == ada.phone


async def test_a_forward_leads_to_its_author_only_where_they_let_it() -> None:
    """Their name stays, and their profile says which name that is."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada.say(claude, "quote me")
        for rules, known in ((EVERYBODY, True), (NOBODY, False)):
            await let(ada, api.InputPrivacyKeyForwards, rules)
            message = (await claude.history(ada))[0]
            await claude(
                api.MessagesForwardMessages(
                    from_peer=claude.peer(ada),
                    id=[message.id],
                    random_id=[v.number()],
                    to_peer=claude.peer(eve),
                )
            )
            await v.settle()
            origin = (await eve.history(claude))[0].fwd_from
            assert (origin.from_id is not None) == known
            assert (origin.from_name == "Ada") != known
            assert ((await full(claude, ada)).private_forward_name == "Ada") != known


async def test_who_may_be_put_into_groups_and_sent_voices() -> None:
    """Whoever lets it."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        assert not (await full(eve, ada)).voice_messages_forbidden
        await let(ada, api.InputPrivacyKeyVoiceMessages, NOBODY)
        assert (await full(eve, ada)).voice_messages_forbidden
        sup = await eve.supergroup("Trap")
        invite = api.ChannelsInviteToChannel(channel=eve.channel(sup), users=[eve.user(ada)])
        await let(ada, api.InputPrivacyKeyChatInvite, NOBODY)
        missing = (await eve(invite)).missing_invitees
        assert [m.user_id for m in missing] == [ada.id]
        await let(ada, api.InputPrivacyKeyChatInvite, EVERYBODY)
        assert not (await eve(invite)).missing_invitees


async def test_nobody_asks_to_be_paid_for_reading() -> None:
    """In today's words and in those of older apps."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        (wanted,) = await eve(api.UsersGetRequirementsToContact(id=[eve.user(ada)]))
        assert isinstance(wanted, api.RequirementToContactEmpty)
        eve.device.layer = 181
        old = api.UsersGetIsPremiumRequiredToContact
        assert await eve(old(id=[eve.user(ada)])) == [False]
        with pytest.raises(errors.UserIdInvalid):
            await eve(old(id=[guessed(ada)]))
        eve.device.layer = 229
