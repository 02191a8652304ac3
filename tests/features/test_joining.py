"""Joining by a link: a name and nothing else, as often as the link is for, and nobody else."""

import asyncio
from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.core import HOUSE
from chappe.features import auth
from chappe.features.auth import login
from chappe.features.auth.first_link import FIRST_LINK, FIRST_LINK_S
from chappe.features.auth.invites import KEPT_S, SETTLED_S, Invite, token_of
from chappe.features.auth.rules import Asked, read_asked
from chappe.features.joining.rules import DAY_S, INVITE_DAYS
from chappe.ports import EngineError
from chappe.rpc import Call
from chappe.tl import api, errors

from .test_auth_login import enter, send
from .village import Device, Village, village

PHONE = "33612345678"
SPENT = (errors.JoinLinkUsed, errors.JoinLinkExpired, errors.JoinLinkRevoked)


async def link_of(v: Village, **more: Any) -> str:
    """Let the operator make an invite; return the token in its link."""
    made = await operate(v.server, "invite", **more)
    address, _, token = made["link"].partition("/#join=")
    assert address == "http://localhost:8443"
    return str(token)


async def ask(device: Device, token: str, phone: str = "") -> Any:
    """Ask after a link, as the client does that opened it."""
    return await send(device, f"join:{token}:{phone}" if phone else f"join:{token}")


async def name(device: Device, token: str, sent: Any, first: str = "Ada", phone: str = "") -> Any:
    """Say one's name."""
    return await device(
        api.AuthSignUp(
            phone_number=f"join:{token}:{phone}" if phone else f"join:{token}",
            phone_code_hash=sent.phone_code_hash,
            first_name=first,
            last_name="",
        )
    )


async def come(v: Village, token: str, first: str = "Ada") -> Device:
    """Join by a link, on a new device."""
    device = await v.stranger()
    await name(device, token, await ask(device, token), first)
    return device


async def me(device: Device) -> Any:
    """Return who is logged in on a device."""
    (shown,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return shown


async def turned_away(v: Village, token: str) -> type[errors.RpcError]:
    """Return how somebody new is refused; whatever they say afterwards, nobody is logged in."""
    device = await v.stranger()
    with pytest.raises(errors.RpcError) as asked:
        await ask(device, token)
    unasked = api.AuthSentCode(type=api.AuthSentCodeTypeSms(length=0), phone_code_hash="0" * 16)
    with pytest.raises(errors.RpcError):
        await name(device, token, unasked)
    with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
        await me(device)
    return asked.type


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("+33 6 12", Asked("+33 6 12")),
        ("", Asked("")),
        ("join", Asked("join")),
        ("join:", Asked("", "-")),
        ("join:abc", Asked("", "abc")),
        ("JOIN:ABC", Asked("", "abc")),
        ("join: abc ", Asked("", "abc")),
        ("join:abc:", Asked("", "abc")),
        ("join:abc:+33612", Asked("+33612", "abc")),
        ("join:abc:ada@example.org:25", Asked("ada@example.org:25", "abc")),
        ("join:" + "x" * 999, Asked("", "x" * 64)),
    ],
)
def test_what_a_client_says_in_the_place_of_a_number(given: str, asked: Asked) -> None:
    """A number, a link, or both."""
    assert read_asked(given) == asked


def test_a_token_has_no_sign_that_apps_cut_off_a_link() -> None:
    """Letters and digits, all of them small, and all of the chance."""
    tokens = {token_of(bytes([n]) * 20) for n in range(256)}
    assert len(tokens) == 256
    assert {len(token) for token in tokens} == {32}
    assert all(token.isalnum() and token == token.lower() for token in tokens)


