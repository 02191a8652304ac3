"""Passkeys: made on the server's own pages, listed, deleted, logged in with; and everything that is none."""

import asyncio
from typing import Any

import pytest

from chappe.features.accounts import find_owner
from chappe.features.auth.sessions import FRESH_S
from chappe.features.passkeys.challenges import (
    CHALLENGE_LIFETIME_S,
    CHALLENGES_MAX,
    Ceremony,
    PasskeyChallenge,
    PasskeyChallenges,
)
from chappe.features.passkeys.rules import (
    PASSKEYS_MAX,
    base64url,
    bytes_of,
    is_copied,
    passkey_title,
    relying_party,
)
from chappe.tl import api, errors

from .authenticator import PRESENT, VERIFIED, Authenticator, b64, options_of
from .test_auth_password import proof, set_password, settings
from .test_auth_sessions import me, sessions
from .village import Device, Person, village


async def register(who: Any, key: Authenticator, fmt: str = "none") -> Any:
    """Make a passkey and have it kept."""
    options = options_of(await who(api.AccountInitPasskeyRegistration()))
    return await who(api.AccountRegisterPasskey(credential=key.make(options, fmt)))


async def begin(device: Device) -> dict[str, Any]:
    """Ask for something to sign."""
    return options_of(await device(api.AuthInitPasskeyLogin(api_id=1, api_hash="x")))


async def finish(device: Device, credential: Any, **more: Any) -> Any:
    """Log in with what was signed."""
    return await device(api.AuthFinishPasskeyLogin(credential=credential, **more))


async def log_in(device: Device, key: Authenticator) -> Any:
    """Log in with a passkey."""
    return await finish(device, key.sign(await begin(device)))


async def listed(who: Any) -> list[Any]:
    """Return the passkeys somebody is shown."""
    return list((await who(api.AccountGetPasskeys())).passkeys)


async def said_to(person: Person) -> list[str]:
    """Return what the service wrote to somebody, oldest first."""
    await person.village.settle()
    return await person.texts(api.PeerUser(user_id=777000))


async def test_somebody_makes_a_passkey_and_comes_back_by_it_alone() -> None:
    """From a new device, without a number or code; their other devices are told of both."""
    async with village() as v:
        ada = await v.person("Ada")
        key = Authenticator(counts=True)
        options = options_of(await ada(api.AccountInitPasskeyRegistration()))
        assert options["rp"] == {"id": "localhost", "name": "localhost"}
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["user"]["displayName"] == "Ada"
        made = await ada(api.AccountRegisterPasskey(credential=key.make(options)))
        assert made.id == b64(key.id)
        assert (made.name, made.last_usage_date) == ("Passkey", None)
        assert await listed(ada) == [made]
        assert "A passkey was added" in (await said_to(ada))[-1]
        v.clock.time += 60
        device = await v.stranger()
        asked = await begin(device)
        assert asked["allowCredentials"] == []
        assert asked["rpId"] == "localhost"
        answer = await finish(device, key.sign(asked))
        assert answer.user.id == ada.id == await me(device)
        assert (await listed(ada))[0].last_usage_date == v.clock.time
        assert "New login" in (await said_to(ada))[-1]
        assert len(await sessions(ada)) == 3
        assert await log_in(await v.stranger(), key)


