"""Signing up and logging in by an e-mail address, where the server sends mail."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.engines.codes import SmtpCodes
from chappe.features.auth.codes import CODE_LIFETIME_S, SEND_AGAIN_S
from chappe.features.auth.login_names import claim_mail
from chappe.features.auth.records import LoginMail
from chappe.features.auth.rules import CODE_TRIES_MAX, RESET_WAIT_S, clean_mail
from chappe.rpc import Call, Client, Rate
from chappe.tl import api, errors

from .mailbox import Mailbox, mailbox
from .test_auth_login import enter, join, send, wrong
from .test_code_delivery import LOGIN, prove, smtp
from .village import Device, Village, village

MAIL = "ada@example.org"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Lovelace+chat@Example.ORG\n", "ada.lovelace+chat@example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("MAILTO:ada@example.org", "ada@example.org"),
        ("o'neill_{x}@mail.example.org", "o'neill_{x}@mail.example.org"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_has_one_form(given: str, address: str) -> None:
    """However it is typed; what is in that form stays as it is."""
    assert clean_mail(given) == address
    assert clean_mail(address) == address


@pytest.mark.parametrize(
    "given",
    [
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@localhost",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada@example.org.",
        "ada@-example.org",
        "ada@example-.org",
        "ada@exa_mple.org",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..da@example.org",
        "ada@eve@example.org",
        "ada@example.org,eve@example.org",
        "ada@example.org eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        '"ada"@example.org',
        "ada<eve@example.org>",
        "Ada <ada@example.org>",
        "a" * 65 + "@example.org",
        "ada@" + "a" * 250 + ".org",
        "adа@example.org",  # a Cyrillic letter
        "ada@exampłe.org",
        "ıda@example.org",
        "ada＠example.org",
        "ad\u200ba@example.org",
        "ada@example.ſorg",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    """Nor is one that only looks like another's, or would be folded into it."""
    with pytest.raises(errors.EmailInvalid):
        clean_mail(given)


async def come(v: Village, box: Mailbox, mail: str = MAIL, name: str = "Ada") -> Device:
    """Sign up by an address, on a new device."""
    device = await v.stranger()
    sent = await send(device, mail)
    await v.settle()
    done = await enter(device, sent, box.code(mail.lower()), mail)
    assert isinstance(done, api.AuthAuthorizationSignUpRequired)
    await join(device, sent, name, mail)
    return device


async def log_in(v: Village, box: Mailbox, mail: str = MAIL) -> Any:
    """Log in by an address on a new device; return what came of it."""
    device = await v.stranger()
    sent = await send(device, mail)
    await v.settle()
    return await enter(device, sent, box.code(mail.lower()), mail)


