"""Codes on their way: by e-mail, to a web service that checks who calls, and to the address one proved."""

import hmac
import json
from typing import Any

import msgspec
import pytest

from chappe.core.configuration import Smtp
from chappe.features.auth.rules import RESET_WAIT_S
from chappe.features.auth.sessions import FRESH_S
from chappe.tl import api, errors

from .mailbox import Mailbox, mailbox
from .test_auth_login import PHONE, enter, send
from .village import Device, Person, Village, village

LOGIN = api.EmailVerifyPurposeLoginChange()
ADDRESS = "ada@example.org"


def smtp(box: Mailbox) -> Smtp:
    """Return the setting that leads there."""
    return Smtp(host="127.0.0.1", port=box.port, recipient="{phone}@sms.example")


async def prove(device: Device | Person, code: str, purpose: Any = LOGIN) -> Any:
    """Give a code that came to an address."""
    return await device(
        api.AccountVerifyEmail(purpose=purpose, verification=api.EmailVerificationCode(code=code))
    )


async def addressed(v: Village, box: Mailbox) -> Person:
    """Return somebody whose codes go to an address they proved."""
    (ada,) = await v.people_named("Ada")
    await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS))
    await v.settle()
    await prove(ada, box.code(ADDRESS))
    return ada


async def test_a_code_is_mailed_to_where_the_operator_said() -> None:
    """By number."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        device = await v.stranger()
        sent = await send(device)
        await v.settle()
        code = box.code(f"{PHONE}@sms.example")
        assert isinstance(await enter(device, sent, code), api.AuthAuthorizationSignUpRequired)


async def test_a_mail_server_without_a_recipient_is_for_those_who_gave_an_address() -> None:
    """Codes of numbers go the other ways, and nothing fails."""
    async with mailbox() as box:
        setting = msgspec.structs.replace(smtp(box), recipient="")
        async with village(codes_smtp=setting, twins=False) as v:
            device = await v.stranger()
            sent = await send(device)
            await v.settle()
            assert box.asked == 0
            done = await enter(device, sent, v.code(PHONE))
            assert isinstance(done, api.AuthAuthorizationSignUpRequired)


async def test_a_web_service_is_brought_codes_it_can_believe() -> None:
    """Signed under the secret both know; whether somebody has the number is said."""
    async with mailbox("http") as box:
        settings = {
            "codes_webhook": f"http://127.0.0.1:{box.port}/codes",
            "codes_webhook_secret": "s3cret",
        }
        async with village(**settings, twins=False) as v:
            await send(await v.stranger())
            await v.settle()
            headers, body = box.posts[-1]
            assert headers["x-chappe-signature"] == hmac.digest(b"s3cret", body, "sha256").hex()
            assert json.loads(body) == {"phone": PHONE, "code": v.code(PHONE), "known": False}


@pytest.mark.parametrize(("kind", "bugs"), [("smtp", 0), ("http", 1)])
async def test_a_way_that_fails_is_reported_and_told_to_nobody(
    kind: str, bugs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer is as ever, and the other ways are used."""
    async with mailbox(kind) as box:
        box.refuses = True
        ways: dict[str, Any] = {
            "smtp": {"codes_smtp": smtp(box)},
            "http": {"codes_webhook": f"http://127.0.0.1:{box.port}"},
        }
        async with village(**ways[kind], twins=False) as v:
            device = await v.stranger()
            sent = await send(device)
            await enter(device, sent, v.code(PHONE))
            await v.settle()
            assert v.server.metrics.bugs_counted == bugs
            assert box.asked
            out = capsys.readouterr()
            assert ("where=codes" if bugs else "outcome=refused") in out.out
            assert PHONE not in out.out + out.err


