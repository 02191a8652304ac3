"""The second step: a password the server never sees, how it is set, proved, forgotten and removed."""

import os
from typing import Any

import pytest

from chappe.core import Kind
from chappe.crypto import dh, srp
from chappe.features import accounts
from chappe.features.auth.password import CHALLENGE_LIFETIME_S, MAIL_CODE_LIFETIME_S
from chappe.features.auth.pending_login import PENDING_LOGIN_LIFETIME_S
from chappe.features.auth.recovery import RESET_WAIT_S
from chappe.features.auth.rules import CODE_TRIES_MAX
from chappe.tl import api, errors

from .test_auth_login import enter, send
from .village import Device, Person, Village, village

SECRET = b"correct horse"
SALTS = (bytes(8), bytes(16))
ADDRESS = "ada@example.org"
Asker = Device | Person


def algo(salt1: bytes = SALTS[0], salt2: bytes = SALTS[1]) -> Any:
    """Return how passwords are stretched."""
    return api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=salt1, salt2=salt2, g=dh.G, p=dh.PRIME.to_bytes(256, "big")
    )


def settings(password: bytes = SECRET, **more: Any) -> Any:
    """Return what an app sends that sets a password."""
    x = srp.password_hash(password, *SALTS)
    more = {"new_algo": algo(), "new_password_hash": srp.verifier(x), "hint": "it neighs", **more}
    return api.AccountPasswordInputSettings(**more)


async def proof(asker: Asker, password: bytes = SECRET) -> Any:
    """Return a proof that one knows a password."""
    asked = await asker(api.AccountGetPassword())
    x = srp.password_hash(password, asked.current_algo.salt1, asked.current_algo.salt2)
    public, m1 = srp.answer(x, asked.srp_B, os.urandom(256), *SALTS)
    return api.InputCheckPasswordSRP(srp_id=asked.srp_id, A=public, M1=m1)


async def set_password(asker: Asker, given: Any, password: Any = None) -> Any:
    """Set, change or remove a password."""
    return await asker(
        api.AccountUpdatePasswordSettings(
            password=password or api.InputCheckPasswordEmpty(), new_settings=given
        )
    )


async def guarded(v: Village, email: str = "") -> Person:
    """Return somebody with a password, and an address if one is given."""
    (ada,) = await v.people_named("Ada")
    if not email:
        assert await set_password(ada, settings())
        return ada
    with pytest.raises(errors.EmailUnconfirmed) as unconfirmed:
        await set_password(ada, settings(email=email))
    assert unconfirmed.value.number == 6
    assert await ada(api.AccountConfirmPasswordEmail(code=v.code(email)))
    return ada


def removal() -> Any:
    """Return what an app sends that removes the password."""
    return api.AccountPasswordInputSettings(
        new_algo=api.PasswordKdfAlgoUnknown(), new_password_hash=b"", hint=""
    )


async def half_in(v: Village, person: Person) -> Device:
    """Return a device that gave the code and owes the password."""
    device = await v.stranger()
    sent = await send(device, person.phone)
    with pytest.raises(errors.SessionPasswordNeeded):
        await enter(device, sent, v.code(person.phone), person.phone)
    return device


async def test_a_code_alone_does_not_open_an_account_with_a_password() -> None:
    """Half logged in, one may prove the password, and nothing else."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        device = await half_in(v, ada)
        for request in (
            api.UpdatesGetState(),
            api.AccountGetAuthorizations(),
            api.AccountGetPasswordSettings(password=api.InputCheckPasswordEmpty()),
        ):
            with pytest.raises(errors.SessionPasswordNeeded):
                await device(request)
        asked = await device(api.AccountGetPassword())
        assert (asked.has_password, asked.hint) == (True, "it neighs")
        with pytest.raises(errors.PasswordHashInvalid):
            await device(api.AuthCheckPassword(password=await proof(device, b"guess")))
        done = await device(api.AuthCheckPassword(password=await proof(device)))
        assert done.user.id == ada.id
        assert await device(api.UpdatesGetState())


async def test_a_stranger_is_asked_for_no_password() -> None:
    """Who gave no code has no question to answer."""
    async with village() as v:
        device = await v.stranger()
        given = api.InputCheckPasswordEmpty()
        for request in (
            api.AccountGetPassword(),
            api.AuthCheckPassword(password=given),
            api.AuthRequestPasswordRecovery(),
            api.AuthCheckRecoveryPassword(code="1"),
            api.AuthRecoverPassword(code="1"),
            api.AccountDeleteAccount(reason=""),
        ):
            with pytest.raises(errors.AuthKeyUnregistered):
                await device(request)


HALF: tuple[Any, ...] = (
    api.AccountGetPassword(),
    api.AuthCheckPassword(password=api.InputCheckPasswordEmpty()),
    api.AuthRequestPasswordRecovery(),
    api.AuthCheckRecoveryPassword(code="1"),
    api.AuthRecoverPassword(code="1"),
    api.AccountDeleteAccount(reason=""),
    api.AccountDeleteAccount(reason="", password=api.InputCheckPasswordEmpty()),
    api.UpdatesGetState(),
)
"""What somebody half logged in might try."""


async def holds_nothing(device: Device) -> None:
    """Check that a device is a stranger's, now and when it comes back."""
    for come_anew in (False, True):
        if come_anew:
            device.disconnect()
            device.reconnect()
        for request in HALF:
            with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                await device(request)


