"""People of an organisation come in by its provider of identities, and go when it says so."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.features import single_sign_on, terms
from chappe.features.single_sign_on import Trouble, TroubleError
from chappe.features.single_sign_on.rules import COOKIE_S, TICKET_S, url_letters
from chappe.features.single_sign_on.watching import AT_ONCE_MAX, EVERY_S, JITTER_S, PAUSE_S
from chappe.features.terms.rules import read_terms
from chappe.tl import api, errors

from .signing_in import Browser, enter, organisation, person_of, show, watch
from .test_auth_password import proof, set_password, settings
from .test_auth_sessions import me
from .test_passkeys import listed, said_to


async def user_of(device: Any) -> Any:
    """Return whom a device is logged in as, as it is shown."""
    (user,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return user


async def trouble_of(coming: Any) -> Trouble:
    """Return why nobody is let in."""
    with pytest.raises(TroubleError) as caught:
        await coming
    return caught.value.trouble


async def test_somebody_new_gets_an_account_and_comes_back_into_it() -> None:
    """Under the name the provider says, with a number of no telephone, also where sign-up is closed."""
    async with organisation(sign_up="closed") as (v, provider):
        phone = await enter(v, provider)
        ada = await user_of(phone)
        assert (ada.first_name, ada.last_name, ada.phone[:3]) == ("Ada", "Lovelace", "888")
        laptop = await enter(v, provider, given_name="Augusta")
        assert await me(laptop) == ada.id
        assert (await user_of(laptop)).first_name == "Ada"
        assert (
            "by the sign-in of Analytical Engines" in (await said_to(await person_of(v, phone)))[-1]
        )
        other = await enter(v, provider, "u2", name="Charles Babbage")
        assert await me(other) != ada.id
        assert (await user_of(other)).first_name == "Charles Babbage"
        assert (await user_of(await enter(v, provider, "U1"))).id != ada.id  # another subject
        assert (await user_of(await enter(v, provider, "u4", x=1))).first_name == "Somebody new"
        listed = await operate(v.server, "sign-ins")
        assert [one["first_name"] for one in listed][:2] == ["Ada", "Charles Babbage"]


async def test_a_ticket_serves_one_browser_once_and_soon() -> None:
    """Not without its secret, not twice, not later; who lost the answer is answered again."""
    async with organisation() as (v, provider):
        ticket = await Browser(v, provider).ticket()
        token = ticket.partition(".")[0]
        eve = await v.stranger()
        for wrong in (f"{token}.another", token, f"{token}.", "f" * 64, "", "…", "a.b.c"):
            with pytest.raises(errors.WebauthTokenExpired):
                await show(eve, wrong)
        device = await v.stranger()
        first = await show(device, ticket)
        assert (await show(device, ticket)).user.id == first.user.id
        with pytest.raises(errors.WebauthTokenExpired):
            await show(eve, ticket)
        late = await Browser(v, provider).ticket("u2")
        v.clock.time += TICKET_S
        with pytest.raises(errors.WebauthTokenExpired):
            await show(eve, late)
        with pytest.raises(errors.WebauthTokenExpired):
            await show(eve, await Browser(v, provider).ticket("u3"), kind="connect")


async def test_an_answer_is_taken_only_from_the_browser_that_asked() -> None:
    """With its cookie, its state, in time, and once."""
    async with organisation() as (v, provider):
        ada, eve = Browser(v, provider), Browser(v, provider, "eve's")
        code = provider.code("u1", await ada.go())
        await eve.go()
        for cookie, state in (
            (
                eve.cookie,
                ada.state,
            ),  # Ada's answer is brought into Eve's browser, or hers into Ada's
            (ada.cookie, eve.state),
            ("", ada.state),
            (ada.cookie, ""),
            (ada.cookie.replace(".", "!"), ada.state),
            (f"{ada.cookie}x", ada.state),
        ):
            given = {"code": code, "state": state}
            coming = single_sign_on.come_back(v.context, given, cookie)
            assert await trouble_of(coming) is Trouble.EXPIRED
        assert code in provider.codes  # nobody asked the provider
        assert await ada.back(code=code)
        again = provider.code("u1", provider.asked[0])
        assert await trouble_of(ada.back(code=again)) is Trouble.EXPIRED
        v.clock.time += COOKIE_S
        await v.wait(0)
        assert await trouble_of(ada.back(code=again)) is Trouble.EXPIRED
        assert again in provider.codes
        for junk in ("", "short", "x" * 44, url_letters(b"!" * 33)):
            assert await trouble_of(single_sign_on.set_out(v.context, junk)) is Trouble.EXPIRED


async def test_a_stolen_code_is_of_no_use_to_another_browser() -> None:
    """Its verifier is that of who asked (PKCE), and its nonce, too."""
    async with organisation() as (v, provider):
        ada, eve = Browser(v, provider), Browser(v, provider, "eve's")
        code = provider.code("u1", await ada.go())
        await eve.go()
        assert await trouble_of(eve.back(code=code)) is Trouble.EXPIRED
        other = await eve.go()
        stolen = provider.code("u1", ada.provider.asked[0])
        provider.codes[stolen] = "u1", other.challenge
        assert await trouble_of(eve.back(code=stolen)) is Trouble.BROKEN


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("access_denied", Trouble.CANCELLED),
        ("temporarily_unavailable", Trouble.UNREACHABLE),
        ("invalid_scope", Trouble.BROKEN),
        ("", Trouble.BROKEN),
    ],
)
async def test_why_the_provider_let_nobody_in_is_told(error: str, trouble: Trouble) -> None:
    """In one of a few words, whatever it says."""
    async with organisation() as (v, provider):
        browser = Browser(v, provider)
        await browser.go()
        assert await trouble_of(browser.back(error=error, error_description="x")) is trouble
        provider.down = True
        assert await trouble_of(browser.back(code="c")) is Trouble.UNREACHABLE
        assert await trouble_of(browser.go()) is Trouble.UNREACHABLE


async def test_only_whom_the_organisation_lets_in_comes_in() -> None:
    """By group, by an address it has verified; and nobody of whom nothing could be found out later."""
    async with organisation(
        {"allowed_groups": ("staff",), "allowed_domains": ("engines.org",)}
    ) as (
        v,
        provider,
    ):
        mail = {"email": "ada@Engines.org", "email_verified": True}
        for claims in (
            {"name": "Ada"},
            {"groups": ["staff"]},
            mail,
            {"groups": ["Staff", "staffers"], **mail},
            {"groups": "staffers", **mail},
            {"groups": [["staff"]], **mail},
            {"groups": {"staff": 1}, **mail},
            {"groups": ["staff"], **mail, "email_verified": "false"},
            {"groups": ["staff"], **mail, "email_verified": None},
            {"groups": ["staff"], **mail, "email": "ada@engines.org.evil.org"},
            {"groups": ["staff"], **mail, "email": "ada@not-engines.org"},
            {"groups": ["staff"], **mail, "email": "engines.org"},
        ):
            coming = Browser(v, provider).ticket("u1", **claims)
            assert await trouble_of(coming) is Trouble.NOT_ALLOWED, claims
        assert await me(await enter(v, provider, groups=["x", "staff"], **mail))
        assert await me(await enter(v, provider, groups="staff", **mail))
        provider.gives_tokens = False
        coming = Browser(v, provider).ticket("u1", groups=["staff"], **mail)
        assert await trouble_of(coming) is Trouble.BROKEN
    async with organisation({"watch": "logout"}) as (v, provider):
        provider.gives_tokens = False
        assert await me(await enter(v, provider))


async def test_a_password_is_still_asked_for() -> None:
    """Whoever runs the provider is not in yet."""
    async with organisation() as (v, provider):
        device = await enter(v, provider)
        assert await set_password(device, settings())
        other = await v.stranger()
        with pytest.raises(errors.SessionPasswordNeeded):
            await show(other, await Browser(v, provider).ticket())
        assert await me(device)
        with pytest.raises(errors.SessionPasswordNeeded):
            await other(api.UpdatesGetState())
        await other(api.AuthCheckPassword(password=await proof(other)))
        assert await me(other) == await me(device)


async def test_an_account_is_connected_and_no_other_with_the_same_person() -> None:
    """From a session that is no fresh one; then it is come into so, and told."""
    async with organisation() as (v, provider):
        ada, claude = await v.people_named("Ada", "Claude")
        v.clock.time += 60
        fresh = await ada.log_in()
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await show(fresh, await Browser(v, provider).ticket(), kind="connect")
        await show(ada, await Browser(v, provider).ticket(), kind="connect")
        await v.wait(0)
        assert "connected with Analytical Engines" in (await said_to(ada))[-1]
        assert await me(await enter(v, provider)) == ada.id
        with pytest.raises(errors.SignInTaken):
            await show(claude, await Browser(v, provider).ticket(), kind="connect")
        with pytest.raises(errors.SignInTaken):
            await show(ada, await Browser(v, provider).ticket("u2"), kind="connect")
        await show(ada, await Browser(v, provider).ticket(), kind="connect")  # once more
        (shown,) = await listed(ada)
        assert (shown.id, shown.name) == ("sign-in", "Analytical Engines")
        with pytest.raises(errors.CredentialInvalid):
            await ada(api.AccountDeletePasskey(id=shown.id))
        assert await operate(v.server, "sign-in-unlink", user=ada.id) is True
        assert await operate(v.server, "sign-in-unlink", user=ada.id) is False
        assert await me(await enter(v, provider)) not in (ada.id, claude.id)
        assert await operate(v.server, "sign-ins", barred=True) == []
        assert len(await operate(v.server, "sign-ins")) == 1


async def gone(device: Any) -> bool:
    """Whether a device is logged out."""
    try:
        await device(api.UpdatesGetState())
    except errors.AuthKeyUnregistered:
        return True
    return False


async def test_who_is_disabled_is_out_within_five_minutes_and_back_when_they_may() -> None:
    """On every device, however it was logged in; nobody else."""
    async with organisation() as (v, provider):
        ada, bob = await enter(v, provider), await enter(v, provider, "u2", name="Bob")
        number = (await user_of(ada)).phone
        by_code = await v.stranger()
        asked = api.AuthSendCode(
            phone_number=number, api_id=1, api_hash="x", settings=api.CodeSettings()
        )
        hashed = (await by_code(asked)).phone_code_hash
        said = api.AuthSignIn(
            phone_number=number, phone_code_hash=hashed, phone_code=v.code(number)
        )
        await by_code(said)
        provider.disabled.add("u1")
        assert EVERY_S + JITTER_S + PAUSE_S < 300
        await watch(v, EVERY_S + JITTER_S)
        assert [await gone(one) for one in (ada, by_code, bob)] == [True, True, False]
        (barred,) = await operate(v.server, "sign-ins", barred=True)
        assert barred["first_name"] == "Ada"
        hashed = (await by_code(asked)).phone_code_hash
        with pytest.raises(errors.SignInDisabled):
            await by_code(
                api.AuthSignIn(
                    phone_number=number, phone_code_hash=hashed, phone_code=v.code(number)
                )
            )
        assert await gone(by_code)
        provider.disabled.clear()
        assert (await user_of(await enter(v, provider))).phone == number
        await watch(v, EVERY_S + JITTER_S)
        assert await operate(v.server, "sign-ins", barred=True) == []


async def test_who_leaves_the_group_is_out_too() -> None:
    """A yes alone, without a word about groups, ends nothing."""
    async with organisation({"allowed_groups": ("staff",)}) as (v, provider):
        ada = await enter(v, provider, groups=["staff"])
        provider.silent = True
        await watch(v, EVERY_S + JITTER_S)
        assert not await gone(ada)
        provider.silent = False
        provider.people["u1"] = {"groups": ["guests"]}
        await watch(v, EVERY_S + JITTER_S)
        assert await gone(ada)


async def test_a_provider_that_is_down_ends_nobody() -> None:
    """Nobody new comes in; when it answers again, everybody is asked about."""
    async with organisation() as (v, provider):
        devices = [await enter(v, provider, f"u{n}", name="X") for n in range(3)]
        await watch(v)
        provider.down = True
        for _ in range(10):
            await watch(v, EVERY_S)
        assert [await gone(one) for one in devices] == [False] * 3
        provider.down = False
        provider.disabled.add("u2")
        provider.renewed.clear()
        await watch(v, PAUSE_S)
        assert sorted(provider.renewed) == ["u0", "u1", "u2"]
        assert [await gone(one) for one in devices] == [False, False, True]


async def test_a_crowd_is_asked_about_a_few_at_a_time() -> None:
    """After a restart, too; and nobody who is not here."""
    async with organisation() as (v, provider):
        crowd = [await enter(v, provider, f"u{n}", name="X") for n in range(AT_ONCE_MAX + 4)]
        await crowd[0](api.AuthLogOut())
        await watch(v)
        provider.renewed.clear()
        await v.server.sign_in.watch.load()
        await watch(v, EVERY_S)
        assert 0 < len(provider.renewed) <= AT_ONCE_MAX
        await watch(v)
        assert sorted(set(provider.renewed)) == sorted(f"u{n}" for n in range(1, AT_ONCE_MAX + 4))
        assert len(provider.renewed) == AT_ONCE_MAX + 3


async def test_a_sign_in_at_the_moment_of_a_refusal_stays() -> None:
    """What is refused is the token of before: whoever was just let in is asked about by the new one."""
    async with organisation() as (v, provider):
        ada = await enter(v, provider)
        renew = provider.renew

        async def slowly(subject: str, token: str, *, now: int) -> Any:
            await enter(v, provider)
            provider.tokens.pop(token)
            return await renew(subject, token, now=now)

        provider.renew = slowly  # type: ignore[method-assign]  # while the provider thinks
        await watch(v, EVERY_S + JITTER_S)
        assert not await gone(ada)
        assert await operate(v.server, "sign-ins", barred=True) == []


async def test_a_logout_that_is_told_ends_what_came_by_it_at_once() -> None:
    """The session of that name, or all; and who is disabled is out everywhere without a wait."""
    async with organisation() as (v, provider):
        ada = await enter(v, provider)
        second = await enter(v, provider)
        hear = single_sign_on.hear_logout
        assert await hear(v.context, "u1 another-session")
        assert not await gone(ada)
        assert await hear(v.context, "u1 session-of-u1")
        await v.settle()
        assert [await gone(ada), await gone(second)] == [True, True]
        assert await hear(v.context, "u1 session-of-u1")  # heard already
        again = await enter(v, provider)
        assert await hear(v.context, "u1 session-of-u1")
        assert not await gone(again)
        provider.disabled.add("u1")
        assert await hear(v.context, "u1 nothing-of-ours")
        await v.settle()
        assert await gone(again)
        assert await hear(v.context, "u7 s")  # of nobody here
        assert not await hear(v.context, "")
        assert not await hear(v.context, " session-of-u1")  # of whom is not said


async def test_who_deletes_their_account_may_begin_anew() -> None:
    """Nothing finds the account that was."""
    async with organisation() as (v, provider):
        device = await enter(v, provider)
        before = await me(device)
        await operate(v.server, "erase", user=before)
        await v.settle()
        assert await operate(v.server, "sign-ins") == []
        assert await me(await enter(v, provider)) != before


async def test_the_operator_asks_whether_it_works() -> None:
    """And is told in a sentence where it does not."""
    async with organisation(public_url="https://chat.example.org") as (v, provider):
        answer = await operate(v.server, "sign-in-check")
        assert answer["redirect"] == "https://chat.example.org/sign-in/back"
        assert answer["wrong"] == []
        provider.down = True
        with pytest.raises(ValueError, match="does not answer as one"):
            await operate(v.server, "sign-in-check")


async def test_whoever_comes_by_an_organisation_is_asked_for_the_terms_afterwards() -> None:
    """Nobody has shown them to them before: coming in accepts nothing."""
    async with organisation() as (v, provider):
        v.context.own(terms.TERMS).terms = read_terms("Be kind.", popup=True, min_age=0)
        device = await enter(v, provider)
        asked = await device(api.HelpGetTermsOfServiceUpdate())
        assert asked.terms_of_service.text == "Be kind."
