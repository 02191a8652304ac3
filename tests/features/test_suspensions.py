"""Suspended accounts: they read, act towards nobody but who runs the server, and are told why."""

import asyncio
from typing import Any

import pytest
from tests.operating import operate

from chappe.app.slices import methods
from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts
from chappe.features.suspensions.listing import SuspendedAccount
from chappe.features.suspensions.rules import (
    DAYS_MAX,
    FILES,
    OPEN,
    SHOWN,
    TO_CONTACT,
    WORDS,
    Ground,
    may_while_frozen,
)
from chappe.rpc import Client, Frozen, Home
from chappe.tl import api, errors

from .test_passkeys import said_to
from .test_scheduled import later
from .village import START, Person, Village, village

DAY_S = 86_400


async def suspend(v: Village, who: Person, days: int = 7, **more: Any) -> Any:
    """Have the operator suspend somebody."""
    made = await operate(v.server, "suspend", user=who.id, reason="spam", days=days, **more)
    await v.wait(0)
    return made


async def freeze_of(who: Any) -> dict[str, Any]:
    """Return what an app reads of a suspension in its configuration."""
    answer = await who(api.HelpGetAppConfig(hash=0))
    found = {one.key: one.value.value for one in answer.config.value if "freeze" in one.key}
    return {key.removeprefix("freeze_"): value for key, value in found.items()}


async def refused(who: Any, request: Any) -> None:
    """Have a call refused as a suspended account's."""
    with pytest.raises(errors.FrozenMethodInvalid):
        await who(request)


def saying(who: Person, to: Any, text: str) -> Any:
    """Return the call by which somebody writes."""
    return api.MessagesSendMessage(peer=who.peer(to), message=text, random_id=who.village.number())


async def test_a_suspended_account_reads_and_writes_to_nobody() -> None:
    """On each of its devices, those too that come later; others write to it and are read."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        group = await ada.supergroup("Hall", claude)
        await suspend(v, claude, note="You wrote to 300 people whom you do not know.")
        later_device = await claude.log_in()
        for device in (claude.device, claude.listener, later_device):
            await refused(device, saying(claude, ada, "buy"))
            await refused(device, saying(claude, group, "buy"))
        await refused(claude, api.MessagesCreateChat(users=[claude.user(ada)], title="Buy"))
        await refused(claude, api.AccountUpdateProfile(first_name="Ada"))
        await refused(
            claude,
            api.MessagesSetTyping(peer=claude.peer(ada), action=api.SendMessageTypingAction()),
        )
        await ada.say(claude, "what is it?")
        assert await claude.texts(ada) == ["what is it?"]
        assert await claude(api.MessagesReadHistory(peer=claude.peer(ada), max_id=99))
        assert (await claude.dialog(ada)).unread_count == 0
        assert await ada.texts(claude) == ["what is it?"]


async def test_its_person_is_told_why_and_until_when() -> None:
    """By the service's chat, by apps' configuration, and by an update that has it read again."""
    async with village() as v:
        ada = await v.person("Ada")
        assert await freeze_of(ada) == {}
        await suspend(v, ada, note="Please call me.")
        assert len(ada.told(api.UpdateConfig)) == 1
        assert await freeze_of(ada) == {
            "since_date": START,
            "until_date": START + 7 * DAY_S,
            "appeal_url": "http://localhost:8443/",
        }
        (text,) = (t for t in await said_to(ada) if "suspended" in t)
        assert "until 2027-01-22 08:00 UTC" in text
        assert "Reason: unwanted messages to many people." in text
        assert "Please call me." in text
        assert "ask whoever runs this server" in text


async def test_it_ends_by_itself_and_all_works_again() -> None:
    """Its devices are told, and those that are here need not come again."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await suspend(v, claude, days=1)
        await v.wait(DAY_S - 1)
        await refused(claude, saying(claude, ada, "now?"))
        await v.wait(1)
        assert await claude.say(ada, "now")
        assert await freeze_of(claude) == {}
        assert "not suspended any more" in (await said_to(claude))[-1]
        assert len(claude.told(api.UpdateConfig)) == 2
        assert await operate(v.server, "suspend-end", user=claude.id) is False


async def test_who_comes_when_it_is_over_is_let_act_though_its_end_was_not_noted() -> None:
    """The record may outlive its time, where the server was away."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await suspend(v, claude, days=1)
        v.clock.time += DAY_S  # and nothing that is due was done
        claude.device.client.identified = False
        assert await claude(saying(claude, ada, "again"))
        assert await freeze_of(claude) == {}


async def test_the_operator_lifts_changes_and_lists_it() -> None:
    """A changed one ends at its own time, not at that of the one before."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        assert await operate(v.server, "suspended") == []
        await suspend(v, ada, days=1)
        await suspend(v, ada, days=3, note="Longer.")
        await suspend(v, claude, days=1)
        listed = await operate(v.server, "suspended")
        assert [(one["id"], one["until"], one["note"]) for one in listed] == [
            (ada.id, START + 3 * DAY_S, "Longer."),
            (claude.id, START + DAY_S, ""),
        ]
        assert await operate(v.server, "suspend-end", user=claude.id) is True
        await v.wait(DAY_S)
        assert [one["id"] for one in await operate(v.server, "suspended")] == [ada.id]
        await refused(ada, saying(ada, claude, "hello"))
        assert await claude.say(ada, "hello")


