"""Exports: a device asks, the others may refuse for a day or confirm, and then it reads everything."""

import json
from typing import Any

import pytest

from chappe.features.auth.sessions import FRESH_S
from chappe.features.takeout.rules import BEGIN_WITHIN_S, RUNS_S, WAIT_S, TakeoutScope
from chappe.tl import api, errors

from .test_auth_sessions import sessions
from .test_passkeys import said_to
from .village import Device, Person, Village, village


async def asked(device: Any) -> int:
    """Ask for an export that has to wait; return for how many seconds."""
    with pytest.raises(errors.TakeoutInitDelay) as refusal:
        await device(api.AccountInitTakeoutSession(contacts=True, message_users=True))
    return int(refusal.value.number)


async def begun(device: Any, **flags: Any) -> int:
    """Begin an export; return its number."""
    flags = flags or {"message_users": True}
    return int((await device(api.AccountInitTakeoutSession(**flags))).id)


def within(number: int, query: Any) -> Any:
    """Return a call as a part of an export."""
    return api.InvokeWithTakeout(takeout_id=number, query=query)


async def listed(who: Any) -> list[Any]:
    """Return the exports that wait, as devices list them."""
    return [s for s in await sessions(who) if s.device_model.startswith("Export of all")]


async def seasoned(v: Village) -> Person:
    """Return somebody whose devices are older than a day."""
    ada = await v.person("Ada")
    await v.wait(FRESH_S)
    return ada


async def test_an_export_begins_after_a_day_and_reads_everything() -> None:
    """All devices are told when it is asked for, begun and over."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude.say(ada, "hello")
        assert await asked(ada) == WAIT_S
        await v.wait(100)
        assert await asked(ada) == WAIT_S - 100
        assert "to export all your data" in (await said_to(ada))[-1]
        (told,) = [u for u in ada.told(api.UpdateNewAuthorization) if u.unconfirmed]
        assert told.device.startswith("Export of all your data")
        await v.wait(WAIT_S - 100)
        number = await begun(ada)
        await v.wait(0)
        assert "begins to export" in (await said_to(ada))[-1]
        ranges = await ada(within(number, api.MessagesGetSplitRanges()))
        assert [(r.min_id, r.max_id) for r in ranges] == [(1, 2_147_483_647)]
        answer = await ada(
            within(
                number,
                api.InvokeWithMessagesRange(
                    range=ranges[0],
                    query=api.MessagesGetHistory(
                        peer=ada.peer(claude),
                        offset_id=0,
                        offset_date=0,
                        add_offset=0,
                        limit=10,
                        max_id=0,
                        min_id=0,
                        hash=0,
                    ),
                ),
            )
        )
        assert [m.message for m in answer.messages] == ["hello"]
        assert (await ada(within(number, api.ChannelsGetLeftChannels(offset=0)))).chats == []
        assert await ada(within(number, api.AccountFinishTakeoutSession(success=True)))
        await v.wait(0)
        assert "has ended its export" in (await said_to(ada))[-1]
        with pytest.raises(errors.TakeoutInvalid):
            await ada(within(number, api.MessagesGetSplitRanges()))
        assert await asked(ada) == WAIT_S


async def test_another_device_confirms_it_and_nobody_waits() -> None:
    """A device older than a day; never the one that asked, and no younger one."""
    async with village() as v:
        ada = await seasoned(v)
        await asked(ada.device)
        (entry,) = await listed(ada.listener)
        assert entry.unconfirmed
        confirm = api.AccountChangeAuthorizationSettings(hash=entry.hash, confirmed=True)
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await ada.device(confirm)
        young = await ada.log_in()
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await young(confirm)
        assert await asked(ada.device)
        assert await ada.listener(confirm)
        await v.settle()
        assert [s.unconfirmed for s in await listed(ada.listener)] == [False]
        assert await begun(ada.device)
        assert await listed(ada.listener) == []


@pytest.mark.parametrize("all_others", [False, True])
async def test_any_device_refuses_it_as_it_ends_a_session(*, all_others: bool) -> None:
    """Also one that is young; and ending every other session refuses it, too."""
    async with village() as v:
        ada = await seasoned(v)
        asking = await ada.log_in()
        await asked(asking)
        (entry,) = await listed(ada)
        if all_others:
            await ada(api.AuthResetAuthorizations())
        else:
            assert await ada(api.AccountResetAuthorization(hash=entry.hash))
        await v.wait(0)
        assert await listed(ada) == []
        assert "has refused the export" in (await said_to(ada))[-1]
        with pytest.raises(errors.HashInvalid):
            await ada(api.AccountResetAuthorization(hash=entry.hash))
        if not all_others:
            await v.wait(WAIT_S)
            assert await asked(asking) == WAIT_S  # it begins anew


async def test_nobody_elses_number_is_taken() -> None:
    """Neither another device's, nor another account's, nor one at random, nor one that waits."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await asked(ada)
        await v.wait(WAIT_S)
        number = await begun(ada)
        for device, given in ((ada.listener, number), (claude, number), (ada, number ^ 1)):
            with pytest.raises(errors.TakeoutInvalid):
                await device(within(given, api.MessagesGetSplitRanges()))
        stranger = await v.stranger()
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await stranger(within(number, api.MessagesGetSplitRanges()))
        for outside in (
            api.ChannelsGetLeftChannels(offset=0),
            api.AccountFinishTakeoutSession(success=True),
        ):
            with pytest.raises(errors.TakeoutRequired):
                await ada(outside)
        assert await ada(within(number, api.MessagesGetSplitRanges()))


