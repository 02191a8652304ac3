"""Logging in: codes and who may guess them, sign-up and who may, keys and the numbers of people."""

import asyncio
from typing import Any

import pytest

from chappe.features.auth.codes import CODE_LIFETIME_S, RESENDS_MAX, SEND_AGAIN_S
from chappe.features.auth.rules import CODE_TRIES_MAX, GUESSES_KEPT_S, PAUSE_MAX_S
from chappe.features.joining.commands import invite
from chappe.tl import api, errors

from .village import Device, Village, village

PHONE = "33612345678"


async def send(device: Device, phone: str = PHONE) -> Any:
    """Ask for a code."""
    return await device(
        api.AuthSendCode(phone_number=phone, api_id=1, api_hash="x", settings=api.CodeSettings())
    )


async def enter(device: Device, sent: Any, code: str, phone: str = PHONE) -> Any:
    """Give a code."""
    return await device(
        api.AuthSignIn(phone_number=phone, phone_code_hash=sent.phone_code_hash, phone_code=code)
    )


async def join(device: Device, sent: Any, name: str = "Ada", phone: str = PHONE) -> Any:
    """Sign up."""
    return await device(
        api.AuthSignUp(
            phone_number=phone, phone_code_hash=sent.phone_code_hash, first_name=name, last_name=""
        )
    )


def wrong(right: str) -> str:
    """Return a code that is not this one."""
    return str((int(right) + 1) % 100_000).zfill(5)


async def sends_and_takes(v: Village, phone: str) -> tuple[Device, Any]:
    """Return a stranger's device that has asked for a code."""
    device = await v.stranger()
    return device, await send(device, phone)


async def test_somebody_signs_up_and_is_who_they_say() -> None:
    """The number, the code, the name; then the key is theirs."""
    async with village() as v:
        device = await v.stranger()
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
        sent = await send(device)
        assert isinstance(sent.type, api.AuthSentCodeTypeSms)  # there is no other app of theirs
        assert sent.type.length == len(v.code(PHONE)) == 5
        assert isinstance(
            await enter(device, sent, v.code(PHONE)), api.AuthAuthorizationSignUpRequired
        )
        made = await join(device, sent)
        (shown,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
        assert (shown.id, shown.phone, shown.first_name) == (made.user.id, PHONE, "Ada")


async def test_what_is_no_number_is_refused_everywhere() -> None:
    """By every method that takes one."""
    async with village() as v:
        device = await v.stranger()
        bad: dict[str, Any] = {"phone_number": "12-no", "phone_code_hash": "x"}
        for request in (
            api.AuthSendCode(
                phone_number="12-no", api_id=1, api_hash="", settings=api.CodeSettings()
            ),
            api.AuthSignIn(**bad, phone_code="1"),
            api.AuthResendCode(**bad),
            api.AuthSignUp(**bad, first_name="A", last_name=""),
            api.AuthCancelCode(**bad),
            api.AuthReportMissingCode(**bad, mnc=""),
            api.AuthResetLoginEmail(**bad),
        ):
            with pytest.raises(errors.PhoneNumberInvalid):
                await device(request)
        assert await device(
            api.AuthReportMissingCode(phone_number=PHONE, phone_code_hash="x", mnc="")
        )


async def test_a_code_is_asked_for_before_it_is_given() -> None:
    """Nothing, something wrong, the wrong hash, something in another alphabet: refused alike."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        code = v.code(PHONE)
        with pytest.raises(errors.PhoneCodeEmpty):
            await enter(device, sent, "")
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, wrong(code))
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, "१२३४५")
        for hashed in ("", "ключ", sent.phone_code_hash[:-1]):
            with pytest.raises(errors.PhoneCodeExpired):
                await device(
                    api.AuthSignIn(phone_number=PHONE, phone_code_hash=hashed, phone_code=code)
                )
            with pytest.raises(errors.PhoneCodeExpired):
                await device(
                    api.AuthSignUp(
                        phone_number=PHONE, phone_code_hash=hashed, first_name="Eve", last_name=""
                    )
                )
        with pytest.raises(errors.PhoneCodeExpired):  # it was not given yet
            await join(device, sent)
        await enter(device, sent, code)
        with pytest.raises(errors.FirstnameInvalid):
            await join(device, sent, " ")
        await join(device, sent)


async def test_five_wrong_guesses_and_the_right_one_is_refused() -> None:
    """Also when they come all at once, from several devices."""
    async with village() as v:
        devices = [(await sends_and_takes(v, PHONE)) for _ in range(3)]
        code = v.code(PHONE)
        guesses = [
            enter(device, sent, wrong(code))
            for device, sent in devices
            for _ in range(CODE_TRIES_MAX)
        ]
        refused = await asyncio.gather(*guesses, return_exceptions=True)
        assert sum(isinstance(r, errors.PhoneCodeInvalid) for r in refused) == CODE_TRIES_MAX
        assert all(
            isinstance(r, errors.PhoneCodeInvalid | errors.PhoneCodeExpired) for r in refused
        )
        device, sent = devices[0]
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, code)
        with pytest.raises(errors.FloodWait) as flood:
            await send(device)
        v.clock.time += flood.value.number
        again = await send(device)
        assert isinstance(
            await enter(device, again, v.code(PHONE)), api.AuthAuthorizationSignUpRequired
        )


async def guess_wrong(v: Village, device: Device, times: int = CODE_TRIES_MAX) -> int:
    """Guess a number's codes wrong, as often as one is let; return how long one is told to wait then."""
    for _ in range(times):
        sent = await send(device)
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, wrong(v.code(PHONE)))
    with pytest.raises(errors.FloodWait) as flood:
        await send(device)
    return flood.value.number


