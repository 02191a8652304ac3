"""Numbers change hands and accounts end: who may, what becomes of them, and what others keep."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.auth.deletion import DELETION_WAIT_S
from chappe.tl import api, errors

from .test_auth_login import enter, send, wrong
from .test_auth_password import guarded, half_in, proof
from .village import Person, village

NEW = "33699999999"


async def ask_change(person: Person, phone: str = NEW) -> Any:
    """Ask for a code at another number."""
    return await person(
        api.AccountSendChangePhoneCode(phone_number=phone, settings=api.CodeSettings())
    )


async def change(person: Person, sent: Any, code: str, phone: str = NEW) -> Any:
    """Take another number."""
    return await person(
        api.AccountChangePhone(
            phone_number=phone, phone_code_hash=sent.phone_code_hash, phone_code=code
        )
    )


async def test_somebody_moves_to_another_number() -> None:
    """They log in by the new one; the old one is free; who knows them learns it."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        for person, guess in ((claude, ada.phone), (eve, NEW)):
            await ada.say(person, "hello")
            await person(
                api.ContactsAddContact(
                    id=person.user(ada), first_name="Ada", last_name="", phone=guess
                )
            )
        await ada(
            api.ContactsAddContact(
                id=ada.user(claude), first_name="C", last_name="", phone=claude.phone
            )
        )
        sent = await ask_change(ada)
        with pytest.raises(errors.PhoneCodeEmpty):
            await change(ada, sent, "")
        with pytest.raises(errors.PhoneCodeInvalid):
            await change(ada, sent, wrong(v.code(NEW)))
        assert (await change(ada, sent, v.code(NEW))).phone == NEW
        await v.settle()
        for person in (ada, claude):
            assert [u.phone for u in person.told(api.UpdateUserPhone)] == [NEW]
        assert not eve.told(api.UpdateUserPhone)  # whatever she wrote down
        old, ada.phone = ada.phone, NEW
        assert (await ada.log_in()).client.user == ada.id
        device = await v.stranger()
        sent = await send(device, old)
        signed = await enter(device, sent, v.code(old), old)
        assert isinstance(signed, api.AuthAuthorizationSignUpRequired)


async def test_a_number_somebody_has_is_not_taken_from_them() -> None:
    """Neither at once nor when they came first; and a code is only for who asked."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        taken = await ask_change(ada, claude.phone)
        free = await ask_change(ada)
        assert (type(taken.type), taken.timeout) == (type(free.type), free.timeout)
        with pytest.raises(errors.PhoneCodeInvalid):
            await change(ada, taken, "wrong", claude.phone)
        with pytest.raises(errors.PhoneNumberOccupied):
            await change(ada, taken, v.code(claude.phone), claude.phone)
        with pytest.raises(errors.PhoneNumberInvalid):
            await ask_change(ada, "none")
        with pytest.raises(errors.PhoneNumberInvalid):
            await change(ada, api.AuthSentCode(type=None, phone_code_hash="x"), "1", "none")
        first = await ask_change(ada)
        code = v.code(NEW)
        with pytest.raises(errors.PhoneCodeExpired):
            await change(eve, first, code)
        second = await ask_change(claude)
        await change(claude, second, v.code(NEW))
        with pytest.raises(errors.PhoneNumberOccupied):
            await change(ada, first, code)


async def test_numbers_prove_no_documents() -> None:
    """There are none."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(errors.PhoneNumberInvalid):
            await ada(
                api.AccountSendVerifyPhoneCode(phone_number=ada.phone, settings=api.CodeSettings())
            )
        with pytest.raises(errors.PhoneCodeExpired):
            await ada(
                api.AccountVerifyPhone(phone_number=ada.phone, phone_code_hash="", phone_code="1")
            )


async def shown(viewer: Person, whom: Person) -> Any:
    """Return how somebody sees somebody."""
    return (await viewer(api.UsersGetUsers(id=[viewer.user(whom)])))[0]


