"""Sessions: the list, how one ends and what dies with it, QR codes, keys for other data centres."""

import struct
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from chappe.core import Kind
from chappe.features.auth import session_limit
from chappe.features.auth.handlers import BIND_INNER
from chappe.features.auth.keys import BOUND_KEYS_MAX, read_key
from chappe.features.auth.records import TemporaryKey
from chappe.features.auth.sessions import FRESH_S
from chappe.features.auth.tokens import TOKEN_LIFETIME_S
from chappe.features.auth.unused_keys import KEY_UNUSED_S
from chappe.mtproto import NewAuthKey
from chappe.rpc import Rate
from chappe.tl import api, errors

from .village import Device, Village, village

DAY_S = 86_400
UNREGISTERED = "AUTH_KEY_UNREGISTERED"


async def me(device: Device) -> int:
    """Return who is logged in on a device."""
    (shown,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return int(shown.id)


async def sessions(device: Any) -> list[Any]:
    """Return the sessions somebody is shown."""
    return list((await device(api.AccountGetAuthorizations())).authorizations)


async def other(device: Any) -> Any:
    """Return the newest session that is not the asker's own."""
    return max((s for s in await sessions(device) if not s.current), key=lambda s: s.date_created)


async def temporary(v: Village, permanent: int, lifetime_s: int = DAY_S) -> Device:
    """Return a device that speaks under a temporary key, bound to a permanent one or to none."""
    device = Device(v)
    key_id = device.key_id
    kept = NewAuthKey(bytes(256), key_id, 0, lifetime_s, b"", b"")
    assert await v.server.auth_keys.keep(kept)
    device.client.temp_key_id, device.client.key_id = key_id, 0
    v.server.dispatcher.clients.add(device.client)
    if permanent:
        await bind(v, device, permanent)
    return device


async def bind(v: Village, device: Device, to: int, **wrong: int) -> None:
    """Bind a device's temporary key; what is `wrong` replaces what the message says inside."""
    said = {
        "nonce": 7,
        "temporary": device.client.temp_key_id,
        "permanent": to,
        "session": device.client.session_id,
        "expires": int(v.clock.time) + DAY_S,
        **wrong,
    }
    opened = (device.next_msg_id, struct.pack("<Iqqqqi", BIND_INNER, *said.values()))
    v.context.ports = replace(v.context.ports, open_binding=lambda _key, _message: opened)
    await device(
        api.AuthBindTempAuthKey(
            perm_auth_key_id=to, nonce=7, expires_at=said["expires"], encrypted_message=b"x"
        )
    )


async def test_devices_are_listed_and_named_to_their_owner_alone() -> None:
    """The one in hand is marked; Eve cannot end one whose hash she was told."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        shown = await sessions(ada)
        assert [s.current for s in shown] == [True, False]
        with pytest.raises(errors.HashInvalid):
            await eve(api.AccountResetAuthorization(hash=shown[1].hash))
        with pytest.raises(errors.HashInvalid):
            await eve(api.AccountChangeAuthorizationSettings(hash=shown[1].hash, confirmed=True))
        assert await ada(api.AccountResetAuthorization(hash=shown[1].hash))
        assert len(await sessions(ada)) == 1
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(ada.listener)
        assert ada.listener.key_id in v.gate.cut


async def test_an_ended_device_hears_nothing_more() -> None:
    """Neither pushes nor the difference."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        assert await ada(api.AuthResetAuthorizations())
        await v.settle()
        ada.listener.heard.clear()
        await claude.say(ada, "psst")
        assert not ada.listener.heard
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await ada.listener(api.UpdatesGetDifference(pts=1, date=1, qts=0))
        assert await me(ada.device) == ada.id


async def test_a_fresh_session_cannot_shut_out_older_ones() -> None:
    """Who got hold of one code has a day less; then they are as good as any."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        v.clock.time += 7 * DAY_S
        thief = await ada.log_in()
        mine = next(s for s in await sessions(thief) if not s.current)
        for forbidden in (
            api.AuthResetAuthorizations(),
            api.AccountResetAuthorization(hash=mine.hash),
            api.AccountSetAuthorizationTTL(authorization_ttl_days=1),
        ):
            with pytest.raises(errors.FreshResetAuthorisationForbidden):
                await thief(forbidden)
        with pytest.raises(errors.FreshChangePhoneForbidden):
            await thief(
                api.AccountSendChangePhoneCode(
                    phone_number="33600000000", settings=api.CodeSettings()
                )
            )
        assert await me(ada.device) == ada.id
        v.clock.time += FRESH_S
        assert await thief(api.AuthResetAuthorizations())
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(ada.device)


async def test_the_owner_is_told_of_a_new_session_and_can_end_it() -> None:
    """At once, unconfirmed; the new one cannot vouch for itself; confirmed, everybody knows."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        v.clock.time += DAY_S
        new = await ada.log_in()
        await v.settle()
        (told,) = ada.told(api.UpdateNewAuthorization)
        assert told.unconfirmed
        assert told.hash == (await other(ada)).hash
        assert "New login" in ada.told(api.UpdateNewMessage)[-1].message.message
        confirm = api.AccountChangeAuthorizationSettings
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await new(confirm(hash=0, confirmed=True))
        assert (await other(ada)).unconfirmed
        assert await ada(confirm(hash=told.hash, confirmed=True, call_requests_disabled=True))
        await v.settle()
        shown = await other(ada)
        assert (shown.unconfirmed, shown.call_requests_disabled) == (False, True)
        assert not ada.told(api.UpdateNewAuthorization)[-1].unconfirmed
        v.clock.time += 1
        another = await ada.log_in()
        await ada(api.AccountResetAuthorization(hash=(await other(ada)).hash))
        await v.settle()
        assert not ada.told(api.UpdateNewAuthorization)[-1].unconfirmed
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(another)


async def test_unused_sessions_end_when_their_owner_says() -> None:
    """The unused one, not the used one; a connected one never."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        unused, used = await ada.log_in(), await ada.log_in()
        for days in (0, 367):
            with pytest.raises(errors.TtlDaysInvalid):
                await ada(api.AccountSetAuthorizationTTL(authorization_ttl_days=days))
        assert await ada(api.AccountSetAuthorizationTTL(authorization_ttl_days=10))
        shown = await ada(api.AccountGetAuthorizations())
        assert shown.authorization_ttl_days == 10
        for device in (unused, used):
            device.disconnect()
        for day in range(12):
            await v.wait(DAY_S)
            if day == 5:
                used.reconnect()
                await me(used)
                await v.settle()
                used.disconnect()
        assert len(await sessions(ada)) == 3
        unused.reconnect()
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(unused)
        used.reconnect()
        assert await me(used) == ada.id


async def test_log_out_ends_what_hangs_on_the_key() -> None:
    """Its temporary keys, and the sessions exported from it; the one that asks keeps its line."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        phone = await ada.log_in()
        beside, asking = [await temporary(v, phone.key_id) for _ in range(2)]
        given = await phone(api.AuthExportAuthorization(dc_id=4))
        media = await v.stranger()
        await media(api.AuthImportAuthorization(id=given.id, bytes=given.bytes))
        assert [await me(d) for d in (beside, asking, media)] == [ada.id] * 3
        assert len(await sessions(ada)) == 3  # the exported one is not listed by itself
        assert isinstance(await asking(api.AuthLogOut()), api.AuthLoggedOut)
        assert beside.client.temp_key_id in v.gate.cut
        assert asking.client.temp_key_id not in v.gate.cut
        assert await v.server.auth_keys.find(beside.client.temp_key_id or 0) is None
        for device in (phone, asking, media):
            with pytest.raises(errors.RpcError, match=UNREGISTERED):
                await me(device)
        assert isinstance(await phone(api.AuthLogOut()), api.AuthLoggedOut)  # again: nothing to end


async def test_a_permanent_key_that_is_destroyed_takes_its_session_along() -> None:
    """And its temporary keys, and those for other data centres, which nobody would see any more."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        phone = await ada.log_in()
        bound = await temporary(v, phone.key_id)
        media = await v.stranger()
        given = await phone(api.AuthExportAuthorization(dc_id=2))
        await media(api.AuthImportAuthorization(id=given.id, bytes=given.bytes))
        held = await temporary(v, media.key_id)
        assert await me(held) == ada.id
        await v.server.auth_keys.destroy(phone.key_id)
        assert phone.key_id not in v.gate.cut  # it is told that its key is gone
        assert media.key_id in v.gate.cut
        assert len(await sessions(ada)) == 2
        for device in (phone, bound, media):
            with pytest.raises(errors.RpcError, match=UNREGISTERED):
                await me(device)
        for device in (bound, held):
            assert await v.server.auth_keys.find(device.client.temp_key_id or 0) is None
        media.reconnect()
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(media)
        assert await me(ada.device) == ada.id


async def test_a_temporary_key_is_bound_by_who_has_both() -> None:
    """Every field of the message counts; unbound, hardly anything may be asked."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        device = await temporary(v, 0)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_PERM_EMPTY"):
            await me(device)
        assert await device(api.HelpGetConfig())
        mine = ada.device.key_id
        for wrong in ({"nonce": 8}, {"temporary": 1}, {"permanent": 1}, {"session": 1}):
            with pytest.raises(errors.EncryptedMessageInvalid):
                await bind(v, device, mine, **wrong)
        with pytest.raises(errors.EncryptedMessageInvalid):
            await bind(v, device, 12345)
        past = int(v.clock.time) - 1
        with pytest.raises(errors.ExpiresAtInvalid):
            await bind(v, device, mine, expires=past)
        with pytest.raises(errors.TempAuthKeyEmpty):
            await ada(
                api.AuthBindTempAuthKey(
                    perm_auth_key_id=mine, nonce=7, expires_at=past, encrypted_message=b"x"
                )
            )
        await bind(v, device, mine)
        assert await me(device) == ada.id