async def test_the_password_is_owed_for_minutes() -> None:
    """Then the code is asked for again; also where the server knew better a while ago."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        device, late = await half_in(v, ada), await half_in(v, ada)
        v.clock.time += PENDING_LOGIN_LIFETIME_S - 1
        device.disconnect()
        device.reconnect()
        assert (await device(api.AccountGetPassword())).has_password
        given = await proof(late)
        v.clock.time += 1
        with pytest.raises(errors.AuthKeyUnregistered):
            await late(api.AuthCheckPassword(password=given))
        await v.wait(1)
        await holds_nothing(device)
        with pytest.raises(errors.SessionPasswordNeeded):
            await enter(device, await send(device, ada.phone), v.code(ada.phone), ada.phone)
        assert await device(api.AuthCheckPassword(password=await proof(device)))


@pytest.mark.parametrize("by", ["removal", "change", "mail", "wait", "confirmation"])
async def test_who_owes_a_password_owes_that_one(by: str) -> None:
    """Once it is another, or there is none, whoever gave only the code begins anew."""
    async with village(twins=False) as v:
        ada = await guarded(v, ADDRESS)
        if by == "wait":
            await ada(api.AccountResetPassword())
            v.clock.time += RESET_WAIT_S
        devices = [await half_in(v, ada) for _ in range(2)]
        if by == "removal":
            assert await set_password(ada, removal(), await proof(ada))
        elif by == "change":
            assert await set_password(ada, settings(b"new"), await proof(ada))
        elif by == "wait":
            assert isinstance(await ada(api.AccountResetPassword()), api.AccountResetPasswordOk)
        elif by == "confirmation":
            with pytest.raises(errors.EmailUnconfirmed):
                await set_password(ada, settings(b"new", email=ADDRESS), await proof(ada))
            assert (await devices[0](api.AccountGetPassword())).has_password
            assert await ada(api.AccountConfirmPasswordEmail(code=v.code(ADDRESS)))
        else:
            owner = await half_in(v, ada)
            await owner(api.AuthRequestPasswordRecovery())
            done = await owner(api.AuthRecoverPassword(code=v.code(ADDRESS)))
            assert done.user.id == ada.id
        for device in devices:
            await holds_nothing(device)
        with pytest.raises(errors.PasswordHashInvalid):  # no password proves nothing
            await ada(api.AuthCheckPassword(password=api.InputCheckPasswordEmpty()))
        assert await ada.listener(api.UpdatesGetState())


async def test_nobody_logs_in_as_who_is_gone() -> None:
    """Half logged in when the account ended, one is nobody, and writes to nobody."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        (claude,) = await v.people_named("Claude")
        device = await half_in(v, ada)
        hashed = accounts.access_hash(v.context, ada.id, Kind.USER, claude.id)
        assert await ada(api.AccountDeleteAccount(reason="", password=await proof(ada)))
        await holds_nothing(device)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await device(
                api.MessagesSendMessage(
                    peer=api.InputPeerUser(user_id=claude.id, access_hash=hashed),
                    message="boo",
                    random_id=1,
                )
            )
        assert await claude.texts(ada) == []


