"""The recovery code: made once, told once, kept as a hash, taken from a new device."""

import asyncio
import itertools
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.accounts import claim, find_owner
from chappe.features.auth.sessions import FRESH_S
from chappe.features.passkeys.recovery_letters import (
    LETTERS,
    RECOVERY_CODE_LETTERS,
    in_groups,
    letters_of,
    recovery_letters,
)
from chappe.rpc import Rate
from chappe.tl import api, errors

from .test_auth_password import proof, set_password, settings
from .test_auth_sessions import me, sessions
from .test_passkeys import listed, said_to
from .village import Device, Village, village

EMPTY = api.InputCheckPasswordEmpty()


async def make(who: Any, password: Any = EMPTY, period: int = 0) -> str:
    """Have a recovery code made."""
    made = await who(api.AccountGetTmpPassword(password=password, period=period))
    return str(made.tmp_password.decode())


async def come_in(device: Device, token: str) -> Any:
    """Log in by a token of a link, or by a code."""
    return await device(
        api.AuthImportWebTokenAuthorization(api_id=1, api_hash="x", web_auth_token=token)
    )


async def recover(v: Village, code: str) -> Device:
    """Log in by a recovery code on a new device."""
    device = await v.stranger()
    await come_in(device, f"recovery:{code}")
    return device


async def found(v: Village, code: str) -> Any:
    """Return who would be found by a recovery code."""
    return await find_owner(v.context, "recovery_code", letters_of(code))


async def test_somebody_comes_back_by_letters_on_paper() -> None:
    """However they are typed, again and again; their devices are told each time."""
    async with village() as v:
        ada = await v.person("Ada")
        code = await make(ada)
        assert len(code.replace("-", "")) == RECOVERY_CODE_LETTERS
        assert "A recovery code was made" in (await said_to(ada))[-1]
        (shown,) = await listed(ada)
        assert (shown.id, shown.name, shown.last_usage_date) == (
            "recovery-code",
            "Recovery code",
            None,
        )
        v.clock.time += 60
        for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')}\n"):
            device = await recover(v, typed)
            assert await me(device) == ada.id
            assert "by your recovery code" in (await said_to(ada))[-1]
        assert (await listed(ada))[0].last_usage_date == v.clock.time
        assert len(await sessions(ada)) == 6


async def test_a_lost_person_comes_back_without_any_device() -> None:
    """And finds written that somebody came in so."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        code = await make(ada)
        await ada(api.AuthResetAuthorizations())
        await ada(api.AuthLogOut())
        device = await recover(v, code)
        assert await me(device) == ada.id
        ada.device = device
        assert "by your recovery code" in (await said_to(ada))[-1]


async def test_another_code_replaces_the_one_before() -> None:
    """Also when two are made at once: one is left."""
    async with village() as v:
        ada = await v.person("Ada")
        old = await make(ada)
        new = await make(ada)
        assert "the one before is void" in (await said_to(ada))[-1]
        with pytest.raises(errors.CodeInvalid):
            await recover(v, old)
        await recover(v, new)
        assert (await found(v, old), (await found(v, new)).id) == (None, ada.id)
        both = await asyncio.gather(make(ada.device), make(ada.listener))
        done = await asyncio.gather(*(recover(v, code) for code in both), return_exceptions=True)
        assert sum(isinstance(one, errors.CodeInvalid) for one in done) == 1
        assert len(await listed(ada)) == 1


async def test_what_a_crash_leaves_of_an_old_code_opens_nothing() -> None:
    """It would still be found, but its owner does not stand by it."""
    async with village() as v:
        ada = await v.person("Ada")
        old, new = recovery_letters(bytes(range(32))), await make(ada)
        assert await claim(v.context, "recovery_code", old, Owner(Kind.USER, ada.id), None)
        assert (await found(v, old)).id == ada.id
        with pytest.raises(errors.CodeInvalid):
            await recover(v, old)
        await recover(v, new)


async def test_a_revoked_code_opens_nothing() -> None:
    """It is deleted like a passkey, by whoever's it is."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        code = await make(ada)
        with pytest.raises(errors.CredentialInvalid):
            await eve(api.AccountDeletePasskey(id="recovery-code"))
        assert await ada(api.AccountDeletePasskey(id="recovery-code"))
        assert await listed(ada) == []
        assert await found(v, code) is None
        with pytest.raises(errors.CodeInvalid):
            await recover(v, code)
        with pytest.raises(errors.CredentialInvalid):
            await ada(api.AccountDeletePasskey(id="recovery-code"))