async def test_temporary_keys_are_dropped_at_wish_by_number_and_in_time() -> None:
    """All but those named and the one in use; the oldest of too many; each when it expires."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        phone = await ada.log_in()
        one, two, three = [await temporary(v, phone.key_id) for _ in range(3)]
        kept = two.client.temp_key_id or 0
        assert await three(api.AuthDropTempAuthKeys(except_auth_keys=[kept]))
        found = [
            await v.server.auth_keys.find(d.client.temp_key_id or 0) for d in (one, two, three)
        ]
        assert [f is not None for f in found] == [False, True, True]
        for _ in range(BOUND_KEYS_MAX):
            await temporary(v, phone.key_id)
        assert await v.server.auth_keys.find(three.client.temp_key_id or 0) is None
        await v.wait(3 * DAY_S)
        boxes = await v.context.store.engine.owners(Kind.AUTH_KEYS)
        assert not [k for b in boxes for k in await v.context.look(b).scan(TemporaryKey)]


async def test_a_newer_temporary_key_replaces_those_nobody_speaks_under() -> None:
    """Each of an app's connections may have its own; what was left behind opens nothing any more."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        phone = await ada.log_in()
        left, used = [await temporary(v, phone.key_id) for _ in range(2)]
        left.disconnect()
        newer = await temporary(v, phone.key_id)
        found = [
            await v.server.auth_keys.find(d.client.temp_key_id or 0) for d in (left, used, newer)
        ]
        assert [f is not None for f in found] == [False, True, True]
        assert left.client.temp_key_id in v.gate.cut
        assert await me(used) == await me(newer) == ada.id
        await bind(v, newer, phone.key_id)
        assert await me(newer) == ada.id