async def test_what_was_begun_under_a_password_ends_with_it() -> None:
    """A password that waits for its address, a code by mail and a week's wait undo no newer one."""
    async with village(twins=False) as v:
        ada = await guarded(v, ADDRESS)
        with pytest.raises(errors.EmailUnconfirmed):
            await set_password(ada, settings(b"thief", email="eve@example.org"), await proof(ada))
        await ada(api.AccountResetPassword())
        await (await half_in(v, ada))(api.AuthRequestPasswordRecovery())
        by_mail = v.code(ADDRESS)
        assert await set_password(ada, settings(b"new"), await proof(ada))
        with pytest.raises(errors.EmailHashExpired):
            await ada(api.AccountConfirmPasswordEmail(code=v.code("eve@example.org")))
        with pytest.raises(errors.CodeInvalid):
            await (await half_in(v, ada))(api.AuthRecoverPassword(code=by_mail))
        assert (await ada(api.AccountGetPassword())).pending_reset_date is None
        v.clock.time += RESET_WAIT_S
        waits = await ada(api.AccountResetPassword())
        assert isinstance(waits, api.AccountResetPasswordRequestedWait)
        device = await half_in(v, ada)
        assert await device(api.AuthCheckPassword(password=await proof(device, b"new")))


async def test_a_question_is_one_devices_and_is_answered_once() -> None:
    """Not again, not late, not from another key, not with numbers that prove nothing."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        device, other = await half_in(v, ada), await half_in(v, ada)
        mine = await proof(device)
        await proof(other)
        with pytest.raises(errors.SrpIdInvalid):
            await other(api.AuthCheckPassword(password=mine))
        with pytest.raises(errors.PasswordHashInvalid):
            await device(api.AuthCheckPassword(password=api.InputCheckPasswordEmpty()))
        assert await device(api.AuthCheckPassword(password=await proof(device)))
        with pytest.raises(errors.SrpIdInvalid):
            await device(api.AuthCheckPassword(password=mine))
        late = await proof(device)
        v.clock.time += CHALLENGE_LIFETIME_S + 1
        with pytest.raises(errors.SrpIdInvalid):
            await device(api.AuthCheckPassword(password=late))
        for public in (b"", bytes(256), dh.PRIME.to_bytes(256, "big"), b"\xff" * 300):
            asked = await device(api.AccountGetPassword())
            with pytest.raises(errors.PasswordHashInvalid):
                await device(
                    api.AuthCheckPassword(
                        password=api.InputCheckPasswordSRP(
                            srp_id=asked.srp_id, A=public, M1=bytes(32)
                        )
                    )
                )


async def test_guesses_of_a_password_are_counted_whoever_guesses() -> None:
    """Ten, from as many devices; then one every five minutes."""
    async with village(rate_scale=1.0, twins=False) as v:
        ada = await guarded(v)
        devices = [await half_in(v, ada) for _ in range(2)]
        for number in range(10):
            device = devices[number % 2]
            asked = await device(api.AccountGetPassword())
            with pytest.raises(errors.PasswordHashInvalid):
                await device(
                    api.AuthCheckPassword(
                        password=api.InputCheckPasswordSRP(
                            srp_id=asked.srp_id, A=b"\x02", M1=bytes(32)
                        )
                    )
                )
        right = await proof(devices[0])
        with pytest.raises(errors.FloodWait) as flood:
            await devices[0](api.AuthCheckPassword(password=right))
        v.clock.time += flood.value.number
        assert await devices[0](api.AuthCheckPassword(password=right))


async def test_only_who_knows_a_password_changes_or_removes_it() -> None:
    """Sessions that are open stay open."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        with pytest.raises(errors.PasswordHashInvalid):
            await set_password(ada, settings(b"new"))
        with pytest.raises(errors.PasswordHashInvalid):
            await set_password(ada, settings(b"new"), await proof(ada, b"guess"))
        old = await proof(ada)
        await proof(ada)
        with pytest.raises(errors.SrpIdInvalid):
            await set_password(ada, settings(b"new"), old)
        assert await set_password(ada, settings(b"new"), await proof(ada))
        device = await half_in(v, ada)
        with pytest.raises(errors.PasswordHashInvalid):
            await device(api.AuthCheckPassword(password=await proof(device)))
        assert await device(api.AuthCheckPassword(password=await proof(device, b"new")))
        assert await set_password(ada, removal(), await proof(ada, b"new"))
        assert not (await ada(api.AccountGetPassword())).has_password
        assert await ada.listener(api.UpdatesGetState())
        assert (await ada.log_in()).client.user == ada.id


