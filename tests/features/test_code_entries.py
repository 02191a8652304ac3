"""Where a code alone opens no account: a device confirms the login, refuses it, or it waits."""

from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.core.configuration import Configuration
from chappe.core.levels import code_is_enough
from chappe.core.system import SystemClock
from chappe.engines.codes import ConsoleCodes
from chappe.features.code_entries.rules import CODE_ENTRIES_MAX, ENTER_WITHIN_S
from chappe.tl import api, errors

from .test_auth_password import set_password, settings
from .test_auth_sessions import me, sessions
from .test_passkeys import said_to
from .village import Device, Person, Village, village

DAY_S = 86_400


def tighten(v: Village) -> None:
    """Let the operator set that codes alone open nothing."""
    v.context.config = msgspec.structs.replace(v.context.config, code_alone=False)


async def give_code(v: Village, who: Person, device: Device) -> Any:
    """Ask for a code on a device and give it: whoever sees codes can do so."""
    sent = await device(
        api.AuthSendCode(
            phone_number=who.phone, api_id=1, api_hash="x", settings=api.CodeSettings()
        )
    )
    return await device(
        api.AuthSignIn(
            phone_number=who.phone,
            phone_code_hash=sent.phone_code_hash,
            phone_code=v.code(who.phone),
        )
    )


async def told_to_wait(v: Village, who: Person, device: Device) -> int:
    """Give the right code and be told to wait; return how many seconds."""
    with pytest.raises(errors.FloodWait) as waits:
        await give_code(v, who, device)
    await v.wait(0)
    assert device.client.user is None
    with pytest.raises(errors.AuthKeyUnregistered):
        await device(api.UpdatesGetState())
    return int(waits.value.token.rpartition("_")[2])


async def listed(who: Person) -> list[Any]:
    """Return who wants to come in by a code, as the account's devices list it."""
    return [one for one in await sessions(who) if one.device_model.endswith("not let in")]


async def settle(who: Person, hash_: int, *, confirm: bool) -> None:
    """Confirm or refuse from a device of the account, as apps do."""
    if confirm:
        await who(api.AccountChangeAuthorizationSettings(confirmed=True, hash=hash_))
    else:
        await who(api.AccountResetAuthorization(hash=hash_))
    await who.village.wait(0)


async def test_a_code_alone_opens_an_account_where_the_operator_says_so() -> None:
    """The mirror of what follows: as everywhere."""
    async with village() as v:
        ada = await v.person("Ada")
        device = await v.stranger()
        await give_code(v, ada, device)
        assert await me(device) == ada.id


async def test_a_device_of_the_account_confirms() -> None:
    """It is told at once, and the device that asked comes in by its next code, once."""
    async with village() as v:
        ada = await v.person("Ada")
        tighten(v)
        device = await v.stranger()
        assert await told_to_wait(v, ada, device) == DAY_S
        assert "were not let in" in (await said_to(ada))[-1]
        (waiting,) = await listed(ada)
        assert waiting.unconfirmed
        heard = [one for one in ada.listener.heard if isinstance(one, api.UpdateNewAuthorization)]
        assert (heard[-1].hash, heard[-1].unconfirmed) == (waiting.hash, True)
        await settle(ada, waiting.hash, confirm=True)
        await give_code(v, ada, device)
        assert await me(device) == ada.id
        assert not await listed(ada)
        await v.wait(0)
        assert "was let in" in (await said_to(ada))[-1]
        await device(api.AuthLogOut())
        assert await told_to_wait(v, ada, device) == DAY_S


async def test_a_confirmation_is_for_the_device_it_names() -> None:
    """Another that has a code at the same moment gains nothing by it."""
    async with village() as v:
        ada = await v.person("Ada")
        tighten(v)
        hers, theirs = await v.stranger(), await v.stranger()
        await told_to_wait(v, ada, hers)
        (waiting,) = await listed(ada)
        await told_to_wait(v, ada, theirs)
        await settle(ada, waiting.hash, confirm=True)
        assert await told_to_wait(v, ada, theirs) == DAY_S
        await give_code(v, ada, hers)
        assert await me(hers) == ada.id


async def test_a_device_of_the_account_refuses() -> None:
    """Who was refused stays outside when the wait would be over, with whatever code."""
    async with village() as v:
        ada = await v.person("Ada")
        tighten(v)
        device = await v.stranger()
        await told_to_wait(v, ada, device)
        (waiting,) = await listed(ada)
        await settle(ada, waiting.hash, confirm=False)
        assert not await listed(ada)
        assert "has refused the login" in (await said_to(ada))[-1]
        v.clock.time += DAY_S
        assert await told_to_wait(v, ada, device) == ENTER_WITHIN_S
        with pytest.raises(errors.HashInvalid):
            await settle(ada, waiting.hash + 1, confirm=True)
        await ada(api.AccountChangeAuthorizationSettings(confirmed=True, hash=waiting.hash))
        assert await told_to_wait(v, ada, device) == ENTER_WITHIN_S