async def test_who_is_erased_while_suspended_is_not_listed_and_leaves_no_row() -> None:
    """Nor is one whose time is over, though nothing that is due was done."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await suspend(v, ada, days=1)
        await suspend(v, claude, days=1)
        await operate(v.server, "erase", user=ada.id)
        assert [one["id"] for one in await operate(v.server, "suspended")] == [claude.id]
        v.clock.time += DAY_S
        assert await operate(v.server, "suspended") == []
        await v.wait(0)
        assert await v.context.look(HOUSE).scan(SuspendedAccount) == []


async def test_the_ledger_says_what_was_done_and_not_to_whom() -> None:
    """Each case under a number of its own, with its reason from the list and its end."""
    async with village() as v:
        ada = await v.person("Ada")
        await suspend(v, ada, days=1, note="a secret")
        await operate(v.server, "suspend-end", user=ada.id)
        await suspend(v, ada, days=1)
        await v.wait(DAY_S)
        entries = await operate(v.server, "ledger", about="suspension")
        assert [entry["step"] for entry in entries] == ["begun", "lifted", "begun", "expired"]
        assert len({entry["case"] for entry in entries}) == 2
        assert entries[0] == {
            "at": START,
            "subject": "suspension",
            "case": entries[0]["case"],
            "step": "begun",
            "ground": "spam",
            "until": START + DAY_S,
        }
        assert str(ada.id) not in repr(entries)
        assert await operate(v.server, "ledger", about="reentry") == []


async def test_what_it_scheduled_waits_until_the_end() -> None:
    """Else everything could be written beforehand."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await later(claude, ada, "buy", START + 3_600)
        await suspend(v, claude, days=1)
        await v.wait(7_200)
        assert await ada.texts(claude) == []
        await v.wait(DAY_S)
        assert await ada.texts(claude) == ["buy"]


async def test_it_may_answer_whoever_runs_the_server_with_files_too() -> None:
    """If the operator names an account; and nobody else."""
    async with village(contact="@keeper") as v:
        keeper, ada, claude = await v.people_named("Keeper", "Ada", "Claude")
        with pytest.raises(ValueError, match="no such account"):
            await suspend(v, claude)
        await keeper(api.AccountUpdateUsername(username="keeper"))
        await suspend(v, claude)
        assert (await freeze_of(claude))["appeal_url"] == "http://localhost:8443/keeper"
        assert "write to @keeper" in (await said_to(claude))[-1]
        assert await claude.say(keeper, "It was not me.")
        assert await claude(api.UploadSaveFilePart(file_id=1, file_part=0, bytes=b"proof"))
        await refused(claude, saying(claude, ada, "It was not me."))
        with pytest.raises(ValueError, match="name another one there first"):
            await suspend(v, keeper)


async def test_without_a_contact_it_uploads_nothing() -> None:
    """Nobody is there to whom it could be sent."""
    async with village() as v:
        ada = await v.person("Ada")
        await suspend(v, ada)
        await refused(ada, api.UploadSaveFilePart(file_id=1, file_part=0, bytes=b"proof"))


async def test_who_acts_for_an_account_without_a_key_is_bound_too() -> None:
    """A gateway's client, which is there already."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        visitor = Client.of_account(claude.id, lambda _: None)
        v.server.dispatcher.clients.add(visitor)
        await suspend(v, claude)
        with pytest.raises(errors.FrozenMethodInvalid):
            await v.server.dispatcher.invoke(visitor, saying(claude, ada, "buy"))


async def test_a_device_that_is_just_looked_up_is_not_overlooked() -> None:
    """The suspension comes while the key is found out to be its."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        claude.device.client.identified = False
        asked = asyncio.ensure_future(claude(saying(claude, ada, "now")))
        await suspend(v, claude)
        try:
            await asked  # it was first
        except errors.FrozenMethodInvalid:
            pass
        await refused(claude, saying(claude, ada, "and now"))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reason": "because", "days": 1}, "is no reason: give one of spam"),
        ({"reason": "spam", "days": 0}, "give a whole number from 1 to 3650"),
        ({"reason": "spam", "days": DAYS_MAX + 1}, "give a whole number from 1 to 3650"),
        ({"reason": "spam"}, "needs `days`"),
        ({"days": 1}, "needs `reason`"),
        ({"reason": "spam", "days": 1, "user": "@nobody"}, "no account @nobody"),
        ({"reason": "spam", "days": 1, "note": "x" * 1_001}, "`note` of `suspend` is not right"),
    ],
)
async def test_what_is_no_suspension_is_refused(given: dict[str, Any], refusal: str) -> None:
    """A reason of the list and an end are needed."""
    async with village() as v:
        ada = await v.person("Ada")
        with pytest.raises(ValueError, match=refusal):
            await operate(v.server, "suspend", **{"user": ada.id, **given})
        assert await v.context.look(Owner(Kind.USER, ada.id)).get(accounts.Suspension) is None


def test_whatever_changes_something_is_refused_unless_it_is_named() -> None:
    """No method is open by default; and nothing is named that is not there."""
    served, frozen = methods(), Frozen(0)
    assert (OPEN | SHOWN | TO_CONTACT | FILES) - served.keys() == set()
    for request, method in served.items():
        changes = method.home not in (Home.NONE, Home.KEY)
        open_ = may_while_frozen(method, None, frozen)
        assert open_ == (request in OPEN if changes else request not in SHOWN), request
    assert {r for r in OPEN if served[r].home in (Home.LOG, Home.PEER)} == {
        api.ChannelsLeaveChannel,
        api.MessagesGetMessagesViews,
    }


def test_each_ground_has_words() -> None:
    """Nobody is told a word of the source."""
    assert WORDS.keys() == set(Ground)