async def test_a_code_ends_with_the_account() -> None:
    """Nobody is logged in as who is gone."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        code = await make(ada)
        assert await found(v, code) == Owner(Kind.USER, ada.id)
        assert await ada(api.AccountDeleteAccount(reason=""))
        assert await found(v, code) is None
        with pytest.raises(errors.CodeInvalid):
            await recover(v, code)


async def test_who_has_a_password_gives_it_when_a_code_is_made_and_when_it_is_used() -> None:
    """A session that was left open does not suffice, nor does the paper alone."""
    async with village() as v:
        ada = await v.person("Ada")
        await set_password(ada, settings())
        with pytest.raises(errors.PasswordHashInvalid):
            await make(ada)
        with pytest.raises(errors.PasswordHashInvalid):
            await make(ada, await proof(ada, b"wrong"))
        assert await listed(ada) == []
        code = await make(ada, await proof(ada))
        device = await v.stranger()
        with pytest.raises(errors.SessionPasswordNeeded):
            await come_in(device, f"recovery:{code}")
        with pytest.raises(errors.RpcError, match="SESSION_PASSWORD_NEEDED"):
            await me(device)
        await device(api.AuthCheckPassword(password=await proof(device)))
        assert await me(device) == ada.id


async def test_a_fresh_session_makes_and_revokes_none() -> None:
    """Who got hold of one login code would else have a way in for ever, or take the owner's away."""
    async with village() as v:
        ada = await v.person("Ada")
        await make(ada)
        v.clock.time += 7 * FRESH_S
        thief = await ada.log_in()
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await make(thief)
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await thief(api.AccountDeletePasskey(id="recovery-code"))


async def test_what_payments_would_use_is_refused_and_replaces_nothing() -> None:
    """A password for a time: apps ask for one when something is bought."""
    async with village() as v:
        ada = await v.person("Ada")
        code = await make(ada)
        for period in (60, 86_400, -1):
            with pytest.raises(errors.TmpPasswordDisabled):
                await make(ada, period=period)
        await recover(v, code)


async def test_whatever_is_no_code_is_nobodys() -> None:
    """Another's letters, one too few, one mistyped, or something else altogether."""
    async with village() as v:
        ada, device = await v.person("Ada"), await v.stranger()
        code = await make(ada)
        unknown = in_groups(recovery_letters(bytes(range(32))))
        for wrong in (unknown, code[:-1], code + "A", "", "x" * 70_000, "É" * 30, "9" * 30):
            with pytest.raises(errors.CodeInvalid):
                await come_in(device, f"recovery:{wrong}")
        for wrong in (code, f"Recovery:{code}", f"login:{code}", "", ":"):
            with pytest.raises(errors.WebauthTokenExpired):
                await come_in(device, wrong)
        assert device.client.user is None


async def test_guesses_are_counted_by_the_address_they_come_from() -> None:
    """Whatever keys they come under; whoever logs in by a code meanwhile is not held up."""
    async with village(rate_scale=1.0) as v:
        for _ in range(Rate.REENTRY.value.size):
            with pytest.raises(errors.CodeInvalid):
                await recover(v, "")
        with pytest.raises(errors.FloodWait):
            await recover(v, "")
        assert (await v.person("Ada")).id


async def test_the_letters_are_kept_nowhere() -> None:
    """Not in any record, opened: only their keyed hash is."""
    async with village() as v:
        ada = await v.person("Ada")
        code = await make(ada)
        await recover(v, code)
        await v.settle()
        engine = v.context.store.engine
        seen = 0
        for kind in Kind:
            for owner in await engine.owners(kind, after=-1, limit=10_000):
                for table, key, value in await engine.walk(owner, ("", b""), limit=100_000):
                    seen += table == "recovery_code"
                    for said in (code, code.replace("-", "")):
                        assert said.encode() not in value
                        assert said.lower().encode() not in value
                        assert said.encode() not in key
        assert seen == 1


def test_a_code_has_more_than_128_bits_and_every_letter_alike() -> None:
    """29 letters of 23, drawn from more bits than they say; the ends of the range are letters too."""
    assert len(LETTERS) ** (RECOVERY_CODE_LETTERS - 1) > 2**128
    assert not set("ILO") & set(LETTERS)
    for entropy in (bytes(32), b"\xff" * 32, bytes(range(32))):
        letters = recovery_letters(entropy)
        assert len(letters) == RECOVERY_CODE_LETTERS
        assert letters_of(in_groups(letters)) == letters
        assert [len(group) for group in in_groups(letters).split("-")] == [5] * 6


def test_every_slip_of_one_letter_or_two_neighbours_is_noticed() -> None:
    """By the check letter: a client can say so before it asks anybody."""
    letters = recovery_letters(bytes(range(1, 33)))
    for place, other in itertools.product(range(RECOVERY_CODE_LETTERS), LETTERS):
        slipped = letters[:place] + other + letters[place + 1 :]
        assert bool(letters_of(slipped)) == (slipped == letters)
    for place in range(RECOVERY_CODE_LETTERS - 1):
        pair = letters[place : place + 2]
        slipped = letters[:place] + pair[::-1] + letters[place + 2 :]
        assert bool(letters_of(slipped)) == (slipped == letters)