async def log_in_again(who: Person, device: Device) -> None:
    """Log out on a device and in again under the same key."""
    await device(api.AuthLogOut())
    sent = await device(
        api.AuthSendCode(
            phone_number=who.phone, api_id=1, api_hash="x", settings=api.CodeSettings()
        )
    )
    code = who.village.code(who.phone)
    hashed = {"phone_number": who.phone, "phone_code_hash": sent.phone_code_hash}
    await device(api.AuthSignIn(**hashed, phone_code=code))


async def test_it_ends_with_its_session() -> None:
    """Whoever logs in under the same key later has no part in it."""
    async with village() as v:
        ada = await v.person("Ada")
        asking = await ada.log_in()
        await asked(asking)
        await v.wait(WAIT_S)
        number = await begun(asking)
        await log_in_again(ada, asking)
        with pytest.raises(errors.TakeoutInvalid):
            await asking(within(number, api.MessagesGetSplitRanges()))
        assert await asked(asking) == WAIT_S


@pytest.mark.parametrize(("begin", "late"), [(False, BEGIN_WITHIN_S), (True, RUNS_S)])
async def test_it_is_over_at_its_time(*, begin: bool, late: int) -> None:
    """One that nobody began, and one that nobody ended."""
    async with village() as v:
        ada = await v.person("Ada")
        await asked(ada)
        await v.wait(WAIT_S)
        number = await begun(ada) if begin else 0
        await v.wait(late - 1)
        assert await begun(ada) == (number or await begun(ada))
        if not begin:
            return
        await v.wait(1)
        with pytest.raises(errors.TakeoutInvalid):
            await ada(within(number, api.MessagesGetSplitRanges()))
        assert await asked(ada) == WAIT_S


async def test_one_that_was_not_begun_in_time_waits_again() -> None:
    """Else a device could ask long before it is stolen."""
    async with village() as v:
        ada = await v.person("Ada")
        await asked(ada)
        await v.wait(WAIT_S + BEGIN_WITHIN_S)
        assert await asked(ada) == WAIT_S


def history_of(peer: Any) -> Any:
    """Return a request for the newest messages of a conversation."""
    where = {"offset_id": 0, "offset_date": 0, "add_offset": 0}
    return api.MessagesGetHistory(peer=peer, **where, limit=10, max_id=0, min_id=0, hash=0)


LEFT_OVER = api.InputTakeoutFileLocation()