async def test_the_name_an_authenticator_keeps_tells_nobodys_account() -> None:
    """It names a data centre and a number, the same for each passkey of a person, and not their id."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        first, second, hers = (Authenticator() for _ in range(3))
        await register(ada, first)
        await register(ada, second)
        await register(eve, hers)
        assert first.handle == second.handle != hers.handle
        dc, _, number = first.handle.partition(":")
        assert dc == "2"
        assert number.isdigit()
        assert str(ada.id) not in first.handle
        excluded = options_of(await ada(api.AccountInitPasskeyRegistration()))["excludeCredentials"]
        assert {one["id"] for one in excluded} == {b64(first.id), b64(second.id)}


async def test_who_has_a_password_still_owes_it() -> None:
    """As at Telegram: a passkey stands for the code, not for the password. It is used up all the same."""
    async with village() as v:
        ada = await v.person("Ada")
        key = Authenticator(counts=True)
        await register(ada, key)
        await set_password(ada, settings())
        device = await v.stranger()
        with pytest.raises(errors.SessionPasswordNeeded):
            await log_in(device, key)
        with pytest.raises(errors.RpcError, match="SESSION_PASSWORD_NEEDED"):
            await me(device)
        await device(api.AuthCheckPassword(password=await proof(device)))
        assert await me(device) == ada.id
        key.count -= 1  # a copy that has not heard of it
        with pytest.raises(errors.CredentialInvalid):
            await log_in(await v.stranger(), key)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"origin": "https://evil.example"}, errors.PasskeyOriginMismatch),
        ({"origin": "http://localhost:8444"}, errors.PasskeyOriginMismatch),
        ({"origin": "https://localhost:8443"}, errors.PasskeyOriginMismatch),
        ({"cross_origin": True}, errors.PasskeyOriginMismatch),
        ({"party": "evil.example"}, errors.CredentialInvalid),
        ({"flags": PRESENT}, errors.CredentialInvalid),  # nobody was verified
        ({"flags": VERIFIED}, errors.CredentialInvalid),  # nobody was there
    ],
)
async def test_what_was_made_or_signed_elsewhere_or_by_nobody_is_refused(
    wrong: dict[str, Any], refusal: type[errors.RpcError]
) -> None:
    """Both when a passkey is made and when it is used; afterwards the right one passes."""
    async with village() as v:
        ada = await v.person("Ada")
        with pytest.raises(refusal):
            await register(ada, Authenticator(**wrong))
        assert await listed(ada) == []
        key = Authenticator()
        await register(ada, key)
        right = dict(vars(key))
        vars(key).update(wrong)
        device = await v.stranger()
        with pytest.raises(refusal):
            await log_in(device, key)
        assert device.client.user is None
        vars(key).update(right)
        await log_in(device, key)


async def test_a_challenge_serves_once_for_a_while_one_key_and_one_purpose() -> None:
    """Replayed, late, of another device, of another person, or given for something else: too late."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        key = Authenticator()
        options = options_of(await ada(api.AccountInitPasskeyRegistration()))
        made = api.AccountRegisterPasskey(credential=key.make(options))
        with pytest.raises(errors.AuthTokenExpired):
            await ada.listener(made)  # hers too, but another key
        with pytest.raises(errors.AuthTokenExpired):
            await eve(made)
        await ada(made)
        with pytest.raises(errors.AuthTokenExpired):
            await ada(made)
        device, other = await v.stranger(), await v.stranger()
        signed = key.sign(await begin(device))
        with pytest.raises(errors.AuthTokenExpired):
            await finish(other, signed)
        await begin(other)
        with pytest.raises(errors.CredentialInvalid):
            await finish(other, signed)  # it has one of its own, and this is not it
        await finish(device, signed)
        with pytest.raises(errors.AuthTokenExpired):
            await finish(device, signed)
        late = key.sign(await begin(other))
        v.clock.time += CHALLENGE_LIFETIME_S
        with pytest.raises(errors.AuthTokenExpired):
            await finish(other, late)
        older = key.sign(await begin(other))
        await begin(other)
        with pytest.raises(errors.CredentialInvalid):
            await finish(other, older)
        registration = options_of(await ada(api.AccountInitPasskeyRegistration()))
        with pytest.raises(errors.AuthTokenExpired):
            await finish(ada.device, key.sign(registration))
        with pytest.raises(
            errors.CredentialInvalid
        ):  # a signature of the right words for another end
            await finish(other, key.sign(await begin(other), "create"))