async def test_each_round_of_wrong_guesses_is_longer_in_coming() -> None:
    """Twice as long, to a day, whoever guesses; in a day there are some forty guesses, later five."""
    async with village() as v:
        device = await v.stranger()
        before, in_a_day, began = CODE_LIFETIME_S // 2, 0, v.clock.time
        while before < PAUSE_MAX_S:
            pause = await guess_wrong(v, device)
            assert pause == min(before * 2, PAUSE_MAX_S)
            in_a_day += CODE_TRIES_MAX if v.clock.time < began + PAUSE_MAX_S else 0
            before, device = pause, await v.stranger()
            await v.wait(pause - 1)
            with pytest.raises(errors.FloodWait):
                await send(device)
            await v.wait(1)
        assert in_a_day <= 45
        await v.wait(GUESSES_KEPT_S)
        assert await guess_wrong(v, device) == CODE_LIFETIME_S
        await v.wait(CODE_LIFETIME_S)
        await enter(device, await send(device), v.code(PHONE))
        assert await guess_wrong(v, device) == CODE_LIFETIME_S  # the right code ended the count


async def test_another_code_wins_no_guesses() -> None:
    """Four wrong, expired, one wrong: then nobody guesses for a while, nor gives the right one."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        for _ in range(CODE_TRIES_MAX - 1):
            with pytest.raises(errors.PhoneCodeInvalid):
                await enter(device, sent, wrong(v.code(PHONE)))
        await v.wait(CODE_LIFETIME_S)
        sent = await send(device)
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, wrong(v.code(PHONE)))
        with pytest.raises(errors.FloodWait) as flood:
            await enter(device, sent, v.code(PHONE))
        assert flood.value.number == CODE_LIFETIME_S


async def test_asking_again_and_again_sends_a_code_three_times() -> None:
    """Apps ask at every start; each gets an answer it can use, and the number is left in peace."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        began = v.clock.time
        while v.clock.time < began + CODE_LIFETIME_S - SEND_AGAIN_S:
            for _ in range(20):
                again = await send(await v.stranger())
                assert again.phone_code_hash == sent.phone_code_hash
            v.clock.time += SEND_AGAIN_S // 2
        await v.settle()
        delivered = [c["code"] for c in v.server.console.recent if c["to"] == PHONE]
        assert len(delivered) == 1 + RESENDS_MAX
        with pytest.raises(errors.SendCodeUnavailable):
            await device(
                api.AuthResendCode(phone_number=PHONE, phone_code_hash=sent.phone_code_hash)
            )
        assert await enter(device, again, delivered[0])


async def test_every_delivery_to_a_number_is_counted() -> None:
    """Also those its owner wishes again: ten in a row, however one gets at them."""
    async with village(rate_scale=1.0) as v:
        delivered = 0
        while delivered < 10:
            device, sent = await sends_and_takes(v, PHONE)
            hashed = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
            for _ in range(min(RESENDS_MAX, 9 - delivered)):
                await device(api.AuthResendCode(**hashed))
            await v.settle()
            delivered = len([c for c in v.server.console.recent if c["to"] == PHONE])
            if delivered < 10:
                await device(api.AuthCancelCode(**hashed))
        v.clock.time += SEND_AGAIN_S
        assert (await send(device)).phone_code_hash == sent.phone_code_hash
        with pytest.raises(errors.FloodWait):
            await device(api.AuthResendCode(**hashed))
        await v.settle()
        assert len([c for c in v.server.console.recent if c["to"] == PHONE]) == 10