async def test_it_reads_what_it_was_begun_for_and_nothing_else() -> None:
    """Kinds of chats, contacts, files, and of each file so many bytes; without a flag everything."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        group, forum = await ada.group("Friends", claude), await ada.supergroup("All", claude)
        asked_for = {
            "message_users": history_of(ada.peer(claude)),
            "message_chats": history_of(ada.peer(group)),
            "message_megagroups": history_of(ada.peer(forum)),
            "message_channels": history_of(ada.peer(forum)),
            "contacts": api.ContactsGetSaved(),
        }
        photo = api.UploadGetFile(
            location=api.InputPhotoFileLocation(
                id=1, access_hash=1, file_reference=b"", thumb_size="x"
            ),
            offset=0,
            limit=4096,
        )
        await asked(ada)
        await v.wait(WAIT_S)
        for flag, own in asked_for.items():
            number = await begun(ada, **{flag: True})
            await ada(within(number, own))
            for other, request in asked_for.items():
                if other != flag and {flag, other} != {"message_megagroups", "message_channels"}:
                    with pytest.raises(errors.TakeoutInvalid):
                        await ada(within(number, request))
            with pytest.raises(errors.TakeoutInvalid):
                await ada(within(number, photo))
            await ended(ada, v, number)
        number = await begun(ada, files=True, file_max_size=4096)
        with pytest.raises(errors.FileIdInvalid):  # it is asked for, and there is none
            await ada(within(number, photo))
        photo.offset = 4096
        with pytest.raises(errors.TakeoutInvalid):
            await ada(within(number, photo))
        await ended(ada, v, number)
        number = await begun(ada, message_users=False)
        for request in asked_for.values():
            await ada(within(number, request))


async def ended(ada: Person, v: Village, number: int) -> None:
    """End an export, and wait until the next may begin."""
    await ada(within(number, api.AccountFinishTakeoutSession(success=True)))
    await asked(ada)
    await v.wait(WAIT_S)


async def test_an_app_like_telegram_desktop_comes_to_the_end_of_its_export() -> None:
    """Every call of its export in its order, each with an answer that it goes on from."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada(
            api.ContactsAddContact(
                id=ada.user(claude), first_name="Claude", last_name="C", phone=claude.phone
            )
        )
        await claude.say(ada, "hello")
        await asked(ada)
        await v.wait(WAIT_S)
        flags = {one.value: True for one in TakeoutScope}
        number = await begun(ada, **flags, file_max_size=8 << 20)

        async def answered(query: Any) -> Any:
            return await ada(within(number, query))

        myself, self_ = api.InputUserSelf(), api.InputPeerSelf()
        photos = api.PhotosGetUserPhotos(user_id=myself, offset=0, max_id=0, limit=0)
        assert (await answered(photos)).photos == []
        await answered(api.StoriesGetStoriesArchive(peer=self_, offset_id=0, limit=0))
        (range_,) = await answered(api.MessagesGetSplitRanges())
        first = {"offset_date": 0, "offset_id": 0, "offset_peer": api.InputPeerEmpty()}
        dialogs = api.MessagesGetDialogs(**first, limit=1, hash=0)
        split = api.InvokeWithMessagesRange(range=range_, query=dialogs)
        assert (await answered(split)).dialogs
        assert (await answered(api.ChannelsGetLeftChannels(offset=0))).chats == []
        assert (await answered(api.UsersGetFullUser(id=myself))).full_user.id == ada.id
        (saved,) = await answered(api.ContactsGetSaved())
        assert (saved.first_name, saved.last_name, saved.phone) == ("Claude", "C", claude.phone)
        top = api.ContactsGetTopPeers(correspondents=True, offset=0, limit=100, hash=0)
        await answered(top)
        assert (await answered(api.AccountGetAuthorizations())).authorizations
        assert (await answered(api.AccountGetWebAuthorizations())).authorizations == []
        chunk = 128 * 1024
        said = await answered(api.UploadGetFile(location=LEFT_OVER, offset=0, limit=chunk))
        assert json.loads(said.bytes)["account"] == {"made": v.clock.time - WAIT_S}
        history = api.InvokeWithMessagesRange(range=range_, query=history_of(ada.peer(claude)))
        assert [m.message for m in (await answered(history)).messages] == ["hello"]
        assert await answered(api.AccountFinishTakeoutSession(success=True))


async def test_what_is_left_over_belongs_to_an_export_and_is_ones_own() -> None:
    """In parts it is one file; outside an export there is none, whoever asks, and of nobody else."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        draft = "said to nobody yet"
        await claude(api.MessagesSaveDraft(peer=claude.peer(ada), message=draft))
        numbers = {}
        for who in (ada, claude):
            await asked(who)
        await v.wait(WAIT_S)
        for who in (ada, claude):
            numbers[who.id] = await begun(who)
        data = {}
        for who in (ada, claude):
            data[who.id] = b""
            for offset in range(0, 1 << 20, 4096):
                part = api.UploadGetFile(location=LEFT_OVER, offset=offset, limit=4096)
                got = (await who(within(numbers[who.id], part))).bytes
                data[who.id] += got
                if len(got) < 4096:
                    break
            with pytest.raises(errors.TakeoutRequired):
                await who(part)
        assert draft in data[claude.id].decode()
        assert draft not in data[ada.id].decode()
        json.loads(data[ada.id])
        with pytest.raises(errors.TakeoutInvalid):  # with the number of somebody else's
            await ada(within(numbers[claude.id], part))
        with pytest.raises(errors.TakeoutRequired):
            await ada(api.ContactsGetSaved())