async def test_a_challenge_goes_with_who_was_logged_in() -> None:
    """Another person on the same key cannot have a passkey made that was asked for by the one before."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        options = options_of(await ada(api.AccountInitPasskeyRegistration()))
        await ada(api.AuthLogOut())
        hers = Authenticator()
        await register(eve, hers)
        await log_in(ada.device, hers)
        assert await me(ada.device) == eve.id
        with pytest.raises(errors.AuthTokenExpired):
            await ada(api.AccountRegisterPasskey(credential=Authenticator().make(options)))


async def test_an_app_may_finish_where_the_handle_sends_it() -> None:
    """At another data centre, under a key of its own, naming the one it began with."""
    async with village() as v:
        ada = await v.person("Ada")
        key = Authenticator()
        await register(ada, key)
        first, second = await v.stranger(), await v.stranger()
        signed = key.sign(await begin(first))
        with pytest.raises(errors.AuthTokenExpired):
            await finish(second, signed, from_dc_id=1, from_auth_key_id=second.key_id)
        answer = await finish(second, signed, from_dc_id=1, from_auth_key_id=first.key_id)
        assert answer.user.id == ada.id == await me(second)
        assert first.client.user is None


async def test_somebody_elses_passkey_is_not_ones_own() -> None:
    """Neither by its id under another key, nor by another's handle, nor registered a second time."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        key, hers = Authenticator(), Authenticator()
        await register(ada, key)
        await register(eve, hers)
        device = await v.stranger()
        for wrong in (
            Authenticator(id=key.id, handle=key.handle),  # the right id, another key
            Authenticator(id=key.id, key=hers.key, handle=key.handle),
            Authenticator(id=key.id, key=key.key, handle=hers.handle),
            Authenticator(id=key.id, key=key.key, handle=""),
            Authenticator(id=hers.id, key=hers.key, handle=key.handle),
            Authenticator(id=b"nobody's", handle=key.handle),
        ):
            with pytest.raises(errors.CredentialInvalid):
                await log_in(device, wrong)
        assert device.client.user is None
        with pytest.raises(errors.CredentialInvalid):
            await register(eve, Authenticator(id=key.id))
        with pytest.raises(errors.CredentialInvalid):
            await eve(api.AccountDeletePasskey(id=b64(key.id)))
        assert len(await listed(eve)) == 1
        assert (await log_in(device, key)).user.id == ada.id


async def test_a_copied_passkey_is_noticed_where_it_counts() -> None:
    """A count that does not rise is refused, also of two that are given at once."""
    async with village() as v:
        ada = await v.person("Ada")
        key = Authenticator(counts=True)
        await register(ada, key)
        first, second = await v.stranger(), await v.stranger()
        signed = [key.sign(await begin(first)), None]
        key.count -= 1
        signed[1] = key.sign(await begin(second))
        done = await asyncio.gather(
            finish(first, signed[0]), finish(second, signed[1]), return_exceptions=True
        )
        assert sum(isinstance(one, errors.CredentialInvalid) for one in done) == 1
        assert sum(isinstance(one, api.AuthAuthorization) for one in done) == 1
        key.counts, key.count = False, 0  # it stops counting
        with pytest.raises(errors.CredentialInvalid):
            await log_in(await v.stranger(), key)
    assert [is_copied(*pair) for pair in ((0, 0), (0, 1), (1, 2), (1, 1), (2, 1), (1, 0))] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


async def test_a_deleted_passkey_opens_nothing_and_may_be_made_again() -> None:
    """Whoever's it is deletes it; a signature that was on its way comes too late."""
    async with village() as v:
        ada = await v.person("Ada")
        key = Authenticator()
        made = await register(ada, key)
        device = await v.stranger()
        signed = key.sign(await begin(device))
        assert await ada(api.AccountDeletePasskey(id=made.id))
        assert await listed(ada) == []
        assert await find_owner(v.context, "passkey", key.id.hex()) is None
        with pytest.raises(errors.CredentialInvalid):
            await finish(device, signed)
        with pytest.raises(errors.CredentialInvalid):
            await ada(api.AccountDeletePasskey(id=made.id))
        await register(ada, key)
        await log_in(device, key)
        await register(ada, key)  # once more: it is replaced
        assert len(await listed(ada)) == 1