async def test_a_temporary_key_serves_one_permanent_key() -> None:
    """Whoever holds it could else pass from one account to another."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        device = await temporary(v, ada.device.key_id)
        with pytest.raises(errors.TempAuthKeyAlreadyBound):
            await bind(v, device, bob.device.key_id)
        assert await me(device) == ada.id


async def test_somebody_has_so_many_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one unused for longest makes room, and they are told; not who asks, nor one that is here."""
    monkeypatch.setattr(session_limit, "DEVICES_MAX", 4)
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        first, second = await ada.log_in(), await ada.log_in()
        await v.wait(DAY_S)
        for device in (first, second):
            device.disconnect()
        ada.listener.disconnect()
        newest = await ada.log_in()
        await v.settle()
        here = [s.hash for s in await sessions(newest)]
        assert len(here) == 4
        told = [
            m
            for m in await ada.texts(api.PeerUser(user_id=777_000))
            if "the most there may be" in m
        ]
        assert len(told) == 1
        for device in (ada.listener, first, second):
            device.reconnect()
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await me(ada.listener)
        assert [await me(d) for d in (ada.device, first, second, newest)] == [ada.id] * 4
        assert len(await sessions(bob)) == 2


async def test_what_nobody_vouched_for_makes_room_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who got hold of codes does not push out the devices their owner knows."""
    monkeypatch.setattr(session_limit, "DEVICES_MAX", 4)
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        tablet = await ada.log_in()
        for shown in await sessions(ada):
            if not shown.current:
                await ada(api.AccountChangeAuthorizationSettings(hash=shown.hash, confirmed=True))
        tablet.disconnect()
        await v.wait(DAY_S)
        thieves = [await ada.log_in() for _ in range(6)]
        tablet.reconnect()
        assert [await me(d) for d in (ada.device, ada.listener, tablet)] == [ada.id] * 3
        left = 0
        for thief in thieves:
            with suppress(errors.RpcError):
                left += await me(thief) == ada.id
        assert left == 1


async def test_so_many_sessions_are_exported_from_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest makes room; the one it was exported from stays, and nobody is bothered."""
    monkeypatch.setattr(session_limit, "EXPORTS_MAX", 2)
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        before = await ada.texts(api.PeerUser(user_id=777_000))
        aside = []
        for _ in range(4):
            given = await ada(api.AuthExportAuthorization(dc_id=2))
            device = await v.stranger()
            await device(api.AuthImportAuthorization(id=given.id, bytes=given.bytes))
            aside.append(device)
            await v.wait(1)
        for gone in aside[:2]:
            with pytest.raises(errors.RpcError, match=UNREGISTERED):
                await me(gone)
        assert [await me(d) for d in (*aside[2:], ada.device, ada.listener)] == [ada.id] * 4
        assert await ada.texts(api.PeerUser(user_id=777_000)) == before


