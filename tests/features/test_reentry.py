"""Re-entry: the operator's link for who lost every device, which the account's devices may refuse."""

import asyncio
import itertools
from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.core import HOUSE, Kind, Owner
from chappe.features.accounts import find_owner
from chappe.features.auth.sessions import FRESH_S
from chappe.features.ledger import LedgerEntry, entries
from chappe.features.ledger.entries import ENTRIES_KEPT_S
from chappe.features.reentry import end_restored_sessions
from chappe.features.reentry.links import OpenReentry, find_reentry
from chappe.features.reentry.records import Reentry
from chappe.features.reentry.rules import (
    BEGIN_WITHIN_S,
    ENDED_KEPT_S,
    ENTER_WITHIN_S,
    HOUR_S,
    Stage,
    WaysIn,
    lets_in,
    stage_of,
    wait_of,
)
from chappe.tl import api, errors

from .authenticator import Authenticator
from .mailbox import mailbox
from .test_auth_password import proof, set_password, settings
from .test_auth_sessions import me, sessions
from .test_code_delivery import ADDRESS, addressed, smtp
from .test_passkeys import register, said_to
from .test_reentry_by_code import come_in, make
from .village import Device, Person, Village, village

DAY_S = 86_400
NOW = 1_800_000_000
ANONYMOUS = "88812345678"
HANDLERS = "chappe.features.reentry.handlers"


async def link_for(v: Village, who: Any) -> str:
    """Have the operator make a link; return the token in it."""
    made = await operate(v.server, "reentry", user=who.id)
    await v.wait(0)
    address, _, token = made["link"].partition("/#reentry=")
    assert address == "http://localhost:8443"
    return f"reentry:{token}"


async def found(v: Village, token: str) -> Any:
    """Return into whose account a link would lead, if it did."""
    return await find_owner(v.context, "reentry", token.partition(":")[2])


async def opened(v: Village, token: str) -> Device:
    """Open a link that has to wait; return the device it was opened on."""
    device = await v.stranger()
    with pytest.raises(errors.TwoFaConfirmWait):
        await come_in(device, token)
    await v.wait(0)
    return device


async def steps(v: Village) -> list[str]:
    """Return what is noted of all re-entries, the newest last."""
    await v.settle()
    return [step["step"] for step in await operate(v.server, "ledger")]


async def listed_link(who: Any) -> Any:
    """Return the link into somebody's account as their devices list it; None if they list none."""
    found = [s for s in await sessions(who) if s.device_model.startswith("Re-entry")]
    return found[0] if found else None


async def alone(v: Village, phone: str = ANONYMOUS) -> Person:
    """Return somebody who has nothing left: a number that does not ring, and no device."""
    ada = await v.person("Ada", phone=phone)
    await ada.listener(api.AuthLogOut())
    await ada(api.AuthLogOut())
    return ada


async def test_a_link_waits_a_day_and_lets_one_device_in() -> None:
    """The devices hear of each step; nothing of theirs ends; whoever comes second finds it void."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        assert "has made a link" in (await said_to(ada))[-1]
        device = await v.stranger()
        with pytest.raises(errors.TwoFaConfirmWait) as waits:
            await come_in(device, token)
        assert waits.value.token.endswith(f"_{DAY_S}")
        await v.wait(0)
        assert "was opened" in (await said_to(ada))[-1]
        v.clock.time += DAY_S - 1
        with pytest.raises(errors.TwoFaConfirmWait) as waits:
            await come_in(device, token)
        assert waits.value.token.endswith("_1")
        assert device.client.user is None
        v.clock.time += 1
        answer = await come_in(device, token)
        assert answer.user.id == ada.id == await me(device)
        await v.wait(0)
        texts = await said_to(ada)
        assert any("by a re-entry link of the operator" in text for text in texts)
        assert "void now" in texts[-1]
        assert await me(ada.listener) == ada.id
        assert len(await sessions(ada)) == 3
        other = await v.stranger()
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(other, token)
        assert await steps(v) == ["made", "opened", "used"]
        await v.wait(7 * DAY_S)
        assert await steps(v) == ["made", "opened", "used"]
        assert await found(v, token) is None


async def test_only_one_of_two_at_once_comes_in() -> None:
    """Whoever else has the link: it is used up in the change that lets somebody in."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        await opened(v, token)
        v.clock.time += DAY_S
        devices = [await v.stranger() for _ in range(4)]
        done = await asyncio.gather(*(come_in(d, token) for d in devices), return_exceptions=True)
        assert sum(isinstance(one, api.AuthAuthorization) for one in done) == 1
        assert sum(isinstance(one, errors.WebauthTokenExpired) for one in done) == 3
        assert sum(d.client.user is not None for d in devices) == 1


