"""Whoever ends their own session is answered first, whatever they end it by."""

import struct
from typing import Any

import pytest
from bench.client import Client, Refused

from chappe.mtproto import service
from chappe.tl import api
from tests.operating import operate

from .wired import Wired, wired

PHONE = "33620000000"


async def log_out(_wired: Wired, ada: Client) -> Any:
    """End this session."""
    return await ada.call(api.AuthLogOut())


async def delete_account(_wired: Wired, ada: Client) -> Any:
    """End the account, and with it every session."""
    return await ada.call(api.AccountDeleteAccount(reason="enough"))


async def end_by_hash(wired: Wired, ada: Client) -> Any:
    """End this session as if it were another, by the number others name it by."""
    (shown,) = await operate(wired.server, "sessions", user=ada.user)
    named = shown["hash"]
    return await ada.call(api.AccountResetAuthorization(hash=named))


WAYS = (log_out, delete_account, end_by_hash)


@pytest.mark.parametrize("way", WAYS)
async def test_who_ends_their_own_session_is_answered(way: Any) -> None:
    """And nothing else is done for them afterwards."""
    async with wired() as here:
        ada = await here.person(PHONE)
        assert await way(here, ada)
        with pytest.raises(Refused, match="AUTH_KEY_UNREGISTERED"):
            await ada.call(api.UpdatesGetState())


@pytest.mark.parametrize("way", WAYS)
async def test_so_is_who_speaks_under_a_temporary_key(way: Any) -> None:
    """The key that dies with the session carries the answer still."""
    async with wired() as here:
        ada = await here.person(PHONE)
        under = await here.bound(ada)
        assert await way(here, under)
        with pytest.raises(Refused, match="AUTH_KEY_UNREGISTERED"):
            await under.call(api.UpdatesGetState())


async def test_a_deletion_ends_the_other_devices_at_once() -> None:
    """Only the one that asked is waited for."""
    async with wired() as here:
        ada = await here.person(PHONE)
        tablet = await here.person(PHONE)
        assert await ada.call(api.AccountDeleteAccount(reason="enough"))
        await tablet.closed
        assert not ada.closed.done()


async def test_who_ends_all_others_is_answered_and_stays() -> None:
    """Nothing of their own ends."""
    async with wired() as here:
        ada = await here.person(PHONE)
        tablet = await here.person(PHONE)
        assert await ada.call(api.AuthResetAuthorizations())
        await tablet.closed
        assert (await ada.call(api.UpdatesGetState())).pts


async def test_an_exported_session_that_ends_is_answered_and_its_source_stays() -> None:
    """It ends alone; the session it was exported from would end with it."""
    async with wired() as here:
        ada = await here.person(PHONE)
        given = await ada.call(api.AuthExportAuthorization(dc_id=2))
        aside = await here.client()
        await aside.call(api.AuthImportAuthorization(id=given.id, bytes=given.bytes))
        assert await aside.call(api.AuthLogOut())
        with pytest.raises(Refused, match="AUTH_KEY_UNREGISTERED"):
            await aside.call(api.UpdatesGetState())
        assert (await ada.call(api.UpdatesGetState())).pts


async def test_who_destroys_their_key_is_answered() -> None:
    """By a bare message, as the protocol has it; then the connection ends."""
    async with wired() as here:
        ada = await here.person(PHONE)
        pushed: list[bytes] = []
        ada.on_push = pushed.append
        ada.tell(struct.pack("<I", service.DESTROY_AUTH_KEY))
        await ada.closed
        assert struct.pack("<I", service.DESTROY_AUTH_KEY_OK) in pushed