async def exists(v: Village, device: Device) -> bool:
    """Whether a device's key is known."""
    return await v.server.auth_keys.find(device.key_id) is not None


async def test_a_key_nobody_logs_in_with_goes_after_days() -> None:
    """With what is bound to it; not one that is connected, nor one of somebody's, however long away."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        phone, gone = await ada.log_in(), await ada.log_in()
        never, waiting = await v.stranger(), await v.stranger()
        bound = await temporary(v, never.key_id, 30 * DAY_S)
        for device in (phone, gone, never, bound):
            device.disconnect()
        await v.wait(KEY_UNUSED_S - 1)
        await v.server.pruner.once()
        assert [await exists(v, d) for d in (phone, gone, never, waiting)] == [True] * 4
        gone.reconnect()
        await gone(api.AuthLogOut())
        gone.disconnect()
        await v.wait(1)
        await v.server.pruner.once()
        here = [await exists(v, d) for d in (phone, gone, never, bound, waiting)]
        assert here == [True, True, False, False, True]
        assert never.key_id in v.gate.cut
        await v.wait(KEY_UNUSED_S)
        await v.server.pruner.once()
        assert [await exists(v, d) for d in (phone, gone, waiting)] == [True, False, True]
        phone.reconnect()
        assert await me(phone) == ada.id


async def test_what_a_refused_call_says_of_its_layer_is_not_kept() -> None:
    """Else changing it in each call would write as often as one likes; the next call that is let keeps it."""
    async with village(rate_scale=1.0, twins=False) as v:
        (ada,) = await v.people_named("Ada")
        device = await v.stranger()

        async def kept(device: Device) -> int:
            record = await read_key(v.context, device.key_id)
            return record.layer if record else -1

        for layer in (158, 214, 229):
            device.layer = layer
            with pytest.raises(errors.RpcError, match=UNREGISTERED):
                await device(api.UpdatesGetState())
            assert await kept(device) == 0
        assert await device(api.HelpGetConfig())
        assert await kept(device) == 229
        ask = api.ContactsSearch(q="nobody", limit=1)
        for _ in range(Rate.LOOKUP.value.size):
            await ada(ask)
        before = await kept(ada.device)
        for layer in (158, 214):
            ada.device.layer = layer
            with pytest.raises(errors.FloodWait):
                await ada(ask)
            assert await kept(ada.device) == before
        assert await ada(api.UpdatesGetState())
        assert await kept(ada.device) == 214


async def show_code(device: Device) -> Any:
    """Ask for what a QR code shows."""
    return await device(api.AuthExportLoginToken(api_id=1, api_hash="", except_ids=[]))


async def test_a_device_logs_in_by_a_code_that_another_photographs() -> None:
    """It is told to ask again; the code serves once."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        screen = await v.stranger()
        token = (await show_code(screen)).token
        with pytest.raises(errors.AuthTokenInvalid):  # nobody accepted it
            await screen(api.AuthImportLoginToken(token=token))
        with pytest.raises(errors.RpcError, match=UNREGISTERED):
            await screen(api.AuthAcceptLoginToken(token=token))
        shown = await ada(api.AuthAcceptLoginToken(token=token))
        assert isinstance(shown, api.Authorization)
        assert shown.hash
        assert len(screen.told(api.UpdateLoginToken)) == 1
        with pytest.raises(errors.AuthTokenAlreadyAccepted):
            await ada(api.AuthAcceptLoginToken(token=token))
        with pytest.raises(errors.AuthTokenInvalid):
            await (await v.stranger())(api.AuthImportLoginToken(token=token))
        done = await show_code(screen)
        assert done.authorization.user.id == await me(screen) == ada.id
        with pytest.raises(errors.AuthTokenInvalid):
            await screen(api.AuthImportLoginToken(token=token))


