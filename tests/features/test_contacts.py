"""Contacts: whom one knows and by which name, whom one blocks, and how people are found."""

from typing import Any

import pytest

from chappe.features.contacts.finding import TOKEN_LIFETIME_S
from chappe.rpc import LIMITER, Limiter, Rate
from chappe.tl import api, errors

from .test_accounts import EVERYBODY, guessed, seen
from .village import Person, village


async def add(person: Person, whom: Person, name: str = "Friend", **more: Any) -> Any:
    """Add somebody to somebody's contacts."""
    return await person(
        api.ContactsAddContact(
            id=person.user(whom), first_name=name, last_name="", **{"phone": "", **more}
        )
    )


async def known(person: Person) -> dict[int, bool]:
    """Return somebody's contacts: id → whether it is mutual."""
    answer = await person(api.ContactsGetContacts(hash=0))
    return {c.user_id: c.mutual for c in answer.contacts}


def imported(whom: Person | str, name: str = "Friend") -> Any:
    """Return a contact of a telephone's address book."""
    phone = whom if isinstance(whom, str) else whom.phone
    return api.InputPhoneContact(client_id=7, phone=phone, first_name=name, last_name="")


async def test_people_know_each_other_and_part() -> None:
    """Each sees whether it is mutual; the name one gave is one's own; other devices learn it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await add(ada, claude, "Monsieur C")
        await v.settle()
        assert await known(ada) == {claude.id: False}
        assert (await seen(ada, claude)).first_name == "Monsieur C"
        assert ada.told(api.UpdatePeerSettings)[-1].peer.user_id == claude.id
        await add(claude, ada)
        await v.settle()
        assert await known(ada) == {claude.id: True}
        assert await known(claude) == {ada.id: True}
        assert await ada(api.ContactsGetContactIDs(hash=0)) == [claude.id]
        gone = await ada(api.ContactsDeleteContacts(id=[ada.user(claude)]))
        assert gone.users[0].first_name == "Claude"
        await v.settle()
        assert await known(ada) == {}
        assert await known(claude) == {ada.id: False}
        await add(ada, claude, phone=claude.phone)
        assert await ada(api.ContactsDeleteByPhones(phones=["+" + claude.phone, ""]))
        await v.settle()
        assert await known(ada) == {}
        assert await known(claude) == {ada.id: False}


async def test_nobody_adds_themselves_the_nameless_or_who_they_cannot_name() -> None:
    """Refused; and accepted are only those who asked."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        with pytest.raises(errors.ContactIdInvalid):
            await add(ada, ada)
        with pytest.raises(errors.ContactNameEmpty):
            await add(ada, eve, " ")
        with pytest.raises(errors.ContactReqMissing):
            await ada(api.ContactsAcceptContact(id=ada.user(eve)))
        for request in (
            api.ContactsAddContact(id=guessed(ada), first_name="A", last_name="", phone=""),
            api.ContactsAcceptContact(id=guessed(ada)),
            api.ContactsDeleteContacts(id=[guessed(ada)]),
            api.ContactsUpdateContactNote(
                id=guessed(ada), note=api.TextWithEntities(text="x", entities=[])
            ),
        ):
            with pytest.raises(errors.UserIdInvalid):
                await eve(request)


async def test_accepting_shows_ones_number() -> None:
    """To who asked, whatever the rules say of others; so does adding with that wish."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        nobody = [api.InputPrivacyValueDisallowAll()]
        for person in (ada, claude):
            await person(api.AccountSetPrivacy(key=api.InputPrivacyKeyPhoneNumber(), rules=nobody))
        await add(ada, claude)
        assert (await seen(ada, claude)).phone is None
        await claude(api.ContactsAcceptContact(id=claude.user(ada)))
        assert (await seen(ada, claude)).phone == claude.phone
        assert (await seen(eve, claude)).phone is None
        assert (await seen(claude, ada)).phone is None
        await add(ada, claude, add_phone_privacy_exception=True)
        assert (await seen(claude, ada)).phone == ada.phone
        await claude(api.AccountDeleteAccount(reason=""))
        ghost = ada.user(claude)
        with pytest.raises(errors.ContactReqMissing):
            await ada(api.ContactsAcceptContact(id=ghost))


async def test_an_address_book_finds_who_lets_themselves_be_found() -> None:
    """Numbers nobody has, those who hide, and what is no number: alike not there."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        contacts = [api.InputPrivacyValueAllowContacts()]
        await eve(api.AccountSetPrivacy(key=api.InputPrivacyKeyAddedByPhone(), rules=contacts))
        book = [imported(p) for p in (claude, eve, "33699999999", "none", ada)]
        found = await ada(api.ContactsImportContacts(contacts=book))
        assert [i.user_id for i in found.imported] == [claude.id, ada.id]
        assert await known(ada) == {claude.id: False}
        assert (await ada(api.ContactsResolvePhone(phone=claude.phone))).peer.user_id == claude.id
        for phone in (eve.phone, "33699999999", "none"):
            with pytest.raises(errors.PhoneNotOccupied):
                await ada(api.ContactsResolvePhone(phone=phone))
        await add(eve, ada)
        assert (await ada(api.ContactsResolvePhone(phone=eve.phone))).peer.user_id == eve.id