async def test_an_account_ends_and_what_others_have_stays_sane() -> None:
    """Every device is out, the key is destroyed, the number is free; messages are of a deleted account."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await ada(api.AccountUpdateUsername(username="ada_here"))
        await ada.say(claude, "remember me")
        group = await claude.group("Trio", ada, eve)
        await ada.say(group, "and me")
        key = await v.keys.cipher(Owner(Kind.USER, ada.id))
        phone = await ada.log_in()
        assert await ada(api.AccountDeleteAccount(reason="leaving"))
        await v.settle()
        for device in ada.devices:
            assert device.client.user is None
            with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                await device(api.UpdatesGetState())
        assert phone.key_id in v.gate.cut
        assert await v.keys.cipher(Owner(Kind.USER, ada.id)) is not key
        user = await shown(claude, ada)
        assert (user.deleted, user.first_name, user.phone, user.username) == (
            True,
            None,
            None,
            None,
        )
        assert await claude.texts(ada) == ["remember me"]
        assert await eve.texts(group) == ["and me"]
        with pytest.raises(errors.InputUserDeactivated):
            await claude.say(ada, "hello?")
        with pytest.raises(errors.UsernameNotOccupied):
            await claude(api.ContactsResolveUsername(username="ada_here"))
        with pytest.raises(errors.UsernameOccupied):
            await claude(api.AccountUpdateUsername(username="ada_here"))
        again = await v.person("Ana", phone=ada.phone)
        assert again.id != ada.id
        box = v.context.look(Owner(Kind.USER, ada.id))
        assert (await box.get(accounts.User)) == accounts.User(
            id=ada.id, first_name="", deleted=True
        )


async def test_a_password_guards_against_deletion() -> None:
    """With it at once, with a wrong one not; a stale question not."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        delete = api.AccountDeleteAccount
        with pytest.raises(errors.PasswordHashInvalid):
            await ada(delete(reason="", password=await proof(ada, b"guess")))
        stale = await proof(ada)
        await proof(ada)
        with pytest.raises(errors.SrpIdInvalid):
            await ada(delete(reason="", password=stale))
        assert not (await shown(ada, ada)).deleted
        assert await ada(delete(reason="", password=await proof(ada)))


async def test_who_forgot_the_password_may_delete_after_a_week() -> None:
    """If nobody objects."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        (claude,) = await v.people_named("Claude")
        for left in (DELETION_WAIT_S, 60):
            v.clock.time += DELETION_WAIT_S - left
            device = await half_in(v, ada)
            with pytest.raises(errors.TwoFaConfirmWait) as waits:
                await device(api.AccountDeleteAccount(reason="Forgot password"))
            assert waits.value.number == left
        v.clock.time += 60
        assert await device(api.AccountDeleteAccount(reason="Forgot password"))
        assert (await shown(claude, ada)).deleted


async def test_the_owner_stops_a_deletion_somebody_else_asked_for() -> None:
    """By a link that came to them, and a code to their number; or by proving the password."""
    async with village(twins=False) as v:
        ada = await guarded(v)
        (eve,) = await v.people_named("Eve")
        device = await half_in(v, ada)
        with pytest.raises(errors.TwoFaConfirmWait):
            await device(api.AccountDeleteAccount(reason=""))
        await v.settle()
        warning = ada.told(api.UpdateNewMessage)[-1].message.message
        hashed = warning.partition("hash=")[2]
        confirm = api.AccountSendConfirmPhoneCode
        for person, given in ((ada, "guess"), (ada, ""), (eve, hashed)):
            with pytest.raises(errors.HashInvalid):
                await person(confirm(hash=given, settings=api.CodeSettings()))
        sent = await ada(confirm(hash=hashed, settings=api.CodeSettings()))
        right = v.code(ada.phone)
        given = {"phone_code_hash": sent.phone_code_hash}
        with pytest.raises(errors.PhoneCodeEmpty):
            await ada(api.AccountConfirmPhone(**given, phone_code=""))
        with pytest.raises(errors.PhoneCodeInvalid):
            await ada(api.AccountConfirmPhone(**given, phone_code=wrong(right)))
        with pytest.raises(errors.PhoneCodeExpired):
            await eve(api.AccountConfirmPhone(**given, phone_code=right))
        assert await ada(api.AccountConfirmPhone(**given, phone_code=right))
        v.clock.time += DELETION_WAIT_S
        device = await half_in(v, ada)
        with pytest.raises(errors.TwoFaConfirmWait) as waits:
            await device(api.AccountDeleteAccount(reason=""))
        assert waits.value.number == DELETION_WAIT_S
        assert await device(api.AuthCheckPassword(password=await proof(device)))
        v.clock.time += DELETION_WAIT_S
        with pytest.raises(errors.TwoFaConfirmWait):
            await device(api.AccountDeleteAccount(reason=""))
