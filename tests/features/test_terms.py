"""Terms of use: shown to whoever signs up, accepted by it, and asked for again when they change."""

from pathlib import Path
from typing import Any

import pytest
from tests.operating import operate

from chappe.app.terms_file import terms_in_file
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.features import auth, terms
from chappe.features.terms.rules import TERMS_CHARACTERS_MAX, TermsOfUse, read_terms
from chappe.tl import api

from .test_auth_login import send
from .test_joining import come, link_of
from .village import Village, village

FIRST = "# Terms\n\nBe **kind**. See [the rules](https://school.example/rules), or https://school.example."
SECOND = FIRST + "\n\n- And be _quiet_ at night."


def post(v: Village, text: str, **more: Any) -> TermsOfUse:
    """Put terms into force, as a start does; return them."""
    made = read_terms(text, **more)
    v.context.own(terms.TERMS).terms = made
    return made


async def asked(who: Any) -> Any:
    """Return what an app is told that asks whether it has to show terms."""
    return await who(api.HelpGetTermsOfServiceUpdate())


async def test_who_signs_up_is_shown_the_terms_and_accepts_them_by_it() -> None:
    """By a number as stock apps do it; before, the same text is there for whoever asks."""
    async with village() as v:
        made = post(v, FIRST, popup=True, min_age=16)
        device = await v.stranger()
        sent = await send(device, "33612345678")
        hashed = {"phone_number": "33612345678", "phone_code_hash": sent.phone_code_hash}
        needed = await device(api.AuthSignIn(**hashed, phone_code=v.code("33612345678")))
        shown = needed.terms_of_service
        assert shown.text == made.text
        assert (shown.popup, shown.min_age_confirm) == (True, 16)
        assert (await asked(device)).terms_of_service.id.data == shown.id.data
        assert await device(api.HelpAcceptTermsOfService(id=shown.id))
        await device(api.AuthSignUp(**hashed, first_name="Ada", last_name=""))
        assert isinstance(await asked(device), api.HelpTermsOfServiceUpdateEmpty)
        (line,) = await operate(v.server, "terms")
        assert (line["first_name"], line["accepted"], line["at"]) == (
            "Ada",
            True,
            int(v.clock.now()),
        )


async def test_who_joins_by_a_link_accepts_them_too() -> None:
    """They are shown them by the same method, before anybody is logged in."""
    async with village(sign_up="invite") as v:
        made = post(v, FIRST)
        stranger = await v.stranger()
        assert (await asked(stranger)).terms_of_service.text == made.text
        ada = await come(v, await link_of(v))
        assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdateEmpty)


async def test_terms_that_changed_are_asked_for_until_they_are_accepted() -> None:
    """Of each person; other terms than those in force are not taken; both acceptances are kept."""
    async with village() as v:
        first = post(v, FIRST)
        ada, claude = await v.people_named("Ada", "Claude")
        second = post(v, SECOND)
        assert second.version != first.version
        shown = (await asked(ada)).terms_of_service
        for wrong in ("", "{}", '{"version": 5}', '{"version": "' + first.version + '"}'):
            await ada(api.HelpAcceptTermsOfService(id=api.DataJSON(data=wrong)))
            assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdate)
        v.clock.time += 60
        await ada(api.HelpAcceptTermsOfService(id=shown.id))
        v.clock.time += 60
        await ada(api.HelpAcceptTermsOfService(id=shown.id))
        assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdateEmpty)
        assert isinstance(await asked(claude), api.HelpTermsOfServiceUpdate)
        lines = {line["id"]: line for line in await operate(v.server, "terms")}
        assert lines[ada.id]["at"] == int(v.clock.now()) - 60
        (missing,) = await operate(v.server, "terms", missing=True)
        assert (missing["id"], missing["accepted"]) == (claude.id, False)
        post(v, FIRST)
        assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdateEmpty)


async def test_who_declines_them_may_delete_the_account() -> None:
    """As apps do: without a password at once, and by whoever is suspended too."""
    async with village() as v:
        ada = await v.person("Ada")
        post(v, FIRST)
        await operate(v.server, "suspend", user=ada.id, reason="spam", days=7)
        assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdate)
        await ada(api.AccountDeleteAccount(reason="Decline ToS update"))
        assert await operate(v.server, "terms") == []


async def test_where_there_are_none_nobody_is_asked() -> None:
    """And the operator is told that nobody is concerned."""
    async with village() as v:
        ada = await v.person("Ada")
        assert isinstance(await asked(ada), api.HelpTermsOfServiceUpdateEmpty)
        assert await operate(v.server, "terms") == []
        assert v.context.ask(auth.hooks.shown_at_sign_up)(v.context) is None


def test_a_text_becomes_what_apps_show() -> None:
    """Headings, lists, links, bold and italic; what is no mark stays."""
    made = read_terms(
        "# Ünder 😀 *all*\n\n* one **b**\n- [two](https://x.example/a_b_c) a_b_c 2*3*4 https://y.example"
    )
    assert made.text == "Ünder 😀 all\n\n• one b\n• two a_b_c 2*3*4 https://y.example"

    def said(entity: Any) -> str:
        wide = made.text.encode("utf-16-le")
        return wide[2 * entity[1] : 2 * (entity[1] + entity[2])].decode("utf-16-le")

    assert [(e[0].removeprefix("MessageEntity"), said(e)) for e in made.entities] == [
        ("Bold", "Ünder 😀 all"),
        ("Bold", "b"),
        ("TextUrl", "two"),
        ("Url", "https://y.example"),
    ]


def test_a_file_that_is_no_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """The server does not start with it; without the setting there are no terms."""
    assert terms_in_file(Configuration(), tmp_path) is None
    good = Configuration(terms="terms.md", terms_min_age=16, terms_popup=True)
    (tmp_path / "terms.md").write_text("\ufeff" + FIRST, "utf-8")
    read = terms_in_file(good, tmp_path)
    assert read is not None
    assert read.text.startswith("Terms\n")
    for content, why in (
        (None, "No such file or directory"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (b" \n", "it is empty"),
        (b"x" * (TERMS_CHARACTERS_MAX + 1), "it has more than"),
    ):
        (tmp_path / "terms.md").unlink(missing_ok=True)
        if content is not None:
            (tmp_path / "terms.md").write_bytes(content)
        with pytest.raises(ConfigurationError, match=f"`terms` cannot be used: {why}"):
            terms_in_file(good, tmp_path)