async def test_cancelling_and_asking_anew_wins_no_guesses() -> None:
    """Four wrong, cancelled, another code: one guess is left."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        for _ in range(CODE_TRIES_MAX - 1):
            with pytest.raises(errors.PhoneCodeInvalid):
                await enter(device, sent, wrong(v.code(PHONE)))
        first = v.code(PHONE)
        cancelled = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
        assert await device(api.AuthCancelCode(**cancelled))
        with pytest.raises(errors.PhoneCodeExpired):
            await device(api.AuthCancelCode(**cancelled))
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, first)
        sent = await send(device)
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, wrong(v.code(PHONE)))
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, v.code(PHONE))


async def test_a_code_expires() -> None:
    """At its time, and nothing of it is kept after."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        await v.wait(CODE_LIFETIME_S)
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, v.code(PHONE))
        await v.wait(CODE_LIFETIME_S)
        await enter(device, await send(device), v.code(PHONE))


async def test_codes_for_one_number_are_counted_whoever_asks() -> None:
    """Ten in a row, from as many addresses; another number is not concerned."""
    async with village(rate_scale=1.0) as v:
        for _ in range(10):
            device, sent = await sends_and_takes(v, PHONE)
            device.client.address = "127.0.0.9"
            await device(
                api.AuthCancelCode(phone_number=PHONE, phone_code_hash=sent.phone_code_hash)
            )
        device = await v.stranger()
        with pytest.raises(errors.FloodWait) as flood:
            await send(device)
        assert flood.value.number <= 3600
        await send(device, "33698765432")
        v.clock.time += flood.value.number
        await send(device)


async def test_a_code_is_sent_again_twice() -> None:
    """The same one, under the same hash; its guesses stay counted."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        assert isinstance(sent.next_type, api.AuthCodeTypeSms)
        hashed = {"phone_number": PHONE, "phone_code_hash": sent.phone_code_hash}
        with pytest.raises(errors.PhoneCodeHashEmpty):
            await device(api.AuthResendCode(phone_number=PHONE, phone_code_hash=""))
        with pytest.raises(errors.PhoneCodeExpired):
            await device(api.AuthResendCode(phone_number=PHONE, phone_code_hash="guessed"))
        for _ in range(2):
            again = await device(api.AuthResendCode(**hashed))
            assert isinstance(again.type, api.AuthSentCodeTypeSms)
            assert again.phone_code_hash == sent.phone_code_hash
        assert again.next_type is None
        with pytest.raises(errors.SendCodeUnavailable):
            await device(api.AuthResendCode(**hashed))
        assert len({c["code"] for c in v.server.console.recent}) == 1
        with pytest.raises(errors.PhoneCodeEmpty):
            await device(api.AuthRequestFirebaseSms(**hashed))


async def test_a_stranger_learns_nothing_by_asking_for_a_code() -> None:
    """The answers for a number somebody has and for one nobody has differ in the hash alone."""
    async with village() as v:
        ada = await v.person("Ada")
        device = await v.stranger()
        known, unknown = await send(device, ada.phone), await send(device)
        assert (known.type, known.next_type, known.timeout) == (
            unknown.type,
            unknown.next_type,
            unknown.timeout,
        )
        for sent, phone in ((known, ada.phone), (unknown, PHONE)):
            with pytest.raises(errors.PhoneCodeInvalid):
                await enter(device, sent, wrong(v.code(phone)), phone)


async def test_the_code_comes_to_the_devices_of_who_has_the_number() -> None:
    """In the chat of the service, and nowhere in the chats of others."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await send(await v.stranger(), ada.phone)
        await v.settle()
        assert v.code(ada.phone) in ada.told(api.UpdateNewMessage)[-1].message.message
        assert not claude.told(api.UpdateNewMessage)


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("text", ["{0}", "my code: {0}!", "{1}", "{2}"])
async def test_a_code_its_owner_tells_anybody_is_void(text: str, edited: bool) -> None:
    """However it is written, and be it by an edit; whoever asked for it shall not have it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        device, sent = await sends_and_takes(v, ada.phone)
        code = v.code(ada.phone)
        await claude.say(ada, code)  # who does not own it voids nothing
        said = text.format(code, " ".join(code), "-".join(code))
        number = await ada.say(claude, "a code?" if edited else said)
        if edited:
            await ada(api.MessagesEditMessage(peer=ada.peer(claude), id=number, message=said))
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, code, ada.phone)


async def test_a_code_is_void_once_an_app_saw_it_told() -> None:
    """Only one's own."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        device, sent = await sends_and_takes(v, ada.phone)
        code = v.code(ada.phone)
        assert await eve(api.AccountInvalidateSignInCodes(codes=[code]))
        assert await ada(api.AccountInvalidateSignInCodes(codes=["00", "нет"]))
        with pytest.raises(errors.PhoneCodeInvalid):
            await enter(device, sent, wrong(code), ada.phone)
        assert await ada(api.AccountInvalidateSignInCodes(codes=[code]))
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, code, ada.phone)