async def test_a_directory_of_numbers_is_dear() -> None:
    """Five at once here, more in time; whom one knows costs nothing, what is over is asked again later."""
    async with village() as v:
        ada, claude, bob = await v.people_named("Ada", "Claude", "Bob")
        v.context.give(LIMITER, Limiter(0.005))
        await ada(api.ContactsImportContacts(contacts=[imported(claude)]))
        book = [
            api.InputPhoneContact(client_id=i, phone=f"4930123450{i}", first_name="x", last_name="")
            for i in range(6)
        ]
        first = await ada(api.ContactsImportContacts(contacts=[imported(claude), *book]))
        assert ([i.user_id for i in first.imported], first.retry_contacts) == ([claude.id], [4, 5])
        for _ in range(9):
            again = await ada(
                api.ContactsImportContacts(contacts=[imported(claude), imported(bob)])
            )
            assert ([i.user_id for i in again.imported], again.retry_contacts) == ([claude.id], [7])
        v.clock.time += Rate.NUMBERS_THERE.value.refill_s / 0.005
        (found,) = (await ada(api.ContactsImportContacts(contacts=[imported(bob)]))).imported
        assert found.user_id == bob.id
        claude.device.client.address = "192.0.2.9"
        others = await claude(api.ContactsImportContacts(contacts=[imported(bob)]))
        assert others.imported


async def test_asking_after_one_number_costs_what_importing_it_does() -> None:
    """Whether somebody has it or not; and a number one only wrote beside a name is not known by that."""
    async with village() as v:
        ada, claude, bob, eve = await v.people_named("Ada", "Claude", "Bob", "Eve")
        v.context.give(LIMITER, Limiter(0.005))
        await add(ada, eve, phone=bob.phone)
        ask = api.ContactsResolvePhone
        for _ in range(2):
            assert (await ada(ask(phone=claude.phone))).peer.user_id == claude.id
            with pytest.raises(errors.PhoneNotOccupied):
                await ada(ask(phone="33699999999"))
        assert (await ada(api.ContactsImportContacts(contacts=[imported(claude)]))).imported
        for phone in (claude.phone, "33699999999"):
            with pytest.raises(errors.FloodWait):
                await ada(ask(phone=phone))
        guess = await ada(api.ContactsImportContacts(contacts=[imported(bob)]))
        assert (guess.imported, guess.retry_contacts) == ([], [7])
        found = await ada(api.ContactsImportContacts(contacts=[imported(claude)]))
        assert [i.user_id for i in found.imported] == [claude.id]
        await add(ada, claude, phone=bob.phone)  # another number: that one is not paid for
        for person in (claude, bob):
            later = await ada(api.ContactsImportContacts(contacts=[imported(person)]))
            assert (later.imported, later.retry_contacts) == ([], [7])


async def test_who_goes_elsewhere_may_ask_no_more() -> None:
    """What one account asks after is counted wherever it is; and by address whoever asks."""
    async with village() as v:
        ada, claude, bob = await v.people_named("Ada", "Claude", "Bob")
        v.context.give(LIMITER, Limiter(0.005))
        for place in range(5):
            ada.device.client.address = f"192.0.2.{place}"
            for _ in range(5):
                await ada(api.ContactsResolvePhone(phone=bob.phone))
        claude.device.client.address = "192.0.2.4"
        ada.device.client.address = "192.0.2.5"
        for asker in (ada, claude):
            with pytest.raises(errors.FloodWait):
                await asker(api.ContactsResolvePhone(phone=bob.phone))