async def test_a_password_nobody_could_prove_is_not_set() -> None:
    """Verifiers that are no numbers of the group, salts beyond reason."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        for verifier in (bytes(256), dh.PRIME.to_bytes(256, "big"), b"\xff" * 257):
            with pytest.raises(errors.NewSettingsInvalid):
                await set_password(ada, settings(new_password_hash=verifier))
        with pytest.raises(errors.NewSaltInvalid):
            await set_password(ada, settings(new_algo=algo(bytes(257))))
        with pytest.raises(errors.EmailInvalid):
            await set_password(ada, settings(email="nowhere"))
        assert not (await ada(api.AccountGetPassword())).has_password


async def test_what_only_the_knower_sees() -> None:
    """The address; and that nothing is paid for here."""
    async with village(twins=False) as v:
        ada = await guarded(v, ADDRESS)
        show, pay = api.AccountGetPasswordSettings, api.AccountGetTmpPassword
        assert (await ada(show(password=await proof(ada)))).email == ADDRESS
        with pytest.raises(errors.TmpPasswordDisabled):
            await ada(pay(password=await proof(ada), period=60))
        for request in (show, lambda password: pay(password=password, period=60)):
            with pytest.raises(errors.PasswordHashInvalid):
                await ada(request(password=await proof(ada, b"guess")))
            stale = await proof(ada)
            await proof(ada)
            with pytest.raises(errors.SrpIdInvalid):
                await ada(request(password=stale))


async def test_an_address_is_proved_before_the_password_holds() -> None:
    """Sent again, given up, guessed wrong too often, proved."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        confirm = api.AccountConfirmPasswordEmail
        for request in (
            confirm(code="1"),
            api.AccountResendPasswordEmail(),
            api.AccountCancelPasswordEmail(),
        ):
            with pytest.raises(errors.EmailHashExpired):
                await ada(request)
        with pytest.raises(errors.EmailUnconfirmed):
            await set_password(ada, settings(email=ADDRESS))
        asked = await ada(api.AccountGetPassword())
        assert (asked.has_password, asked.email_unconfirmed_pattern) == (False, "a*a@example.org")
        assert await ada(api.AccountResendPasswordEmail())
        for _ in range(5):
            with pytest.raises(errors.CodeInvalid):
                await ada(confirm(code="падам"))
        with pytest.raises(errors.EmailHashExpired):
            await ada(confirm(code=v.code(ADDRESS)))
        assert await ada(api.AccountCancelPasswordEmail())
        with pytest.raises(errors.EmailUnconfirmed):
            await set_password(ada, settings(email=ADDRESS))
        assert await ada(confirm(code=v.code(ADDRESS)))
        assert (await ada(api.AccountGetPassword())).has_recovery


async def test_a_forgotten_password_is_replaced_by_who_reads_the_mail() -> None:
    """Five guesses for each code."""
    async with village(twins=False) as v:
        ada = await guarded(v, ADDRESS)
        device = await half_in(v, ada)
        answer = await device(api.AuthRequestPasswordRecovery())
        assert answer.email_pattern == "a*a@example.org"
        check, recover = api.AuthCheckRecoveryPassword, api.AuthRecoverPassword
        for request in (check(code=""), recover(code="")):
            with pytest.raises(errors.CodeEmpty):
                await device(request)
        with pytest.raises(errors.PasswordRecoveryExpired):
            await device(check(code="12"))
        assert await device(check(code=v.code(ADDRESS)))
        with pytest.raises(errors.NewSettingsInvalid):
            await device(
                recover(code=v.code(ADDRESS), new_settings=settings(new_password_hash=bytes(256)))
            )
        with pytest.raises(errors.NewSaltInvalid):
            await device(
                recover(code=v.code(ADDRESS), new_settings=settings(new_algo=algo(bytes(257))))
            )
        for _ in range(4):
            with pytest.raises(errors.CodeInvalid):
                await device(recover(code="12"))
        with pytest.raises(errors.CodeInvalid):  # right, but guessed too often
            await device(recover(code=v.code(ADDRESS)))
        v.clock.time += MAIL_CODE_LIFETIME_S
        await device(api.AuthRequestPasswordRecovery())
        done = await device(recover(code=v.code(ADDRESS), new_settings=settings(b"new")))
        assert done.user.id == ada.id
        assert await set_password(ada, settings(), await proof(ada, b"new"))