@pytest.mark.parametrize("meanwhile", ["replaced", "refused", "a device came"])
async def test_what_happens_to_a_link_while_it_is_looked_at_counts(
    meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once more in the change that lets somebody in."""
    async with village(twins=False) as v:
        ada = await (alone(v) if meanwhile == "a device came" else v.person("Ada"))
        token = await link_for(v, ada)
        if meanwhile != "a device came":
            await opened(v, token)
            v.clock.time += DAY_S

        async def happens() -> None:
            if meanwhile == "a device came":
                await ada.log_in()
                monkeypatch.setattr(f"{HANDLERS}.wait_of", lambda *_: 0)  # as it was a moment ago
                return
            await operate(v.server, "reentry-cancel", user=ada.id)
            if meanwhile == "replaced":  # by one that may come in at once
                await operate(v.server, "reentry", user=ada.id)
                shown = (await listed_link(ada)).hash
                await ada(api.AccountChangeAuthorizationSettings(hash=shown, confirmed=True))

        async def find_slowly(context: Any, token: str) -> Any:
            link = await find_reentry(context, token)
            await asyncio.create_task(happens())  # no part of the call that looks
            return link

        monkeypatch.setattr(f"{HANDLERS}.find_reentry", find_slowly)
        device = await v.stranger()
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(device, token)
        assert device.client.user is None
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await me(device)
        assert "used" not in await steps(v)


async def test_a_wait_begins_once() -> None:
    """Who opens a link again, or late, does not begin it anew."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        await opened(v, token)
        owner = Owner(Kind.USER, ada.id)
        before = await v.context.look(owner).get(Reentry)
        v.clock.time += HOUR_S
        for number in (before.number, before.number + 1):
            async with v.context.change(owner) as change:
                await OpenReentry(number=number, wait_s=0).apply(change, v.context)
        assert await v.context.look(owner).get(Reentry) == before
        assert await steps(v) == ["made", "opened"]


async def test_any_device_refuses_it_as_it_ends_a_session() -> None:
    """By the hash of its own line in the list: before it is opened, and while it waits, and even after."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        for act in ("made", "opened", "ready"):
            token = await link_for(v, ada)
            shown = await listed_link(ada)
            assert (shown.unconfirmed, shown.current) == (True, False)
            device = await v.stranger() if act == "made" else await opened(v, token)
            v.clock.time += DAY_S if act == "ready" else 60
            with pytest.raises(errors.HashInvalid):
                await eve(api.AccountResetAuthorization(hash=shown.hash))
            assert await ada.listener(api.AccountResetAuthorization(hash=shown.hash))
            await v.wait(0)
            assert "has refused" in (await said_to(ada))[-1]
            assert await listed_link(ada) is None
            with pytest.raises(errors.WebauthTokenExpired):
                await come_in(device, token)
            assert device.client.user is None
            with pytest.raises(errors.HashInvalid):
                await ada(api.AccountResetAuthorization(hash=shown.hash))
            v.clock.time += 2 * DAY_S
        assert (await steps(v)).count("refused") == 3
        assert len(await sessions(ada)) == 2


async def test_apps_show_it_as_a_login_nobody_has_confirmed() -> None:
    """So that theirs ask at once whether it was oneself; once it is settled they are told that too."""
    async with village() as v:
        ada = await v.person("Ada")
        await link_for(v, ada)
        shown = await listed_link(ada)
        (told,) = ada.told(api.UpdateNewAuthorization)
        assert (told.unconfirmed, told.hash) == (True, shown.hash)
        assert str(told.device).startswith("Re-entry link")
        await ada(api.AccountResetAuthorization(hash=shown.hash))
        await v.settle()
        assert not ada.told(api.UpdateNewAuthorization)[-1].unconfirmed
        assert ada.told(api.UpdateNewAuthorization)[-1].hash == shown.hash


async def test_a_device_that_knows_its_person_lets_them_in_at_once() -> None:
    """By "it was me"; one that came by itself a moment ago may not say so, only refuse."""
    async with village() as v:
        ada = await v.person("Ada")
        v.clock.time += 7 * FRESH_S
        fresh = await ada.log_in()
        token = await link_for(v, ada)
        shown = await listed_link(ada)
        confirm = api.AccountChangeAuthorizationSettings(hash=shown.hash, confirmed=True)
        with pytest.raises(errors.FreshResetAuthorisationForbidden):
            await fresh(confirm)
        device = await opened(v, token)
        assert await ada(confirm)
        assert await ada(confirm)
        await v.wait(0)
        assert "has confirmed" in (await said_to(ada))[-1]
        assert not (await listed_link(ada)).unconfirmed
        assert (await come_in(device, token)).user.id == ada.id
        assert await steps(v) == ["made", "opened", "confirmed", "used"]
        with pytest.raises(errors.HashInvalid):
            await ada(confirm)


async def test_it_may_be_confirmed_before_it_is_opened_and_still_refused() -> None:
    """Then nobody waits; until somebody comes in any device may think better of it."""
    async with village() as v:
        ada = await v.person("Ada")
        for refused in (True, False):
            token = await link_for(v, ada)
            shown = await listed_link(ada)
            assert await ada(
                api.AccountChangeAuthorizationSettings(hash=shown.hash, confirmed=True)
            )
            device = await v.stranger()
            if refused:
                assert await ada.listener(api.AccountResetAuthorization(hash=shown.hash))
                with pytest.raises(errors.WebauthTokenExpired):
                    await come_in(device, token)
            else:
                assert await come_in(device, token)


async def test_who_ends_all_others_refuses_the_link_too() -> None:
    """It is one more way in that is not theirs."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        assert await ada(api.AuthResetAuthorizations())
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(await v.stranger(), token)
        assert await steps(v) == ["made", "refused"]


async def test_a_link_is_over_when_nobody_opens_it_or_uses_it_in_time() -> None:
    """It is said, nothing is listed any more, and the operator may make another."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        with pytest.raises(ValueError, match="already"):
            await operate(v.server, "reentry", user=ada.id)
        await v.wait(BEGIN_WITHIN_S)
        assert "not used in time" in (await said_to(ada))[-1]
        assert await listed_link(ada) is None
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(await v.stranger(), token)
        token = await link_for(v, ada)
        device = await opened(v, token)
        await v.wait(DAY_S)
        assert await listed_link(ada)
        v.clock.time += ENTER_WITHIN_S
        assert await listed_link(ada) is None  # also before the job has run
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(device, token)
        await v.wait(0)
        assert await steps(v) == ["made", "expired", "made", "opened", "expired"]
        assert await v.context.look(Owner(Kind.USER, ada.id)).get(Reentry) is None
        assert await found(v, token) is None


async def test_whoever_has_nothing_at_all_left_waits_for_nobody() -> None:
    """And reads afterwards what was done."""
    async with village(twins=False) as v:
        ada = await alone(v)
        made = await operate(v.server, "reentry", user=ada.id)
        assert made["waits_hours"] == 0
        token = "reentry:" + made["link"].partition("=")[2]
        ada.device = await v.stranger()
        assert (await come_in(ada.device, token)).user.id == ada.id
        await v.wait(0)
        texts = await said_to(ada)
        assert any("has made a link" in text for text in texts)
        assert any("by a re-entry link of the operator" in text for text in texts)
        assert await steps(v) == ["made", "used"]


@pytest.mark.parametrize("left", ["number", "device", "passkey", "code", "ended", "later"])
async def test_whatever_is_left_is_waited_for(left: str) -> None:
    """A number that rings, a device, a key; a device the operator has just ended, or that came since."""
    async with village(twins=False) as v:
        ada = await v.person("Ada", phone="33612345678" if left == "number" else ANONYMOUS)
        if left == "passkey":
            await register(ada, Authenticator())
        if left == "code":
            await make(ada)
        if left == "ended":
            assert await operate(v.server, "end", user=ada.id) == 2
        elif left != "device":
            await ada.listener(api.AuthLogOut())
            await ada(api.AuthLogOut())
        made = await operate(v.server, "reentry", user=ada.id)
        assert made["waits_hours"] == (0 if left == "later" else 24)
        token = "reentry:" + made["link"].partition("=")[2]
        if left == "later":
            await ada.log_in()
        await opened(v, token)
        if left == "ended":
            await operate(v.server, "reentry-cancel", user=ada.id)
            v.clock.time += ENDED_KEPT_S
            assert (await operate(v.server, "reentry", user=ada.id))["waits_hours"] == 0


async def test_a_password_is_owed_after_the_link_too() -> None:
    """An operator who lets themselves in still does not know it."""
    async with village(twins=False) as v:
        ada = await v.person("Ada", phone=ANONYMOUS)
        await set_password(ada, settings())
        await ada.listener(api.AuthLogOut())
        await ada(api.AuthLogOut())
        token = await link_for(v, ada)
        device = await v.stranger()
        with pytest.raises(errors.SessionPasswordNeeded):
            await come_in(device, token)
        with pytest.raises(errors.RpcError, match="SESSION_PASSWORD_NEEDED"):
            await me(device)
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(await v.stranger(), token)
        await device(api.AuthCheckPassword(password=await proof(device)))
        assert await me(device) == ada.id
        assert await steps(v) == ["made", "used"]


async def test_it_is_told_by_mail_where_codes_go_there() -> None:
    """Somebody whose devices are all lost still hears of it; and is waited for."""
    async with mailbox() as box, village(codes_smtp=smtp(box), twins=False) as v:
        ada = await addressed(v, box)
        await ada.listener(api.AuthLogOut())
        await ada(api.AuthLogOut())
        box.mails.clear()
        token = await link_for(v, ada)
        await opened(v, token)
        told = [m for m in box.mails if m["To"] == ADDRESS]
        assert [m["Subject"] for m in told] == ["A way into your account"] * 2
        texts = [" ".join(str(m.get_payload()).split()) for m in told]
        assert "has made a link" in texts[0]
        assert "was opened" in texts[1]
        box.refuses = True
        await operate(v.server, "reentry-cancel", user=ada.id)
        await v.wait(0)  # a mail that cannot be sent holds nothing up
        assert await steps(v) == ["made", "opened", "cancelled"]


async def test_the_operator_or_whoever_has_it_withdraws_it() -> None:
    """Nobody else: a token that is none is nothing."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        assert await operate(v.server, "reentry-cancel", user=ada.id)
        assert not await operate(v.server, "reentry-cancel", user=ada.id)
        await v.wait(0)
        assert "withdrawn" in (await said_to(ada))[-1]
        again = await link_for(v, ada)
        device = await v.stranger()
        for wrong in (token, "reentry:x", "reentry:", "recovery:x", "x"):
            with pytest.raises(errors.WebauthTokenExpired):
                await device(api.AuthCancelWebTokenAuthorization(web_auth_token=wrong))
        assert await device(api.AuthCancelWebTokenAuthorization(web_auth_token=again))
        await v.settle()
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(device, again)
        assert await steps(v) == ["made", "cancelled"] * 2


async def test_a_token_is_one_accounts_and_no_other_thing_is_one() -> None:
    """Cut, longer, of another's link, of another kind."""
    async with village() as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        device = await v.stranger()
        for wrong in (token[:-1], token + "0", "reentry:", "reentry:é", "reentry:" + "0" * 48):
            with pytest.raises(errors.WebauthTokenExpired):
                await come_in(device, wrong)
        with pytest.raises(errors.CodeInvalid):
            await come_in(device, token.replace("reentry", "recovery"))
        assert await steps(v) == ["made"]


async def test_an_account_that_ends_takes_its_link_along() -> None:
    """And there is none into an account that is gone, or was never there."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        assert await ada(api.AccountDeleteAccount(reason=""))
        assert await found(v, token) is None
        with pytest.raises(errors.WebauthTokenExpired):
            await come_in(await v.stranger(), token)
        for nobody in (ada.id, 12345, "@nobody"):
            with pytest.raises(ValueError, match="no account"):
                await operate(v.server, "reentry", user=nobody)
            with pytest.raises(ValueError, match="no account"):
                await operate(v.server, "reentry-cancel", user=nobody)
        await v.wait(2 * DAY_S)
        assert await v.context.look(Owner(Kind.USER, ada.id)).scan(Reentry) == []


async def test_links_are_made_at_once_for_everybody_who_is_lost() -> None:
    """For nobody else, and once: after a restore, say."""
    async with village(twins=False) as v:
        lost = [await alone(v, f"8881111111{n}") for n in range(3)]
        await v.person("Grace", phone="88822222222")  # has her devices
        await alone(v, "33612345679")  # has a number that rings
        gone = await v.person("Eve", phone="88833333333")
        await gone(api.AccountDeleteAccount(reason=""))
        made = await operate(v.server, "reentry-lost")
        assert {one["id"] for one in made} == {p.id for p in lost}
        assert len({one["link"] for one in made}) == 3
        assert await operate(v.server, "reentry-lost") == []
        device = await v.stranger()
        token = "reentry:" + made[0]["link"].partition("=")[2]
        assert (await come_in(device, token)).user.id == made[0]["id"]


async def test_what_is_noted_says_nobodys_account_and_is_dropped_after_a_year(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A number at random for each case; the operator reads what was done, not with whom."""
    monkeypatch.setattr(entries, "DROP_EVERY", 1)
    async with village() as v:
        ada = await v.person("Ada")
        await link_for(v, ada)
        (step,) = await operate(v.server, "ledger")
        assert step.keys() == {"at", "subject", "case", "step"}
        assert step["case"] != ada.id
        await operate(v.server, "reentry-cancel", user=ada.id)
        await v.wait(0)
        cases = {one["case"] for one in await operate(v.server, "ledger")}
        assert cases == {step["case"]}
        v.clock.time += ENTRIES_KEPT_S
        await link_for(v, ada)
        kept = await v.context.look(HOUSE).scan(LedgerEntry)
        assert [one.step for one in kept] == ["made"]


async def test_the_wait_is_the_operators_to_choose_within_bounds() -> None:
    """Not nothing: a setting that lets nobody object would be a way in for the operator."""
    async with village(reentry_wait_hours=48) as v:
        ada = await v.person("Ada")
        token = await link_for(v, ada)
        await opened(v, token)
        v.clock.time += 48 * HOUR_S - 1
        with pytest.raises(errors.TwoFaConfirmWait):
            await come_in(await v.stranger(), token)


@pytest.mark.parametrize("left", ["nothing", "number", "passkey", "code"])
async def test_a_restore_logs_out_whoever_can_come_back(left: str) -> None:
    """Who has nothing but their devices stays on them, and is told why; the others find both logged out."""
    async with village(twins=False) as v:
        ada = await v.person("Ada", phone="33612345678" if left == "number" else ANONYMOUS)
        if left == "passkey":
            await register(ada, Authenticator())
        if left == "code":
            await make(ada)
        stay = left == "nothing"
        for _ in range(2):  # a start that was cut short is made again
            assert await end_restored_sessions(v.context, spare=True) == stay
        for device in ada.devices:
            device.client.identified = False
            if stay:
                assert await me(device) == ada.id
            else:
                with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                    await me(device)
        await v.wait(0)
        if stay:
            assert "restored from a backup" in (await said_to(ada))[-1]


async def test_a_restore_that_logs_everybody_out_leaves_links_to_be_made() -> None:
    """For whoever has nothing else then; nobody is waited for."""
    async with village(twins=False) as v:
        ada = await v.person("Ada", phone=ANONYMOUS)
        await v.person("Grace")
        assert await end_restored_sessions(v.context, spare=False) == 0
        (made,) = await operate(v.server, "reentry-lost")
        assert (made["id"], made["waits_hours"]) == (ada.id, 0)
        device = await v.stranger()
        token = "reentry:" + made["link"].partition("=")[2]
        assert (await come_in(device, token)).user.id == ada.id


def test_nobody_is_let_in_before_the_moment_nor_after_the_last() -> None:
    """Each way a link may stand, second by second around its edges, whoever has something left or nothing."""
    made = Reentry(number=1, blind="", made=NOW, begin_by=NOW + BEGIN_WITHIN_S)
    seen = [
        (made, NOW, Stage.MADE),
        (made, NOW + BEGIN_WITHIN_S - 1, Stage.MADE),
        (made, NOW + BEGIN_WITHIN_S, Stage.OVER),
    ]
    for wait_s, confirmed in itertools.product((0, 1, DAY_S), (False, True)):
        entry = msgspec.structs.replace(made, opened=NOW, wait_s=wait_s, confirmed=confirmed)
        ready = NOW if confirmed else NOW + wait_s
        seen += [
            (entry, ready, Stage.OPEN),
            (entry, ready + ENTER_WITHIN_S - 1, Stage.OPEN),
            (entry, ready + ENTER_WITHIN_S, Stage.OVER),
        ]
        if ready > NOW:
            seen += [(entry, NOW, Stage.WAITING), (entry, ready - 1, Stage.WAITING)]
    for entry, now, stage in seen:
        assert stage_of(entry, now) is stage
        for ways in (WaysIn(0, 0, 0), WaysIn(1, 0, 0), WaysIn(0, 1, 0)):
            nobody_to_wait_for = stage is Stage.MADE and ways.are_none
            assert lets_in(entry, ways, DAY_S, now) == (stage is Stage.OPEN or nobody_to_wait_for)


def test_ending_sessions_does_not_shorten_the_wait() -> None:
    """For a week; other ways in count whatever the operator does."""
    now = NOW
    assert wait_of(WaysIn(0, 0, 0), DAY_S, now) == 0
    assert wait_of(WaysIn(0, 0, now), DAY_S, now) == DAY_S
    assert wait_of(WaysIn(0, 0, now - ENDED_KEPT_S + 1), DAY_S, now) == DAY_S
    assert wait_of(WaysIn(0, 0, now - ENDED_KEPT_S), DAY_S, now) == 0
    assert wait_of(WaysIn(1, 0, 0), DAY_S, now) == wait_of(WaysIn(0, 1, 0), DAY_S, now) == DAY_S