async def test_people_are_found_by_username_and_among_ones_own() -> None:
    """By the whole of it; a name nobody has and a name nobody can have are refused."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await claude(api.AccountUpdateUsername(username="chappe"))
        resolve = api.ContactsResolveUsername
        assert (await eve(resolve(username="CHAPPE"))).peer.user_id == claude.id
        with pytest.raises(errors.UsernameNotOccupied):
            await eve(resolve(username="chappes"))
        with pytest.raises(errors.UsernameInvalid):
            await eve(resolve(username="no"))
        await add(ada, claude, "The Engineer")
        await add(ada, eve, "Eve")
        found = await ada(api.ContactsSearch(q="engin", limit=10))
        assert ([p.user_id for p in found.my_results], found.results) == ([claude.id], [])
        found = await eve(api.ContactsSearch(q="@chappe", limit=10))
        assert [p.user_id for p in found.results] == [claude.id]
        with pytest.raises(errors.SearchQueryEmpty):
            await eve(api.ContactsSearch(q="@", limit=10))
        await claude(api.AccountUpdateUsername(username=""))
        with pytest.raises(errors.UsernameNotOccupied):
            await eve(resolve(username="chappe"))


async def test_a_link_to_oneself_needs_no_username() -> None:
    """For a week, for whoever has it; altered, it is nobody's."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await ada(api.ContactsExportContactToken())
        token = made.url.rpartition("/")[2]
        follow = api.ContactsImportContactToken
        assert (await eve(follow(token=token))).id == ada.id
        other = f"{eve.id:016x}{token[16:]}"
        for bad in ("", "нет", "abc", token[:-2], token[:-2] + "00", other):
            with pytest.raises(errors.ImportTokenInvalid):
                await eve(follow(token=bad))
        v.clock.time += TOKEN_LIFETIME_S
        with pytest.raises(errors.ImportTokenInvalid):
            await eve(follow(token=token))


async def test_nobody_is_found_by_where_they_are() -> None:
    """Nor ranked by how much one talks to them."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(errors.GeoPointInvalid):
            await ada(api.ContactsGetLocated(geo_point=api.InputGeoPointEmpty()))
        ranked = await ada(api.ContactsGetTopPeers(correspondents=True, offset=0, limit=9, hash=0))
        assert isinstance(ranked, api.ContactsTopPeersDisabled)
        assert await ada(api.ContactsToggleTopPeers(enabled=False))
        assert not await ada(api.ContactsToggleTopPeers(enabled=True))
        assert await ada(
            api.ContactsResetTopPeerRating(
                category=api.TopPeerCategoryCorrespondents(), peer=api.InputPeerSelf()
            )
        )
        assert await ada(api.ContactsResetSaved())


async def test_a_contact_has_a_note_and_may_be_close() -> None:
    """For oneself alone; who is no contact has neither."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await add(ada, claude)
        note = api.TextWithEntities(text=" tall ", entities=[])
        update = api.ContactsUpdateContactNote
        assert await ada(update(id=ada.user(claude), note=note))
        with pytest.raises(errors.ContactMissing):
            await ada(update(id=ada.user(eve), note=note))
        shown = await ada(api.UsersGetFullUser(id=ada.user(claude)))
        assert shown.full_user.note.text == "tall"
        assert await ada(api.ContactsEditCloseFriends(id=[claude.id, eve.id]))
        assert (await seen(ada, claude)).close_friend
        assert not (await seen(ada, eve)).close_friend
        assert not (await seen(claude, ada)).close_friend
        assert await ada(api.ContactsEditCloseFriends(id=[]))
        assert not (await seen(ada, claude)).close_friend


async def test_birthdays_of_contacts_come_around() -> None:
    """Today, yesterday and tomorrow, of those who tell theirs."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        day = api.Birthday(day=15, month=1)  # the village begins on 15 January 2027
        for person in (claude, eve):
            await person(api.AccountUpdateBirthday(birthday=day))
            await add(ada, person)
        await claude(api.AccountSetPrivacy(key=api.InputPrivacyKeyBirthday(), rules=EVERYBODY))
        told = await ada(api.ContactsGetBirthdays())
        assert [c.contact_id for c in told.contacts] == [claude.id]
        v.clock.time += 86_400
        assert (await ada(api.ContactsGetBirthdays())).contacts
        v.clock.time += 86_400
        assert not (await ada(api.ContactsGetBirthdays())).contacts


async def test_who_is_blocked_reaches_nobody() -> None:
    """Nothing arrives, nothing is seen; other devices know; lifted, all is as before."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await ada(api.AccountUpdateStatus(offline=False))
        await eve.say(ada, "hello")
        assert await ada(api.ContactsBlock(id=ada.peer(eve)))
        await eve.say(ada, "hello?")
        assert await ada.texts(eve) == ["hello"]
        assert await eve.texts(ada) == ["hello", "hello?"]
        assert not isinstance((await seen(eve, ada)).status, api.UserStatusOnline)
        with pytest.raises(errors.YouBlockedUser):
            await ada.say(eve, "no")
        with pytest.raises(errors.PhoneNotOccupied):
            await eve(api.ContactsResolvePhone(phone=ada.phone))
        blocked = await ada(api.ContactsGetBlocked(offset=0, limit=10))
        assert [b.peer_id.user_id for b in blocked.blocked] == [eve.id]
        assert not (await eve(api.ContactsGetBlocked(offset=0, limit=10))).blocked
        assert await ada(api.ContactsUnblock(id=ada.peer(eve)))
        await v.settle()
        assert [u.blocked for u in ada.told(api.UpdatePeerBlocked)] == [True, False]
        await eve.say(ada, "again")
        assert await ada.texts(eve) == ["hello", "again"]