async def test_each_round_of_guesses_by_mail_is_longer_in_coming() -> None:
    """Twice as long as before; the right code ends the count."""
    async with village(twins=False) as v:
        ada = await guarded(v, ADDRESS)
        pause = MAIL_CODE_LIFETIME_S
        for _ in range(3):
            device = await half_in(v, ada)
            await device(api.AuthRequestPasswordRecovery())
            for _ in range(CODE_TRIES_MAX):
                with pytest.raises(errors.PasswordRecoveryExpired):
                    await device(api.AuthCheckRecoveryPassword(code="12"))
            with pytest.raises(errors.FloodWait) as flood:
                await device(api.AuthRequestPasswordRecovery())
            assert flood.value.number == pause
            v.clock.time += pause
            pause *= 2
        device = await half_in(v, ada)
        await device(api.AuthRequestPasswordRecovery())
        done = await device(
            api.AuthRecoverPassword(code=v.code(ADDRESS), new_settings=settings(b"new"))
        )
        assert done.user.id == ada.id
        await ada(api.AuthRequestPasswordRecovery())
        for _ in range(CODE_TRIES_MAX):
            with pytest.raises(errors.CodeInvalid):
                await ada(api.AuthRecoverPassword(code="12"))
        with pytest.raises(errors.FloodWait) as flood:
            await ada(api.AuthRequestPasswordRecovery())
        assert flood.value.number == MAIL_CODE_LIFETIME_S


async def test_mails_about_a_password_are_counted() -> None:
    """Ten in a row for an account; as many to one address, whoever names it."""
    async with village(rate_scale=1.0, twins=False) as v:
        ada = await guarded(v, ADDRESS)
        for _ in range(10):
            await ada(api.AuthRequestPasswordRecovery())
        with pytest.raises(errors.FloodWait):
            await ada(api.AuthRequestPasswordRecovery())
        (eve,) = await v.people_named("Eve")
        with pytest.raises(errors.EmailUnconfirmed):
            await set_password(eve, settings(email=ADDRESS))
        for _ in range(8):  # with Ada's own
            await eve(api.AccountResendPasswordEmail())
        (claude,) = await v.people_named("Claude")
        with pytest.raises(errors.FloodWait):
            await set_password(claude, settings(email=ADDRESS.upper()))
        with pytest.raises(errors.FloodWait):
            await eve(api.AccountResendPasswordEmail())
        with pytest.raises(errors.FloodWait):  # nor to another: ten were hers
            await set_password(eve, settings(email="other@example.org"))
        with pytest.raises(errors.EmailUnconfirmed):
            await set_password(claude, settings(email="other@example.org"))


async def test_there_is_nothing_to_recover_without_an_address() -> None:
    """Or without a password."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        with pytest.raises(errors.PasswordRecoveryNa):
            await (await half_in(v, ada))(api.AuthRequestPasswordRecovery())
        (claude,) = await v.people_named("Claude")
        with pytest.raises(errors.PasswordEmpty):
            await claude(api.AuthRequestPasswordRecovery())


async def test_a_forgotten_password_goes_after_a_week_unless_its_owner_objects() -> None:
    """Asked from a session that is open; any other may decline."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(errors.PasswordEmpty):
            await ada(api.AccountResetPassword())
        with pytest.raises(errors.ResetRequestMissing):
            await ada(api.AccountDeclinePasswordReset())
        await set_password(ada, settings())
        asked = await ada(api.AccountResetPassword())
        assert asked.until_date == v.clock.time + RESET_WAIT_S
        assert (await ada(api.AccountGetPassword())).pending_reset_date == asked.until_date
        assert await ada.listener(api.AccountDeclinePasswordReset())
        v.clock.time += RESET_WAIT_S
        assert isinstance(
            await ada(api.AccountResetPassword()), api.AccountResetPasswordRequestedWait
        )
        v.clock.time += RESET_WAIT_S
        assert isinstance(await ada(api.AccountResetPassword()), api.AccountResetPasswordOk)
        assert not (await ada(api.AccountGetPassword())).has_password
