"""The paths of an organisation's sign-in: where browsers go, what they carry, and what a provider is told."""

import hashlib
import json
from urllib.parse import parse_qs, urlsplit

from chappe.features.single_sign_on.rules import url_letters
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.signing_in import FIELDS_MAX, LOGOUT_BYTES_MAX, SignInPlaces
from chappe.ports import Question
from tests.features.signing_in import ISSUER, Provider, enter, organisation, show
from tests.features.test_auth_sessions import me
from tests.gateways.browsing import Here, Response, ask, here

SECRET = "a secret of a page"
HASH = url_letters(hashlib.sha256(SECRET.encode()).digest())
URL = "https://chat.example.org"


def cookie_of(answer: Response) -> tuple[str, dict[str, str]]:
    """Return name and value of a cookie, and its attributes in small letters."""
    pair, *rest = answer.headers["set-cookie"].split("; ")
    named = (one.partition("=") for one in rest)
    return pair, {name.lower(): value for name, _, value in named}


async def back(at: Here, provider: Provider, cookie: str, question: Question, **said: str) -> str:
    """Come back from the provider; return what stands behind the address of the start page."""
    given = {"state": question.state, "iss": ISSUER, **said}
    query = "&".join(f"{name}={value}" for name, value in given.items())
    answer = await ask(at.port, f"/sign-in/back?{query}", Cookie=cookie)
    assert (answer.status, answer.body) == (303, b"")
    start, _, fragment = answer.headers["location"].partition("#")
    assert start == "/"
    assert cookie_of(answer)[1]["max-age"] == "0"
    return fragment


async def test_a_browser_goes_to_the_provider_and_comes_back_with_a_ticket() -> None:
    """What it carries goes to this host alone, is read by no script, and is taken away at the end."""
    async with organisation(public_url=URL) as (v, provider):
        places = (*SignInPlaces(v.context).places(), *PLACES)
        async with here(places=places) as at:
            answer = await ask(at.port, f"/sign-in?for={HASH}")
            assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
            assert answer.headers["referrer-policy"] == "no-referrer"
            asked = urlsplit(answer.headers["location"])
            assert asked.netloc == "id.example.org"
            question = provider.asked[-1]
            assert parse_qs(asked.query)["state"] == [question.state]
            cookie, attributes = cookie_of(answer)
            assert cookie.startswith("__Host-chappe-sign-in=")
            wanted = {
                "httponly": "",
                "secure": "",
                "samesite": "Lax",
                "path": "/",
                "max-age": "900",
            }
            assert attributes == wanted
            code = provider.code("u1", question, name="Ada")
            fragment = await back(at, provider, cookie, question, code=code)
            ticket = fragment.removeprefix("sign-in=")
            device = await v.stranger()
            await show(device, f"{ticket}.{SECRET}")
            assert await me(device)


async def test_without_tls_the_cookie_is_one_that_browsers_still_take() -> None:
    """On the machine itself: the safe name is believed by TLS only."""
    async with organisation() as (v, _), here(places=SignInPlaces(v.context).places()) as at:
        cookie, attributes = cookie_of(await ask(at.port, f"/sign-in?for={HASH}"))
        assert cookie.startswith("chappe-sign-in=")
        assert "secure" not in attributes


async def test_whatever_goes_wrong_ends_at_the_start_page() -> None:
    """With one of a few words, and nothing of what was said."""
    async with (
        organisation(public_url=URL) as (v, provider),
        here(places=SignInPlaces(v.context).places()) as at,
    ):
        cookie = cookie_of(await ask(at.port, f"/sign-in?for={HASH}"))[0]
        question = provider.asked[-1]
        expired, cancelled = "sign-in-trouble=expired", "sign-in-trouble=cancelled"
        code = provider.code("u1", question)
        assert await back(at, provider, "", question, code=code) == expired
        assert await back(at, provider, f"{cookie}x", question, code=code) == expired
        twice = {"code": code, "x": f"1&state={question.state}"}
        assert await back(at, provider, cookie, question, **twice) == expired
        denied = {"error": "access_denied", "error_description": "//evil.example"}
        assert await back(at, provider, cookie, question, **denied) == cancelled
        provider.down = True
        fragment = await back(at, provider, cookie, question, code=code)
        assert fragment == "sign-in-trouble=unreachable"
        for path, location in (
            ("/sign-in", "/#sign-in-trouble=expired"),
            ("/sign-in?for=//evil.example", "/#sign-in-trouble=expired"),
            (f"/sign-in?for={HASH}", "/#sign-in-trouble=unreachable"),
        ):
            answer = await ask(at.port, path)
            assert (answer.status, answer.headers["location"]) == (303, location)
            assert "set-cookie" not in answer.headers
        for path in ("/sign-in", "/sign-in/back"):
            assert (await ask(at.port, path, "POST")).status == 405


async def logout(at: Here, body: bytes) -> Response:
    """Tell of a logout."""
    kind = "application/x-www-form-urlencoded"
    return await ask(at.port, "/sign-in/logout", "POST", body, Content_Type=kind)


async def test_a_provider_tells_of_a_logout() -> None:
    """By the form of the standard; whoever has no token of it is told that, and learns nothing else."""
    async with (
        organisation() as (v, provider),
        here(places=SignInPlaces(v.context).places()) as at,
    ):
        device = await enter(v, provider)
        provider.disabled.add("u1")
        many = b"&".join([b"a=1"] * (FIELDS_MAX + 1))
        for body in (b"", b"logout_token=", b"other=u1+s", b"\xff", many):
            assert (await logout(at, body)).status == 400
        assert (await logout(at, b"x" * (LOGOUT_BYTES_MAX + 1))).status == 413
        assert (await ask(at.port, "/sign-in/logout")).status == 405
        assert await me(device)
        answer = await logout(at, b"logout_token=u1+session-of-u1")
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
        await v.settle()
        assert not device.client.user
        provider.down = True
        answer = await logout(at, b"logout_token=u1+x")
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")


async def test_where_no_organisation_signs_in_there_is_nothing() -> None:
    """And the page is told so."""
    async with here(built=True) as at:
        for path in ("/sign-in", "/sign-in/back", "/sign-in/logout"):
            assert (await ask(at.port, path)).status == 404
        assert json.loads((await ask(at.port, "/.well-known/chappe.json")).body)["sign_in"] is None