async def test_leave_to_sign_up_is_the_devices_that_gave_the_code() -> None:
    """Eve asks for a code too and learns its hash; that does not let her take the number."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        eve, hers = await sends_and_takes(v, PHONE)
        assert hers.phone_code_hash == sent.phone_code_hash
        await enter(device, sent, v.code(PHONE))
        with pytest.raises(errors.PhoneCodeExpired):
            await join(eve, hers, "Eve")
        await join(device, sent)


async def test_a_number_is_taken_once() -> None:
    """Two taps on the button make one account."""
    async with village() as v:
        device, sent = await sends_and_takes(v, PHONE)
        await enter(device, sent, v.code(PHONE))
        both = await asyncio.gather(join(device, sent), join(device, sent), return_exceptions=True)
        assert sorted(isinstance(r, errors.RpcError) for r in both) == [False, True]
        late, again = await sends_and_takes(v, PHONE)
        assert isinstance(await enter(late, again, v.code(PHONE)), api.AuthAuthorization)


async def test_who_signed_up_meanwhile_keeps_the_number() -> None:
    """The second of two devices that gave the code finds an account there."""
    async with village() as v:
        first, sent = await sends_and_takes(v, PHONE)
        await enter(first, sent, v.code(PHONE))
        await join(first, sent)
        other, again = await sends_and_takes(v, PHONE)
        ada = await enter(other, again, v.code(PHONE))
        assert ada.user.first_name == "Ada"


async def test_sign_up_is_closed() -> None:
    """Who is here logs in; nobody else comes, and an operator who would invite them is told why not."""
    async with village(sign_up="closed", twins=False) as v:
        with pytest.raises(ValueError, match="Sign-up is closed"):
            await invite(v.context, phone=PHONE)
        device, sent = await sends_and_takes(v, PHONE)
        await enter(device, sent, v.code(PHONE))
        with pytest.raises(errors.SignupClosed):
            await join(device, sent)


async def test_sign_up_is_for_those_invited() -> None:
    """One number, once; and a number nobody has as telephone comes with its first code."""
    async with village(sign_up="invite", twins=False) as v:
        await invite(v.context, phone=PHONE)
        device, sent = await sends_and_takes(v, PHONE)
        await enter(device, sent, v.code(PHONE))
        assert (await join(device, sent)).user.phone == PHONE
        uninvited, sent = await sends_and_takes(v, "33698765432")
        await enter(uninvited, sent, v.code("33698765432"), "33698765432")
        with pytest.raises(errors.SignupClosed):
            await join(uninvited, sent, phone="33698765432")
        given = await invite(v.context)
        assert given["phone"].startswith("888")
        guest, sent = await sends_and_takes(v, given["phone"])
        await guest(
            api.AuthCancelCode(phone_number=given["phone"], phone_code_hash=sent.phone_code_hash)
        )
        sent = await send(guest, given["phone"])  # a code nobody could send again stays good
        await enter(guest, sent, given["code"], given["phone"])
        assert (await join(guest, sent, phone=given["phone"])).user.phone == given["phone"]


async def test_who_logs_in_with_another_number_leaves_the_first() -> None:
    """A key is one person's."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        sent = await send(ada.device, claude.phone)
        await enter(ada.device, sent, v.code(claude.phone), claude.phone)
        (shown,) = await ada.device(api.UsersGetUsers(id=[api.InputUserSelf()]))
        assert shown.id == claude.id
        listed = await ada.listener(api.AccountGetAuthorizations())
        assert len(listed.authorizations) == 1


async def test_bots_have_no_tokens_here() -> None:
    """Whatever is given for one."""
    async with village() as v:
        with pytest.raises(errors.AccessTokenInvalid):
            await (await v.stranger())(
                api.AuthImportBotAuthorization(flags=0, api_id=1, api_hash="", bot_auth_token="1:x")
            )