async def test_ending_all_other_sessions_refuses_too() -> None:
    """Who presses that has not looked who waits."""
    async with village() as v:
        ada = await v.person("Ada")
        tighten(v)
        device = await v.stranger()
        await told_to_wait(v, ada, device)
        await ada(api.AuthResetAuthorizations())
        v.clock.time += DAY_S
        assert await told_to_wait(v, ada, device) > DAY_S


async def test_whoever_nobody_refuses_comes_in_after_the_wait() -> None:
    """Not a second before; and not for ever."""
    async with village(reentry_wait_hours=48) as v:
        ada = await v.person("Ada")
        tighten(v)
        device, late = await v.stranger(), await v.stranger()
        assert await told_to_wait(v, ada, device) == 2 * DAY_S
        await told_to_wait(v, ada, late)
        v.clock.time += 2 * DAY_S - 1
        assert await told_to_wait(v, ada, device) == 1
        v.clock.time += 1
        await give_code(v, ada, device)
        assert await me(device) == ada.id
        await v.wait(ENTER_WITHIN_S)
        assert await told_to_wait(v, ada, late) == 2 * DAY_S


async def test_who_waits_cannot_let_themselves_in() -> None:
    """They are logged in nowhere; nor does a fresh session speak for the account's older ones."""
    async with village() as v:
        ada = await v.person("Ada")
        v.clock.time += 2 * DAY_S
        fresh = await v.stranger()
        await give_code(v, ada, fresh)
        tighten(v)
        device = await v.stranger()
        await told_to_wait(v, ada, device)
        (waiting,) = await listed(ada)
        confirm = api.AccountChangeAuthorizationSettings(confirmed=True, hash=waiting.hash)
        with pytest.raises(errors.AuthKeyUnregistered):
            await device(confirm)
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await fresh(confirm)
        assert await told_to_wait(v, ada, device) == DAY_S


async def test_with_a_password_nobody_waits_and_nobody_comes_in_without_it() -> None:
    """The code and the password are two things."""
    async with village() as v:
        ada = await v.person("Ada")
        await set_password(ada, settings(b"lovelace"))
        tighten(v)
        device = await v.stranger()
        with pytest.raises(errors.SessionPasswordNeeded):
            await give_code(v, ada, device)
        assert device.client.user is None
        assert not await listed(ada)


async def test_so_many_wait_and_no_more() -> None:
    """Whoever sees codes cannot fill somebody's list of devices."""
    async with village() as v:
        ada = await v.person("Ada")
        tighten(v)
        for _ in range(CODE_ENTRIES_MAX + 2):
            await told_to_wait(v, ada, await v.stranger())
        assert len(await listed(ada)) == CODE_ENTRIES_MAX


async def test_who_signs_up_needs_nothing_but_the_code() -> None:
    """There is no account yet that anybody could come into."""
    async with village() as v:
        tighten(v)
        device = await v.stranger()
        sent = await device(
            api.AuthSendCode(
                phone_number="33611111111", api_id=1, api_hash="x", settings=api.CodeSettings()
            )
        )
        answer = await device(
            api.AuthSignIn(
                phone_number="33611111111",
                phone_code_hash=sent.phone_code_hash,
                phone_code=v.code("33611111111"),
            )
        )
        assert isinstance(answer, api.AuthAuthorizationSignUpRequired)


async def test_where_codes_alone_open_nothing_no_command_shows_them() -> None:
    """Nor at level L2, whatever the operator sets."""
    async with village() as v:
        assert await operate(v.server, "codes") == []
        tighten(v)
        with pytest.raises(ValueError, match="no operator sees them"):
            await operate(v.server, "codes")
        v.context.config = msgspec.structs.replace(v.context.config, code_alone=True)
        v.context.level = "L2"
        with pytest.raises(ValueError, match="no operator sees them"):
            await operate(v.server, "codes")


async def test_nor_does_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    """But of who has no account yet: there is nothing to come into. By mail it may be anybody's."""
    level = "L2"
    console = ConsoleCodes(SystemClock(), Configuration(codes_console=True), lambda: level)
    await console.deliver("33611111111", "11111", 7)
    await console.deliver_mail("ada@example.org", "22222")
    assert capsys.readouterr().out == ""
    await console.deliver("33611111111", "33333", None)
    assert capsys.readouterr().out == "login code for +33611111111: 33333\n"
    level = "L1"
    await console.deliver("33611111111", "44444", 7)
    await console.deliver_mail("ada@example.org", "55555")
    assert [line[-5:] for line in capsys.readouterr().out.splitlines()] == ["44444", "55555"]


@pytest.mark.parametrize(
    ("setting", "level", "enough"),
    [(True, "L0", True), (True, "L1", True), (True, "L2", False), (True, "L3", False)]
    + [(False, level, False) for level in ("L0", "L1", "L2")],
)
def test_a_level_that_is_not_known_is_none_where_codes_are_enough(
    setting: bool, level: str, enough: bool
) -> None:
    """The gate is shut unless it is said to be open."""
    assert code_is_enough(setting, level) is enough