async def test_a_code_on_a_screen_is_good_for_half_a_minute() -> None:
    """Then it is another; an accepted one too."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        screen = await v.stranger()
        first = (await show_code(screen)).token
        v.clock.time += TOKEN_LIFETIME_S
        second = (await show_code(screen)).token
        assert second != first
        with pytest.raises(errors.AuthTokenExpired):
            await ada(api.AuthAcceptLoginToken(token=first))
        with pytest.raises(errors.AuthTokenInvalid):
            await ada(api.AuthAcceptLoginToken(token=b"guessed"))
        await ada(api.AuthAcceptLoginToken(token=second))
        v.clock.time += 2 * TOKEN_LIFETIME_S
        with pytest.raises(errors.AuthTokenExpired):
            await screen(api.AuthImportLoginToken(token=second))
        third = (await show_code(screen)).token
        await ada(api.AuthAcceptLoginToken(token=third))
        assert await screen(api.AuthImportLoginToken(token=third))


async def test_a_code_on_a_screen_does_not_let_in_as_who_is_gone() -> None:
    """The account ended between the photograph and the screen's asking: nobody is logged in."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        screens = [await v.stranger() for _ in range(2)]
        tokens = [(await show_code(screen)).token for screen in screens]
        for token in tokens:
            await ada(api.AuthAcceptLoginToken(token=token))
        assert await ada(api.AccountDeleteAccount(reason=""))
        with pytest.raises(errors.UserDeactivated):
            await show_code(screens[0])
        with pytest.raises(errors.UserDeactivated):
            await screens[1](api.AuthImportLoginToken(token=tokens[1]))
        for screen in screens:
            screen.disconnect()
            screen.reconnect()
            with pytest.raises(errors.RpcError, match=UNREGISTERED):
                await me(screen)
        assert await me(claude.device) == claude.id