async def test_login_codes_go_to_the_address_somebody_proved() -> None:
    """And to no other place; the app is told which, as its owner knows it again."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await addressed(v, box)
        assert (await ada(api.AccountGetPassword())).login_email_pattern == "a*a@example.org"
        shown = len(v.server.console.recent)
        device = await v.stranger()
        sent = await send(device, ada.phone)
        assert isinstance(sent.type, api.AuthSentCodeTypeEmailCode)
        assert sent.type.email_pattern == "a*a@example.org"
        await v.settle()
        assert len(v.server.console.recent) == shown
        verification = api.EmailVerificationCode(code=box.code(ADDRESS))
        logged_in = await device(
            api.AuthSignIn(
                phone_number=ada.phone,
                phone_code_hash=sent.phone_code_hash,
                email_verification=verification,
            )
        )
        assert logged_in.user.id == ada.id


async def test_an_address_is_proved_before_codes_go_there() -> None:
    """No address, a wrong code, too many, too late; nothing is sent for documents."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        (ada,) = await v.people_named("Ada")
        for purpose, refusal in (
            (api.EmailVerifyPurposePassport(), errors.EmailNotAllowed),
            (
                api.EmailVerifyPurposeLoginSetup(phone_number=PHONE, phone_code_hash=""),
                errors.PhoneHashExpired,
            ),
        ):
            with pytest.raises(refusal):
                await ada(api.AccountSendVerifyEmailCode(purpose=purpose, email=ADDRESS))
        with pytest.raises(errors.EmailInvalid):
            await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email="no address"))
        with pytest.raises(errors.EmailVerifyExpired):
            await prove(ada, "123456")
        sent = await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS))
        assert (sent.email_pattern, sent.length) == ("a*a@example.org", 6)
        await v.settle()
        right = box.code(ADDRESS)
        with pytest.raises(errors.EmailNotAllowed):
            await prove(ada, right, api.EmailVerifyPurposePassport())
        with pytest.raises(errors.PhoneCodeExpired):
            await prove(
                ada,
                right,
                api.EmailVerifyPurposeLoginSetup(phone_number=ada.phone, phone_code_hash=""),
            )
        with pytest.raises(errors.CodeInvalid):
            await ada(
                api.AccountVerifyEmail(
                    purpose=LOGIN, verification=api.EmailVerificationGoogle(token=right)
                )
            )
        for _ in range(5):
            with pytest.raises(errors.CodeInvalid):
                await prove(ada, "нет")
        with pytest.raises(errors.EmailVerifyExpired):
            await prove(ada, right)
        stranger = await v.stranger()
        for request in (
            api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS),
            api.AccountVerifyEmail(
                purpose=LOGIN, verification=api.EmailVerificationCode(code=right)
            ),
        ):
            with pytest.raises(errors.AuthKeyUnregistered):
                await stranger(request)
        assert isinstance((await send(stranger, ada.phone)).type, api.AuthSentCodeTypeSms)


async def test_a_fresh_session_names_no_address() -> None:
    """Who got hold of one login code would else get all that follow; the account's devices are told."""
    async with mailbox() as box, village(codes_smtp=smtp(box)) as v:
        ada = await v.person("Ada")
        v.clock.time += 7 * FRESH_S
        thief = await ada.log_in()
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await thief(api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS))
        await v.settle()
        assert ADDRESS not in {mail["To"] for mail in box.mails}
        await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS))
        await v.settle()
        await prove(ada, box.code(ADDRESS))
        told = (await ada.texts(api.PeerUser(user_id=777000)))[-1]
        assert told == "Your login codes are sent to a*a@example.org from now on."


async def test_without_a_mail_server_no_address_is_taken() -> None:
    """Its codes would go nowhere."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(errors.EmailNotAllowed):
            await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email=ADDRESS))


async def test_an_address_nobody_reads_any_more_is_given_up_after_a_week() -> None:
    """Its owner is told meanwhile, and objects by naming one again."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await addressed(v, box)
        device = await v.stranger()
        reset = api.AuthResetLoginEmail
        nobody = await send(device)
        with pytest.raises(errors.EmailInstallMissing):
            await device(reset(phone_number=PHONE, phone_code_hash=nobody.phone_code_hash))
        with pytest.raises(errors.PhoneCodeExpired):
            await device(reset(phone_number=ada.phone, phone_code_hash="guess"))
        sent = await send(device, ada.phone)
        hashed = {"phone_number": ada.phone, "phone_code_hash": sent.phone_code_hash}
        waits = await device(reset(**hashed))
        assert waits.type.reset_pending_date == v.clock.time + RESET_WAIT_S
        await v.settle()
        assert "no longer sent by e-mail" in ada.told(api.UpdateNewMessage)[-1].message.message
        with pytest.raises(errors.TaskAlreadyExists):
            await device(reset(**hashed))
        v.clock.time += RESET_WAIT_S
        sent = await send(device, ada.phone)
        assert isinstance(sent.type, api.AuthSentCodeTypeEmailCode)
        hashed["phone_code_hash"] = sent.phone_code_hash
        assert isinstance((await device(reset(**hashed))).type, api.AuthSentCodeTypeSms)
        await v.settle()
        done = await enter(device, sent, v.code(ada.phone), ada.phone)
        assert done.user.id == ada.id