async def test_whoever_has_a_link_needs_a_name_and_nothing_else() -> None:
    """No code is sent; the number is nobody's telephone; and the second to come finds the link used."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v)
        device = await v.stranger()
        sent = await ask(device, token)
        assert (type(sent.type), sent.type.length) == (api.AuthSentCodeTypeSms, 0)
        assert sent.next_type is None
        made = await name(device, token, sent)
        await v.settle()
        shown = await me(device)
        assert (shown.id, shown.first_name) == (made.user.id, "Ada")
        assert shown.phone.startswith("888")
        assert list(v.server.console.recent) == []
        assert await turned_away(v, token) is errors.JoinLinkUsed
        listed = await operate(v.server, "invites")
        assert listed == []


async def test_a_link_lets_in_as_many_as_it_is_for() -> None:
    """Each is somebody else; the list says how many may still come."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v, uses=3, note="the  class ")
        found = {(await me(await come(v, token, f"P{i}"))).id for i in range(2)}
        (listed,) = await operate(v.server, "invites")
        assert (listed["uses"], listed["note"], listed["phone"]) == (1, "the class", "")
        assert token not in str(listed)
        found.add((await me(await come(v, token, "P2"))).id)
        assert len(found) == 3
        assert await turned_away(v, token) is errors.JoinLinkUsed


async def test_of_two_who_race_for_the_last_use_one_comes_in() -> None:
    """Though both were told that the link is good."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v, uses=2)
        crowd = [await v.stranger() for _ in range(6)]
        sent = [await ask(device, token) for device in crowd]
        came = await asyncio.gather(
            *(name(d, token, s) for d, s in zip(crowd, sent, strict=True)), return_exceptions=True
        )
        refused = [one for one in came if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [errors.JoinLinkUsed] * 4
        assert len(await operate(v.server, "users")) == 2


async def test_each_link_that_opens_nothing_says_why() -> None:
    """Wrong, used, expired, withdrawn; and an invite that was forgotten is as if it never was."""
    async with village(sign_up="invite", twins=False) as v:
        used, late, revoked = await link_of(v), await link_of(v, days=2), await link_of(v)
        await come(v, used)
        (wrong,) = {token_of(bytes(20))}
        for one in await operate(v.server, "invites"):
            if one["expires"] - one["created"] != 2 * DAY_S:
                assert await operate(v.server, "revoke", invite=one["id"])
        await v.wait(2 * DAY_S)
        reasons = {
            wrong: errors.JoinLinkInvalid,
            "": errors.JoinLinkInvalid,
            used[:-1]: errors.JoinLinkInvalid,
            used: errors.JoinLinkUsed,
            late: errors.JoinLinkExpired,
            revoked: errors.JoinLinkRevoked,
        }
        for token, reason in reasons.items():
            assert await turned_away(v, token) is reason, token
        await v.wait(INVITE_DAYS * DAY_S + KEPT_S)
        for token in (used, late, revoked):
            assert await turned_away(v, token) is errors.JoinLinkInvalid


async def test_a_link_that_ended_since_it_was_asked_after_lets_nobody_in() -> None:
    """What counts is the moment when somebody says their name."""
    async with village(sign_up="invite", twins=False) as v:
        tokens = [await link_of(v), await link_of(v, days=1), await link_of(v, uses=2)]
        waiting = [(await v.stranger(), token) for token in tokens]
        sent = [await ask(device, token) for device, token in waiting]
        await come(v, tokens[0])
        for one in await operate(v.server, "invites"):
            if not one["phone"]:
                await operate(v.server, "revoke", invite=one["id"])
        await v.wait(DAY_S)
        for (device, token), answer, reason in zip(waiting, sent, SPENT, strict=True):
            with pytest.raises(reason):
                await name(device, token, answer)
            with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                await me(device)


async def test_a_name_alone_is_asked_for_by_whoever_asked_first() -> None:
    """What another key was answered, or nobody, is no leave; the link stays unused."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v)
        ada, eve = await v.stranger(), await v.stranger()
        sent = await ask(ada, token)
        for given in (sent, api.AuthSentCode(type=sent.type, phone_code_hash="")):
            with pytest.raises(errors.PhoneCodeExpired):
                await name(eve, token, given)
        other = await link_of(v)
        with pytest.raises(errors.PhoneCodeExpired):
            await name(ada, other, sent)
        with pytest.raises(errors.FirstnameInvalid):
            await name(ada, token, sent, " \u200b ")
        assert len(await operate(v.server, "invites")) == 2
        await name(ada, token, sent)