async def test_a_key_for_another_data_centre_serves_its_owner_once() -> None:
    """Not somebody else, not twice, not when the session it came from has ended."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        given = await ada(api.AuthExportAuthorization(dc_id=4))
        key = await v.stranger()
        for wrong in ({"id": eve.id, "bytes": given.bytes}, {"id": ada.id, "bytes": b"guess"}):
            with pytest.raises(errors.AuthBytesInvalid):
                await key(api.AuthImportAuthorization(**wrong))
        assert await key(api.AuthImportAuthorization(id=ada.id, bytes=given.bytes))
        assert await me(key) == ada.id
        with pytest.raises(errors.AuthBytesInvalid):
            await (await v.stranger())(api.AuthImportAuthorization(id=ada.id, bytes=given.bytes))
        late = await ada.listener(api.AuthExportAuthorization(dc_id=4))
        await ada.listener(api.AuthLogOut())
        with pytest.raises(errors.AuthBytesInvalid):
            await (await v.stranger())(api.AuthImportAuthorization(id=ada.id, bytes=late.bytes))
        with pytest.raises(errors.DcIdInvalid):
            await ada(api.AuthExportAuthorization(dc_id=77))


async def test_a_key_for_another_data_centre_is_told_nothing() -> None:
    """The device it belongs to hears by its first key; a key that logs in by itself is told."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        given = await ada(api.AuthExportAuthorization(dc_id=4))
        key = await v.stranger()
        await key(api.AuthImportAuthorization(id=ada.id, bytes=given.bytes))
        for come_anew in (False, True):
            if come_anew:
                key.disconnect()
                key.reconnect()
                assert await me(key) == ada.id
            await ada.say(eve, "not for the key")
            await eve.say(ada, "nor this")
            await v.settle()
            assert key.heard == []
            assert ada.listener.told(api.UpdateNewMessage)
        phone = await ada.log_in()
        await ada.say(eve, "for the phone")
        await v.settle()
        assert phone.told(api.UpdateNewMessage)


async def test_web_sites_and_locked_devices() -> None:
    """Nobody is logged in to a web site by this server."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        assert not (await ada(api.AccountGetWebAuthorizations())).authorizations
        with pytest.raises(errors.HashInvalid):
            await ada(api.AccountResetWebAuthorization(hash=1))
        assert await ada(api.AccountResetWebAuthorizations())
        assert await ada(api.AccountUpdateDeviceLocked(period=60))


async def test_an_account_nobody_uses_goes_after_the_time_its_owner_set() -> None:
    """Who is here stays; who is not is deleted, and their number is free."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for days in (29, 731):
            with pytest.raises(errors.TtlDaysInvalid):
                await ada(api.AccountSetAccountTTL(ttl=api.AccountDaysTTL(days=days)))
        for person in (ada, claude):
            assert await person(api.AccountSetAccountTTL(ttl=api.AccountDaysTTL(days=30)))
        assert (await ada(api.AccountGetAccountTTL())).days == 30
        for device in ada.devices:
            device.disconnect()
        for _ in range(32):
            await v.wait(DAY_S)
        (shown,) = await claude(api.UsersGetUsers(id=[claude.user(ada)]))
        assert shown.deleted
        assert await me(claude.device) == claude.id
        again = await v.person("Ana", phone=ada.phone)
        assert again.id != ada.id