async def test_with_the_account_its_passkeys_end() -> None:
    """Nobody is logged in, nothing is left of them where they were found, and the id is free."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        key = Authenticator()
        await register(ada, key)
        device = await v.stranger()
        signed = key.sign(await begin(device))
        assert await ada(api.AccountDeleteAccount(reason=""))
        await v.settle()
        assert await find_owner(v.context, "passkey", key.id.hex()) is None
        with pytest.raises(errors.CredentialInvalid):
            await finish(device, signed)
        assert device.client.user is None
        await register(eve, key)
        assert (await log_in(device, key)).user.id == eve.id


async def test_a_fresh_session_neither_makes_nor_deletes_passkeys() -> None:
    """Who got hold of one login code would else have a key for ever, or shut the owner out."""
    async with village() as v:
        ada = await v.person("Ada")
        made = await register(ada, Authenticator())
        v.clock.time += 7 * FRESH_S
        thief = await ada.log_in()
        for forbidden in (
            api.AccountInitPasskeyRegistration(),
            api.AccountDeletePasskey(id=made.id),
        ):
            with pytest.raises(errors.FreshResetAuthorisationForbidden):
                await thief(forbidden)
        v.clock.time += FRESH_S
        assert await thief(api.AccountDeletePasskey(id=made.id))


async def test_there_may_be_several_but_not_any_number() -> None:
    """Also when two are asked for at once, of which one too many."""
    async with village() as v:
        ada = await v.person("Ada")
        for _ in range(PASSKEYS_MAX - 1):
            await register(ada, Authenticator())
        both = [options_of(await d(api.AccountInitPasskeyRegistration())) for d in ada.devices]
        done = await asyncio.gather(
            *(
                d(api.AccountRegisterPasskey(credential=Authenticator().make(options)))
                for d, options in zip(ada.devices, both, strict=True)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(one, errors.AccessDenied) for one in done) == 1
        with pytest.raises(errors.AccessDenied):
            await ada(api.AccountInitPasskeyRegistration())
        assert len(await listed(ada)) == PASSKEYS_MAX
        assert len({one.name for one in await listed(ada)}) == PASSKEYS_MAX


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1", "https://[::1]:8443", "http://chat.example.org", "https://"]
)
async def test_an_address_that_browsers_make_no_passkeys_for_has_none(address: str) -> None:
    """A number instead of a name, or without TLS: said before anybody is asked for a finger."""
    assert relying_party(address) is None
    async with village(public_url=address) as v:
        ada, device = await v.person("Ada"), await v.stranger()
        made = Authenticator().make({"user": {"id": ""}, "challenge": ""})
        signed = Authenticator().sign({"challenge": ""})
        for who, request in (
            (ada, api.AccountInitPasskeyRegistration()),
            (ada, api.AccountRegisterPasskey(credential=made)),
            (device, api.AuthInitPasskeyLogin(api_id=1, api_hash="x")),
            (device, api.AuthFinishPasskeyLogin(credential=signed)),
        ):
            with pytest.raises(errors.AccessDenied):
                await who(request)
        assert await listed(ada) == []


async def test_a_server_with_a_name_makes_passkeys_for_it() -> None:
    """And takes none that were made for the machine itself."""
    async with village(public_url="https://chat.example.org:8443") as v:
        ada = await v.person("Ada")
        with pytest.raises(errors.PasskeyOriginMismatch):
            await register(ada, Authenticator())
        key = Authenticator(party="chat.example.org", origin="https://chat.example.org:8443")
        await register(ada, key)
        await log_in(await v.stranger(), key)


async def test_whatever_is_no_answer_is_refused() -> None:
    """Things that are written wrongly, of another kind, cut, or far too long; nothing of it is a bug."""
    async with village() as v:
        ada, device = await v.person("Ada"), await v.stranger()
        key = Authenticator()

        async def made(**wrong: Any) -> Any:
            credential = key.make(options_of(await ada(api.AccountInitPasskeyRegistration())))
            for name, value in wrong.items():
                on = credential if hasattr(credential, name) else credential.response
                setattr(on, name, value)
            return await ada(api.AccountRegisterPasskey(credential=credential))

        async def signed(**wrong: Any) -> Any:
            credential = key.sign(await begin(device))
            for name, value in wrong.items():
                on = credential if hasattr(credential, name) else credential.response
                setattr(on, name, value)
            return await finish(device, credential)

        phone = api.InputPasskeyCredentialFirebasePNV(pnv_token="x")
        await ada(api.AccountInitPasskeyRegistration())
        with pytest.raises(errors.CredentialInvalid):
            await ada(api.AccountRegisterPasskey(credential=phone))
        await begin(device)
        with pytest.raises(errors.CredentialInvalid):
            await finish(device, phone)
        jsons = ("", "{", "[]", "null", "[" * 4_000, '{"type": 1}', "x" * 5_000)
        for text in jsons:
            with pytest.raises((errors.CredentialInvalid, errors.PasskeyOriginMismatch)):
                await made(client_data=api.DataJSON(data=text))
        ids = ("", "=", "AAAA=", "A", "é", "AB+/", b64(bytes(1_024)), b64(bytes(5_000)))
        for text in ids:
            with pytest.raises(errors.CredentialInvalid):
                await made(id=text, raw_id=text)
        whole = key.make(options_of(await ada(api.AccountInitPasskeyRegistration())))
        attestation = whole.response.attestation_data
        for data in (b"", b"\xa0", b"\x81" * 9_000, attestation[:-1], bytes(20_000)):
            with pytest.raises(errors.CredentialInvalid):
                await made(attestation_data=data)
        with pytest.raises(errors.CredentialInvalid):
            await made(id=b64(b"another"))
        with pytest.raises(errors.CredentialInvalid):
            await made(raw_id=b64(b"another"), id=b64(b"another"))
        with pytest.raises(errors.CredentialInvalid):
            await made(response=key.sign({"challenge": ""}).response)
        for alg in (-65535, -39, 0):
            with pytest.raises(errors.CredentialInvalid):
                await register(ada, Authenticator(alg=alg))
        assert await listed(ada) == []
        await made()
        for text in jsons:
            with pytest.raises((errors.CredentialInvalid, errors.PasskeyOriginMismatch)):
                await signed(client_data=api.DataJSON(data=text))
        for text in ids:
            with pytest.raises(errors.CredentialInvalid):
                await signed(id=text, raw_id=text)
        for wrong in (
            {"signature": b""},
            {"signature": bytes(70)},
            {"signature": bytes(5_000)},
            {"authenticator_data": b""},
            {"authenticator_data": bytes(37)},
            {"authenticator_data": bytes(5_000)},
            {"response": whole.response},
        ):
            with pytest.raises(errors.CredentialInvalid):
                await signed(**wrong)
        assert device.client.user is None
        assert (await signed()).user.id == ada.id


async def test_a_makers_statement_is_not_read() -> None:
    """Whatever form it has: nothing is believed of it, so nothing of it is parsed."""
    async with village() as v:
        ada = await v.person("Ada")
        for fmt in ("android-safetynet", "tpm", "of tomorrow"):
            await register(ada, Authenticator(), fmt)
        assert len(await listed(ada)) == 3


def test_passkeys_are_named_after_what_keeps_them() -> None:
    """Else after the device they were made on; no two alike."""
    icloud = "fbfc3007-154e-4ecc-8c0b-6e020557d7bd"
    assert passkey_title(icloud, "Firefox", ()) == "iCloud Keychain"
    assert passkey_title(icloud, "", {"iCloud Keychain"}) == "iCloud Keychain 2"
    assert passkey_title("00000000-0000-0000-0000-000000000000", "Firefox", ()) == "Firefox"
    assert passkey_title("", "", {"Passkey", "Passkey 2"}) == "Passkey 3"


def test_only_what_browsers_write_is_an_id() -> None:
    """Base64 of other alphabets, with padding or with bits too many would be further names of one key."""
    for value in (b"a", b"ab", b"abc", bytes(range(256))):
        assert bytes_of(base64url(value)) == value
    for text in ("YQ==", "YR", "a+/b", "a b", "Y"):
        assert bytes_of(text) is None


def test_challenges_are_kept_of_so_many_keys_only() -> None:
    """The oldest goes first; one key may have one of each kind."""
    kept = PasskeyChallenges()
    given = PasskeyChallenge(b"x", 0, 1.0)
    kept.give(1, Ceremony.LOGIN, given)
    kept.give(1, Ceremony.REGISTRATION, given)
    for key_id in range(2, CHALLENGES_MAX + 1):
        kept.give(key_id, Ceremony.LOGIN, given)
    assert kept.take(1, Ceremony.LOGIN) is None
    assert kept.take(1, Ceremony.REGISTRATION) == given
    assert kept.take(1, Ceremony.REGISTRATION) is None