async def me(device: Device) -> Any:
    """Return who is logged in on a device."""
    (shown,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return shown


async def test_who_signs_up_by_an_address_logs_in_by_it() -> None:
    """However it is written; and their number is nobody's telephone."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await me(await come(v, box, "Ada@Example.org"))
        assert ada.phone.startswith("888")
        again = await log_in(v, box, "ADA@example.ORG")
        assert again.user.id == ada.id
        assert list(v.server.console.recent) == []  # the operator sees no code that was mailed
        eve = await me(await come(v, box, "eve@example.org", "Eve"))
        assert eve.id != ada.id


async def test_without_a_mail_server_an_address_is_no_number() -> None:
    """It is refused as anything is that is none."""
    async with village(twins=False) as v:
        with pytest.raises(errors.PhoneNumberInvalid):
            await send(await v.stranger(), MAIL)


async def test_what_only_resembles_an_address_is_refused_everywhere() -> None:
    """By every method that takes what somebody logs in by."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        device, given = await v.stranger(), {"phone_number": "ada@example"}
        hashed = {**given, "phone_code_hash": "x"}
        for request in (
            api.AuthSendCode(**given, api_id=1, api_hash="x", settings=api.CodeSettings()),
            api.AuthResendCode(**hashed),
            api.AuthCancelCode(**hashed),
            api.AuthReportMissingCode(**hashed, mnc=""),
            api.AuthSignIn(**hashed, phone_code="12345"),
            api.AuthSignUp(**hashed, first_name="Ada", last_name=""),
        ):
            with pytest.raises(errors.EmailInvalid):
                await device(request)
        assert box.asked == 0


async def test_the_answer_does_not_tell_whether_an_address_is_anybodys() -> None:
    """Nor does a wrong code; the right one, which only its owner has, does."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        await come(v, box)
        device = await v.stranger()
        known, unknown = await send(device, MAIL), await send(device, "bob@example.org")
        assert (known.type.email_pattern, unknown.type.email_pattern) == (
            "a*a@example.org",
            "b*b@example.org",
        )
        for sent in (known, unknown):
            sent.type.email_pattern = sent.phone_code_hash = ""
        assert known == unknown
        await v.settle()
        for mail in (MAIL, "bob@example.org"):
            sent = await send(device, mail)
            with pytest.raises(errors.PhoneCodeInvalid):
                await enter(device, sent, wrong(box.code(mail)), mail)


@pytest.mark.parametrize("policy", ["invite", "closed"])
async def test_no_mail_goes_to_whom_it_would_be_no_use_to(policy: str) -> None:
    """Where they cannot sign up: a stranger may have named them. The answer is as if it went."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        await come(v, box)
        v.context.config = msgspec.structs.replace(v.context.config, sign_up=policy)
        device = await v.stranger()
        before = len(box.mails)
        known, unknown = await send(device, MAIL), await send(device, "bob@example.org")
        await v.settle()
        assert [m["To"] for m in box.mails[before:]] == [MAIL]
        assert type(known.type) is type(unknown.type)
        v.clock.time += SEND_AGAIN_S
        hashed = {"phone_number": "bob@example.org", "phone_code_hash": unknown.phone_code_hash}
        again = await device(api.AuthResendCode(**hashed))
        assert again.phone_code_hash == unknown.phone_code_hash
        hashed["phone_number"] = "join:" + "a" * 32 + ":bob@example.org"
        refused = errors.SignupClosed if policy == "closed" else errors.JoinLinkInvalid
        for request in (
            api.AuthResendCode(**hashed),
            api.AuthSendCode(
                phone_number=hashed["phone_number"],
                api_id=1,
                api_hash="x",
                settings=api.CodeSettings(),
            ),
        ):
            with pytest.raises(refused):
                await device(request)
        await v.settle()
        assert [m["To"] for m in box.mails[before:]] == [MAIL]


async def test_a_link_lets_in_who_proves_an_address() -> None:
    """Also who asked before they had it; one use, and they log in by the address from then on."""
    settings: dict[str, Any] = {"sign_up": "invite", "join_by_name": False, "twins": False}
    async with mailbox() as box, village(codes_smtp=smtp(box), **settings) as v:
        token = (await operate(v.server, "invite"))["link"].partition("=")[2]
        device = await v.stranger()
        await send(device, MAIL)
        await v.settle()
        assert box.mails == []
        named = f"join:{token}:{MAIL}"
        sent = await send(device, named)
        await v.settle()
        await enter(device, sent, box.code(MAIL), named)
        with pytest.raises(errors.SignupClosed):
            await join(device, sent, "Ada", MAIL)
        await join(device, sent, "Ada", named)
        assert (await log_in(v, box)).user.id == (await me(device)).id
        with pytest.raises(errors.JoinLinkUsed):
            await send(await v.stranger(), f"join:{token}:bob@example.org")


async def test_one_code_makes_one_account() -> None:
    """Though two devices gave it, and both say their names."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        first, second = await v.stranger(), await v.stranger()
        sent = await send(first, MAIL)
        await v.settle()
        for device in (first, second):
            await enter(device, sent, box.code(MAIL), MAIL)
        came = await asyncio.gather(
            join(first, sent, "Ada", MAIL), join(second, sent, "Eve", MAIL), return_exceptions=True
        )
        refused = [one for one in came if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [errors.PhoneCodeExpired]
        again = await v.stranger()
        sent = await send(again, MAIL)
        await v.settle()
        assert (await enter(again, sent, box.code(MAIL), MAIL)).user.id


async def test_codes_of_an_address_are_guessed_no_oftener_than_those_of_a_number() -> None:
    """Over every way of writing it."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        device = await v.stranger()
        sent = await send(device, MAIL)
        await v.settle()
        right = box.code(MAIL)
        for number in range(CODE_TRIES_MAX):
            with pytest.raises(errors.PhoneCodeInvalid):
                await enter(device, sent, wrong(right), MAIL if number % 2 else MAIL.upper())
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(device, sent, right, MAIL)
        with pytest.raises(errors.FloodWait):
            await send(device, MAIL.title())


async def test_mails_to_strangers_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one address of the network, to whomever; and to one mailbox, from wherever."""
    settings: dict[str, Any] = {"rate_scale": 1.0, "twins": False}
    brought: list[str] = []

    async def deliver_mail(_: SmtpCodes, address: str, code: str) -> None:
        brought.append(address)

    monkeypatch.setattr(SmtpCodes, "deliver_mail", deliver_mail)
    async with mailbox() as box, village(codes_smtp=smtp(box), **settings) as v:
        sent = 0
        for number in range(Rate.DELIVERY.value.size + 10):
            device = await v.stranger()
            device.client.address = "192.0.2.1"
            try:
                await send(device, f"p{number}@example.org")
            except errors.FloodWait:
                break
            sent += 1
        assert sent == Rate.DELIVERY.value.size
        sent = 0
        for number in range(20):
            device = await v.stranger()
            device.client.address = f"192.0.2.{number + 2}"
            v.clock.time += CODE_LIFETIME_S
            try:
                await send(device, MAIL)
            except errors.FloodWait:
                break
            sent += 1
        assert sent == 10
        await v.settle()
        assert brought.count(MAIL) == 10
        assert len(brought) == Rate.DELIVERY.value.size + 10


async def test_who_names_an_address_in_the_settings_logs_in_by_it_too() -> None:
    """As long as it is theirs; of two who name one, the first does."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for person in (ada, bob):
            await person(api.AccountSendVerifyEmailCode(purpose=LOGIN, email="Ada@example.org"))
            await v.settle()
            await prove(person, box.code("Ada@example.org"))
        device = await v.stranger()
        sent = await send(device, MAIL)
        await v.settle()
        assert (await enter(device, sent, box.code("Ada@example.org"), MAIL)).user.id == ada.id
        await ada(api.AccountSendVerifyEmailCode(purpose=LOGIN, email="countess@example.org"))
        await v.settle()
        await prove(ada, box.code("countess@example.org"))
        assert (await log_in(v, box, "countess@example.org")).user.id == ada.id
        free = await log_in(v, box)  # nobody logs in by it any more
        assert isinstance(free, api.AuthAuthorizationSignUpRequired)


async def test_a_claim_that_its_owner_does_not_confirm_counts_for_nothing() -> None:
    """What a crash left between the claim and the record keeps nobody from their address."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        (bob,) = await v.people_named("Bob")
        assert await claim_mail(v.context, MAIL, bob.id)
        ada = await me(await come(v, box))
        assert (await log_in(v, box)).user.id == ada.id
        assert not await claim_mail(v.context, MAIL, bob.id)
        assert not await claim_mail(v.context, "адa@example.org", bob.id)


async def test_who_leaves_leaves_the_address_too() -> None:
    """The next to prove it is somebody new; and a code that was under way is void."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        device = await come(v, box)
        ada = await me(device)
        other = await v.stranger()
        sent = await send(other, MAIL)
        await v.settle()
        await device(api.AccountDeleteAccount(reason="enough"))
        await v.settle()
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(other, sent, box.code(MAIL), MAIL)
        assert (await me(await come(v, box))).id != ada.id


async def test_a_code_that_is_told_to_anybody_is_void() -> None:
    """As that of a number is."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        device = await come(v, box)
        other = await v.stranger()
        sent = await send(other, MAIL)
        await v.settle()
        code = box.code(MAIL)
        await device(
            api.MessagesSendMessage(peer=api.InputPeerSelf(), message="nothing", random_id=1)
        )
        bob = await v.person("Bob")
        named = await device(api.ContactsResolvePhone(phone=bob.phone))
        peer = api.InputPeerUser(user_id=bob.id, access_hash=named.users[0].access_hash)
        await device(api.MessagesSendMessage(peer=peer, message=f"it is {code}", random_id=2))
        with pytest.raises(errors.PhoneCodeExpired):
            await enter(other, sent, code, MAIL)


async def test_nobody_shuts_out_whoever_has_nothing_but_an_address() -> None:
    """By their anonymous number its loss cannot be claimed; nothing could be sent there instead."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await me(await come(v, box))
        eve = await v.stranger()
        sent = await send(eve, ada.phone)
        assert sent.type.reset_available_period is None
        hashed = {"phone_number": ada.phone, "phone_code_hash": sent.phone_code_hash}
        for _ in range(2):
            with pytest.raises(errors.EmailInstallMissing):
                await eve(api.AuthResetLoginEmail(**hashed))
            v.clock.time += RESET_WAIT_S
        with pytest.raises(errors.PhoneNumberInvalid):
            await eve(api.AuthResetLoginEmail(**{**hashed, "phone_number": MAIL}))
        assert (await log_in(v, box)).user.id == ada.id


async def test_a_number_is_no_way_around_the_address() -> None:
    """Who knows somebody's anonymous number has their code sent to that address, and learns no more."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await me(await come(v, box))
        eve = await v.stranger()
        sent = await send(eve, ada.phone)
        await v.settle()
        assert sent.type.email_pattern == "a*a@example.org"
        assert box.mails[-1]["To"] == MAIL
        sent = await send(eve)  # a number that is nobody's
        assert isinstance(sent.type, api.AuthSentCodeTypeSms)


def test_an_address_is_in_no_file_of_the_store(tmp_path: Path) -> None:
    """Whoever has the disk finds neither whose it is, nor that it is anybody's."""

    async def story() -> None:
        async with mailbox() as box:
            server = await app.start(Configuration(codes_smtp=smtp(box)), tmp_path, None)
            client = Client(7, 7, lambda _: None)

            async def ask(request: Any) -> Any:
                method = server.dispatcher.methods[type(request)]
                return await method.serve(Call(server.context, client), request)

            sent = await ask(
                api.AuthSendCode(
                    phone_number=MAIL, api_id=1, api_hash="x", settings=api.CodeSettings()
                )
            )
            hashed = {"phone_number": MAIL, "phone_code_hash": sent.phone_code_hash}
            while not box.mails:  # noqa: ASYNC110  it comes by a socket
                await asyncio.sleep(0)
            await ask(api.AuthSignIn(**hashed, phone_code=box.code(MAIL)))
            made = await ask(api.AuthSignUp(**hashed, first_name="Ada", last_name=""))
            kept = await server.context.look(Owner(Kind.USER, made.user.id)).get(LoginMail)
            assert kept is not None
            assert kept.address == MAIL
            await server.stop()

    asyncio.run(story())
    for file in (p for p in tmp_path.rglob("*") if p.is_file()):
        content = file.read_bytes()
        assert MAIL.encode() not in content, file
        assert b"example.org" not in content, file