async def test_a_sign_up_that_fails_gives_the_use_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once; and the same person may try again with the same answer."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v)
        device = await v.stranger()
        sent = await ask(device, token)
        create = login.claim_phone

        async def fails(*given: Any) -> bool:
            raise EngineError("The disk that holds the store is full.")

        monkeypatch.setattr(login, "claim_phone", fails)
        with pytest.raises(errors.RpcError, match="STORE_UNAVAILABLE"):
            await name(device, token, sent)
        v.bugs.clear()
        monkeypatch.setattr(login, "claim_phone", create)
        await name(device, token, sent)
        assert (await me(device)).first_name == "Ada"
        assert await turned_away(v, token) is errors.JoinLinkUsed
        await v.wait(SETTLED_S)
        assert await turned_away(v, token) is errors.JoinLinkUsed


async def test_a_sign_up_that_a_crash_cut_off_gives_the_use_back() -> None:
    """After some time, since nobody is left to do it at once."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v)
        (listed,) = await v.context.look(HOUSE).scan(Invite)
        device = await v.stranger()
        await ask(device, token)
        await auth.invites.let_in(Call(v.context, device.client), listed.blind)
        assert await turned_away(v, token) is errors.JoinLinkUsed
        await v.wait(SETTLED_S)
        await come(v, token)


async def test_whoever_tries_links_waits_and_whoever_has_one_does_not() -> None:
    """Tokens that are none cost the address they come from; those that are cost nothing."""
    async with village(sign_up="invite", rate_scale=1.0, twins=False) as v:
        token = await link_of(v, uses=200)
        for number in range(20):
            device = await v.stranger()
            device.client.address = "192.0.2.1"
            with pytest.raises(errors.JoinLinkInvalid):
                await ask(device, token_of(bytes([number]) * 20))
        device = await v.stranger()
        device.client.address = "192.0.2.1"
        with pytest.raises(errors.FloodWait):
            await ask(device, token_of(b"x" * 20))
        for number in range(100):  # a school behind one address, which the guesser is not
            one = await v.stranger()
            one.client.address = "192.0.2.2"
            await name(one, token, await ask(one, token), f"P{number}")
        assert len(await operate(v.server, "users")) == 100


async def test_where_the_operator_asks_for_more_a_name_is_not_enough() -> None:
    """The link lets in who proves a number besides, and nobody who does not."""
    async with village(sign_up="invite", join_by_name=False, twins=False) as v:
        token = await link_of(v)
        assert await turned_away(v, token) is errors.JoinNumberNeeded
        device = await v.stranger()
        sent = await ask(device, token, PHONE)
        with pytest.raises(errors.PhoneCodeExpired):
            await name(device, token, sent, phone=PHONE)
        await enter(device, sent, v.code(PHONE), f"join:{token}:{PHONE}")
        with pytest.raises(errors.SignupClosed):
            await device(
                api.AuthSignUp(
                    phone_number=PHONE,
                    phone_code_hash=sent.phone_code_hash,
                    first_name="Ada",
                    last_name="",
                )
            )
        await name(device, token, sent, phone=PHONE)
        assert (await me(device)).phone == PHONE
        other = await v.stranger()
        with pytest.raises(errors.JoinLinkUsed):
            await ask(other, token, "33698765432")


async def test_a_closed_server_lets_nobody_in_by_a_link() -> None:
    """Nor by one from before it was closed."""
    async with village(sign_up="invite", twins=False) as v:
        token = await link_of(v)
        device = await v.stranger()
        sent = await ask(device, token)
        v.context.config = msgspec.structs.replace(v.context.config, sign_up="closed")
        with pytest.raises(errors.SignupClosed):
            await name(device, token, sent)
        assert await turned_away(v, token) is errors.SignupClosed
        with pytest.raises(ValueError, match="Sign-up is closed"):
            await operate(v.server, "invite")


async def test_an_invite_has_two_faces_and_one_use() -> None:
    """Who comes by the number that was handed out with a link uses the link up, and the other way round."""
    async with village(sign_up="invite", twins=False) as v:
        first = await operate(v.server, "invite")
        second = await operate(v.server, "invite")
        guest = await v.stranger()
        sent = await send(guest, first["phone"])
        await enter(guest, sent, first["code"], first["phone"])
        await guest(
            api.AuthSignUp(
                phone_number=first["phone"],
                phone_code_hash=sent.phone_code_hash,
                first_name="Guest",
                last_name="",
            )
        )
        assert await turned_away(v, first["link"].partition("=")[2]) is errors.JoinLinkUsed
        by_link = await come(v, second["link"].partition("=")[2])
        assert (await me(by_link)).phone not in (first["phone"], second["phone"])
        late = await v.stranger()
        sent = await send(late, second["phone"])
        await enter(late, sent, second["code"], second["phone"])
        with pytest.raises(errors.SignupClosed):
            await late(
                api.AuthSignUp(
                    phone_number=second["phone"],
                    phone_code_hash=sent.phone_code_hash,
                    first_name="Late",
                    last_name="",
                )
            )


async def test_a_number_invited_again_does_not_open_the_old_link() -> None:
    """The link was withdrawn with its invite, and another invite to its number is another invite."""
    async with village(sign_up="invite", twins=False) as v:
        made = await operate(v.server, "invite")
        assert await operate(v.server, "revoke", invite=made["phone"])
        assert not await operate(v.server, "revoke", invite=made["phone"])
        await operate(v.server, "invite", phone=made["phone"])
        assert await turned_away(v, made["link"].partition("=")[2]) is errors.JoinLinkInvalid


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"phone": PHONE, "uses": 2}, "one person's"),
        ({"phone": "tomorrow"}, "no phone number"),
        ({"uses": 0}, "not right"),
        ({"uses": 10_001}, "not right"),
        ({"days": 0}, "not right"),
        ({"days": 367}, "not right"),
        ({"uses": "many"}, "not right"),
    ],
)
async def test_an_invite_that_cannot_be_is_not_made(given: Any, word: str) -> None:
    """The operator is told why."""
    async with village(twins=False) as v:
        with pytest.raises(ValueError, match=word):
            await operate(v.server, "invite", **given)
        assert await operate(v.server, "invites") == []


async def test_whose_answer_was_lost_joins_once() -> None:
    """Their client says the name again: it is told the same, and nobody else comes of it."""
    async with village(sign_up="invite", twins=False) as v:
        for token in (await auth.offer_first_link(v.context), await link_of(v, uses=3)):
            people = len(await operate(v.server, "users"))
            device = await v.stranger()
            sent = await ask(device, token)
            first = await name(device, token, sent)
            again = await name(device, token, sent, "Another")
            assert (again.user.id, again.user.first_name) == (first.user.id, "Ada")
            assert len(await operate(v.server, "users")) == people + 1
        (listed,) = await operate(v.server, "invites")
        assert listed["uses"] == 2
        await device(api.AuthLogOut())
        device.reconnect()
        other = await name(device, token, await ask(device, token), "Other")  # at the same machine
        assert other.user.id != first.user.id


# -- the first person -------------------------------------------------------------------------------


async def test_the_first_person_comes_by_a_link_of_their_own() -> None:
    """Once; whoever comes after them is told that it was used. They have no more rights than anybody."""
    async with village(sign_up="invite", twins=False) as v:
        token = await auth.offer_first_link(v.context)
        ada, eve = await v.stranger(), await v.stranger()
        sent, answer = await ask(ada, token), await ask(eve, token)
        with pytest.raises(errors.FirstnameInvalid):
            await name(ada, token, sent, " ")
        await name(ada, token, sent)
        with pytest.raises(errors.JoinLinkUsed):
            await name(eve, token, answer)
        assert await turned_away(v, token) is errors.JoinLinkUsed
        assert await auth.offer_first_link(v.context) == ""
        (listed,) = await operate(v.server, "users")
        assert (listed["first_name"], listed["bot"]) == ("Ada", False)


async def test_of_two_who_race_to_be_first_one_is() -> None:
    """Though both asked while nobody was here."""
    async with village(twins=False) as v:
        token = await auth.offer_first_link(v.context)
        crowd = [await v.stranger() for _ in range(5)]
        sent = [await ask(device, token) for device in crowd]
        came = await asyncio.gather(
            *(name(d, token, s) for d, s in zip(crowd, sent, strict=True)), return_exceptions=True
        )
        refused = [type(one) for one in came if isinstance(one, BaseException)]
        assert refused == [errors.JoinLinkUsed] * 4


async def test_the_first_link_is_void_once_anybody_is_here() -> None:
    """However they came, and whether or not they are still here."""
    async with village(twins=False) as v:
        token = await auth.offer_first_link(v.context)
        waiting = await v.stranger()
        sent = await ask(waiting, token)
        ada = await v.person("Ada")
        with pytest.raises(errors.JoinLinkUsed):
            await name(waiting, token, sent)
        assert await turned_away(v, token) is errors.JoinLinkUsed
        await ada(api.AccountDeleteAccount(reason="enough"))
        await v.settle()
        assert await turned_away(v, token) is errors.JoinLinkUsed
        assert await auth.offer_first_link(v.context) == ""


async def test_the_first_link_is_good_for_a_quarter_of_an_hour() -> None:
    """And a server that was started again knows nothing of it."""
    async with village(twins=False) as v:
        token = await auth.offer_first_link(v.context)
        device = await v.stranger()
        sent = await ask(device, token)
        v.clock.time += FIRST_LINK_S
        with pytest.raises(errors.JoinLinkExpired):
            await name(device, token, sent)
        fresh = await auth.offer_first_link(v.context)
        assert await turned_away(v, token) is errors.JoinLinkInvalid
        v.context.give(FIRST_LINK, type(v.context.own(FIRST_LINK))())  # as after a restart
        assert await turned_away(v, fresh) is errors.JoinLinkInvalid


async def test_a_first_person_who_fails_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is theirs until somebody is here."""
    async with village(twins=False) as v:
        token = await auth.offer_first_link(v.context)
        device = await v.stranger()
        sent = await ask(device, token)

        async def fails(*given: Any) -> bool:
            raise EngineError("The disk that holds the store is full.")

        with monkeypatch.context() as patched:
            patched.setattr(login, "claim_phone", fails)
            with pytest.raises(errors.RpcError, match="STORE_UNAVAILABLE"):
                await name(device, token, sent)
        v.bugs.clear()
        await name(device, token, sent)