async def test_whom_one_cannot_block() -> None:
    """Oneself, chats, who was never shown; nor is anything blocked from a chat of replies."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        group = await ada.group("Duo", eve)
        guess = api.InputPeerUser(user_id=ada.id, access_hash=1)
        for method in (api.ContactsBlock, api.ContactsUnblock):
            for peer in (api.InputPeerSelf(), ada.peer(group)):
                with pytest.raises(errors.ContactIdInvalid):
                    await ada(method(id=peer))
            with pytest.raises(errors.PeerIdInvalid):
                await eve(method(id=guess))
        with pytest.raises(errors.PeerIdInvalid):
            await eve(api.ContactsSetBlocked(id=[guess], limit=1))
        with pytest.raises(errors.ContactIdInvalid):
            await eve(api.ContactsSetBlocked(id=[api.InputPeerSelf()], limit=1))
        with pytest.raises(errors.MsgIdInvalid):
            await eve(api.ContactsBlockFromReplies(msg_id=1))


async def test_the_list_of_the_blocked_is_replaced_as_a_whole() -> None:
    """And who shall see no stories is another list: they still write."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada(api.ContactsBlock(id=ada.peer(claude)))
        assert await ada(api.ContactsSetBlocked(id=[ada.peer(eve)], limit=10))
        blocked = await ada(api.ContactsGetBlocked(offset=0, limit=10))
        assert [b.peer_id.user_id for b in blocked.blocked] == [eve.id]
        assert await ada(api.ContactsBlock(id=ada.peer(claude), my_stories_from=True))
        await claude.say(ada, "I write")
        assert await ada.texts(claude) == ["I write"]
        profile = (await ada(api.UsersGetFullUser(id=ada.user(claude)))).full_user
        assert (profile.blocked, profile.blocked_my_stories_from) == (False, True)
        listed = await ada(api.ContactsGetBlocked(my_stories_from=True, offset=0, limit=10))
        assert [b.peer_id.user_id for b in listed.blocked] == [claude.id]
        assert await ada(api.ContactsUnblock(id=ada.peer(claude), my_stories_from=True))
        assert not (
            await ada(api.ContactsGetBlocked(my_stories_from=True, offset=0, limit=10))
        ).blocked


async def test_an_app_offers_to_add_a_stranger_until_the_bar_is_closed() -> None:
    """Then a contact, to whom one may show one's number."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        ask = api.MessagesGetPeerSettings
        await eve.say(ada, "buy this")
        offered = (await ada(ask(peer=ada.peer(eve)))).settings
        assert (offered.add_contact, offered.block_contact, offered.report_spam) == (True,) * 3
        assert await ada(api.MessagesHidePeerSettingsBar(peer=ada.peer(eve)))
        offered = (await ada(ask(peer=ada.peer(eve)))).settings
        assert (offered.add_contact, offered.block_contact, offered.report_spam) == (False,) * 3
        nobody = [api.InputPrivacyValueDisallowAll()]
        await eve(api.AccountSetPrivacy(key=api.InputPrivacyKeyPhoneNumber(), rules=nobody))
        await add(eve, ada)
        assert (await eve(ask(peer=eve.peer(ada)))).settings.share_contact
        mine = (await ada(ask(peer=api.InputPeerSelf()))).settings
        assert not mine.add_contact


async def test_statuses_of_contacts_are_as_they_let_one_see() -> None:
    """All at once."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await add(ada, claude)
        await claude(api.AccountUpdateStatus(offline=False))
        (status,) = await ada(api.ContactsGetStatuses())
        assert isinstance(status.status, api.UserStatusOnline)
        nobody = [api.InputPrivacyValueDisallowAll()]
        await claude(api.AccountSetPrivacy(key=api.InputPrivacyKeyStatusTimestamp(), rules=nobody))
        (status,) = await ada(api.ContactsGetStatuses())
        assert isinstance(status.status, api.UserStatusRecently)