async def test_a_first_person_whom_the_disk_refuses_may_try_again() -> None:
    """Before anything is kept of them."""
    async with village(twins=False) as v:
        token = await auth.offer_first_link(v.context)
        device = await v.stranger()
        sent = await ask(device, token)
        with pytest.MonkeyPatch.context() as patched:

            async def fails(*given: Any) -> int:
                raise EngineError("The disk that holds the store is full.")

            patched.setattr(auth.signing_up, "let_in", fails)
            with pytest.raises(errors.RpcError, match="STORE_UNAVAILABLE"):
                await name(device, token, sent)
        v.bugs.clear()
        await name(device, token, sent)


async def test_where_nobody_may_join_there_is_no_first_link() -> None:
    """The operator said so."""
    async with village(sign_up="closed", twins=False) as v:
        assert await auth.offer_first_link(v.context) == ""


async def test_an_invite_is_withdrawn_by_its_id_or_its_number_and_no_other() -> None:
    """Also where a number looks like an id, as eight digits do."""
    async with village(sign_up="invite", twins=False) as v:
        await operate(v.server, "invite", phone="12345678")
        await operate(v.server, "invite", phone="12345679")
        assert await operate(v.server, "revoke", invite="12345678")
        (left,) = await operate(v.server, "invites")
        assert left["phone"] == "12345679"
        assert not await operate(v.server, "revoke", invite="0" * 8)
        for none in ("", " ", "nobody", "%"):
            with pytest.raises(ValueError, match="no phone number"):
                await operate(v.server, "revoke", invite=none)
        assert await operate(v.server, "revoke", invite=left["id"].upper())
