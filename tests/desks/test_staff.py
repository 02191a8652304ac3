"""Staff: let in by a link and a passkey, given roles, removed; and whoever is none of them."""

import asyncio
from typing import Any

import pytest

from chappe.core.configuration import Configuration, ConfigurationError, load
from chappe.desks import staff
from chappe.desks.staff.audit import ENTRIES_DROPPED_MAX, ENTRIES_KEPT_S, ENTRIES_SHOWN_MAX
from chappe.desks.staff.challenges import (
    CHALLENGE_S,
    KeyPurpose,
    give_staff_challenge,
    is_challenge,
)
from chappe.desks.staff.links import LINK_S
from chappe.desks.staff.members import REMOVED_KEPT_S
from chappe.desks.staff.records import AuditEntry, AuditOf, StaffLink, StaffMember, StaffSession
from chappe.desks.staff.rights import roles_in
from chappe.desks.staff.sessions import SESSION_S, SESSIONS_MAX
from chappe.ports import StoreFull
from chappe.rpc import Role
from tests.features.authenticator import PRESENT, Authenticator
from tests.features.village import village
from tests.operating import operate

from .people import Colleague, answer_of, colleague, token_in


def refused(words: str = "") -> Any:
    """Expect a refusal."""
    return pytest.raises(ValueError, match=words)


@pytest.mark.parametrize("role", staff.STAFF_ROLES)
async def test_a_role_gives_the_commands_of_the_table_and_no_other(role: Role) -> None:
    """Whatever is given with them: another is refused before it is read."""
    async with village(twins=False) as v:
        somebody = await colleague(v, "Grace", role.value)
        for name in sorted(v.server.commands.names):
            said = ""
            try:
                await somebody.give(name, nonsense=1)
            except ValueError as error:
                said = str(error)
            assert said, name
            theirs = role in staff.RIGHTS.get(name, ())
            assert ("is not for your role" in said) is not theirs, (name, said)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("king", "is no role"),
        ("", "Which role"),
        ("auditor,helpdesk", "alone"),
        ("operator", "no role"),
    ],
)
def test_roles_are_of_the_list_and_an_auditor_has_no_other(given: str, words: str) -> None:
    """And nobody of the staff is the operator."""
    assert roles_in(" helpdesk , administrator") == (Role.ADMINISTRATOR, Role.HELPDESK)
    with refused(words):
        roles_in(given)


async def test_a_link_lets_one_person_in_once_and_for_an_hour() -> None:
    """Nothing of the store lets anybody in: neither its hash nor a link that was replaced."""
    async with village(twins=False) as v:
        made = await operate(v.server, "staff-add", name="Grace", roles="helpdesk")
        grace = Colleague(v, made)
        (link,) = await v.context.look(staff.STAFF_BOX).scan(StaffLink)
        assert grace.token not in repr(link)
        assert len(grace.token) * 5 >= 128  # bits, in base 32
        for wrong in (link.hashed, grace.token[:-1], "", "x" * 500):
            with refused("This link was used"):
                await staff.begin_enrolment(v.context, wrong)
        again = await operate(v.server, "staff-link", staff="grace")
        with refused("This link was used"):
            await grace.enrol()
        grace.token = token_in(again)
        began = await staff.begin_enrolment(v.context, grace.token)
        await grace.enrol(Authenticator(origin=grace.key.origin))
        with refused("This link was used"):
            await grace.enrol()
        with refused("This link was used"):  # begun before, and finished after
            answer = answer_of(Authenticator(origin=grace.key.origin).make(began["options"]))
            await staff.finish_enrolment(v.context, grace.token, answer)
        await grace.log_in()
        late = Colleague(v, await operate(v.server, "staff-add", name="Late", roles="auditor"))
        v.clock.time += LINK_S
        with refused("This link was used"):
            await late.enrol()


async def test_two_who_use_a_link_at_once_are_one_who_does() -> None:
    """The other's passkey opens nothing."""
    async with village(twins=False) as v:
        made = await operate(v.server, "staff-add", name="Grace", roles="helpdesk")
        ours, theirs = Colleague(v, made), Colleague(v, made)
        ended = await asyncio.gather(ours.enrol(), theirs.enrol(), return_exceptions=True)
        assert sorted(type(one).__name__ for one in ended) == ["NoneType", "ValueError"]
        for one, end in zip((ours, theirs), ended, strict=True):
            if end is None:
                await one.log_in()
            else:
                with refused("does not belong here"):
                    await one.log_in()


async def test_only_the_passkey_that_was_made_here_logs_in() -> None:
    """Not a stranger's, not for another page or purpose, not twice, not without its holder's finger."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        stranger = Colleague(v, {**await operate(v.server, "staff-link", staff="Grace")})
        stranger.key.handle = grace.key.handle
        with refused("does not belong here"):
            await stranger.log_in()
        grace.key.origin = "http://localhost:8443"
        with refused("own address"):
            await grace.log_in()
        grace.key.origin, grace.key.flags = stranger.key.origin, PRESENT
        with refused("does not belong here"):
            await grace.log_in()
        grace.key = Authenticator(origin=grace.key.origin)
        with refused("does not belong here"):
            await grace.log_in()
        given: Any
        for given in (None, [], {}, {"id": "x", "response": {"clientDataJSON": "!"}}, {"id": 1}):
            with refused("no answer of a passkey"):
                await staff.finish_login(v.context, given)


async def test_a_challenge_serves_once_for_its_purpose_and_for_five_minutes() -> None:
    """However often it is answered rightly, and however many are asked for."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        answer = answer_of(grace.key.sign(staff.begin_login(v.context)["options"]))
        await staff.finish_login(v.context, answer)
        with refused("does not belong here"):
            await staff.finish_login(v.context, answer)
        of_another = await staff.begin_key(v.context, await grace.visitor())
        with refused("does not belong here"):
            await staff.finish_login(v.context, answer_of(grace.key.sign(of_another["options"])))
        began = staff.begin_login(v.context)
        v.clock.time += CHALLENGE_S
        with refused("does not belong here"):
            await staff.finish_login(v.context, answer_of(grace.key.sign(began["options"])))


async def test_two_who_answer_a_challenge_at_once_are_one_who_does() -> None:
    """Both answers are right, and one of them logs in."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        answer = answer_of(grace.key.sign(staff.begin_login(v.context)["options"]))
        ended = await asyncio.gather(
            *(staff.finish_login(v.context, answer) for _ in range(2)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in ended) == ["ValueError", "str"]


async def test_nobody_is_kept_out_by_whoever_asks_for_challenges() -> None:
    """However many they ask for, and whatever they answer: nothing of it is kept."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        began = staff.begin_login(v.context)
        for _ in range(20_000):
            give_staff_challenge(v.context, KeyPurpose.LOGIN)
        mallory = Authenticator(id=grace.key.id, handle=grace.key.handle, origin=grace.key.origin)
        with refused("does not belong here"):
            await staff.finish_login(v.context, answer_of(mallory.sign(began["options"])))
        assert await staff.finish_login(v.context, answer_of(grace.key.sign(began["options"])))


@pytest.mark.parametrize(
    ("purpose", "of"), [(KeyPurpose.ADD, 0), (KeyPurpose.LOGIN, 1), (KeyPurpose.ENROL, 0)]
)
async def test_a_challenge_is_nothing_else_than_it_was_given_for(
    purpose: KeyPurpose, of: int
) -> None:
    """Nor is one that was changed, cut short, or made by another server."""
    async with village(twins=False) as v, village(twins=False) as other:
        good = give_staff_challenge(v.context, KeyPurpose.LOGIN)
        assert is_challenge(v.context, good, KeyPurpose.LOGIN)
        assert not is_challenge(v.context, good, purpose, of)
        assert not is_challenge(other.context, good, KeyPurpose.LOGIN)
        later = good[:16] + (2**63).to_bytes(8, "big") + good[24:]
        for wrong in (later, good[:-1], good + b"x", b"", bytes(40)):
            assert not is_challenge(v.context, wrong, KeyPurpose.LOGIN)


async def test_a_session_ends_after_eight_hours_and_its_cookie_is_not_kept() -> None:
    """Used or not; and an eleventh ends the oldest."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        (session,) = await v.context.look(staff.STAFF_BOX).scan(StaffSession)
        assert grace.cookie not in repr(session)
        first = grace.cookie
        for wrong in ("", session.hashed, first[:-1], first + "x", "x" * 500):
            assert await staff.visitor_of(v.context, wrong) is None
        for _ in range(SESSIONS_MAX):
            v.clock.time += 1
            await grace.log_in()
        assert await staff.visitor_of(v.context, first) is None
        v.clock.time += SESSION_S - 1
        assert await grace.visitor() is not None
        v.clock.time += 1
        assert await grace.visitor() is None
        await grace.log_in()
        assert len(await v.context.look(staff.STAFF_BOX).scan(StaffSession)) == 1
        await staff.end_session(v.context, await grace.visitor())
        assert await grace.visitor() is None


async def test_who_is_logged_in_adds_a_passkey_and_removes_another_but_not_the_last() -> None:
    """A session that began with the removed one ends."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "helpdesk")
        ada = await colleague(v, "Ada", "helpdesk")
        me, first = await grace.visitor(), grace.key
        (only,) = await staff.keys_of(v.context.look(staff.STAFF_BOX), grace.number)
        with refused("could not log in again"):
            await staff.remove_key(v.context, me, only.blind)
        began = await staff.begin_key(v.context, me)
        second = Authenticator(origin=first.origin)
        with refused("does not belong here"):  # the challenge is hers alone
            await staff.add_key(
                v.context, await ada.visitor(), answer_of(second.make(began["options"]))
            )
        began = await staff.begin_key(v.context, me)
        await staff.add_key(v.context, me, answer_of(second.make(began["options"])))
        with refused("no such passkey"):
            await staff.remove_key(v.context, await ada.visitor(), only.blind)
        await staff.remove_key(v.context, me, only.blind)
        assert await grace.visitor() is None
        with refused("not of the staff any more"):
            await staff.remove_key(v.context, me, only.blind)
        grace.key = second
        await grace.log_in()
        for _ in range(staff.KEYS_MAX - 1):
            began = await staff.begin_key(v.context, await grace.visitor())
            more = Authenticator(origin=first.origin)
            await staff.add_key(
                v.context, await grace.visitor(), answer_of(more.make(began["options"]))
            )
        with refused("are enough"):
            await staff.begin_key(v.context, await grace.visitor())


async def test_whoever_is_removed_is_out_at_once_and_what_they_do_is_refused() -> None:
    """Their session, their passkey, and a command that was on its way."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "staff-admin")
        under_way = await grace.giving()
        began = staff.begin_login(v.context)
        assert await operate(v.server, "staff-remove", staff="Grace") == {
            "name": "Grace",
            "removed": True,
        }
        assert await grace.visitor() is None
        with refused("not of the staff any more"):
            await under_way("staff-add", name="Mallory", roles="administrator")
        (noted, *_) = await operate(v.server, "audit")
        assert (noted["by"], noted["command"]) == (grace.alias, "staff-add")
        assert noted["outcome"] == "refused"
        with refused("does not belong here"):
            await staff.finish_login(v.context, answer_of(grace.key.sign(began["options"])))
        assert await operate(v.server, "staff") == []
        with refused("Nobody of the staff is Grace"):
            await operate(v.server, "staff-link", staff="Grace")
        again = await colleague(v, "Grace", "helpdesk")
        assert again.alias != grace.alias


async def test_what_was_on_its_way_is_not_done_by_who_may_not_any_more() -> None:
    """Any command, whether its giver was removed or has another role by now; nor with a role to come."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        grace = await colleague(v, "Grace", "administrator")
        under_way = await grace.giving()
        await operate(v.server, "staff-role", staff="Grace", roles="helpdesk")
        with refused("may not do that any more"):
            await under_way("erase", user=ada.id)
        with refused("may not do that any more"):  # though a helper may
            await under_way("suspend", user=ada.id, reason="spam", days=1)
        await (await grace.giving())("sessions", user=ada.id)
        under_way = await grace.giving()
        await operate(v.server, "staff-remove", staff="Grace")
        with refused("not of the staff any more"):
            await under_way("suspend", user=ada.id, reason="spam", days=1)
        assert await operate(v.server, "suspended") == []
        noted = await operate(v.server, "audit", user=ada.id)
        assert [one["outcome"] for one in noted] == ["refused", "ok", "refused", "refused"]


async def test_two_staff_who_do_the_opposite_at_once_come_one_after_the_other() -> None:
    """One of them removes the other; nothing is half done, and somebody is left who can add staff."""
    async with village(twins=False) as v:
        grace, ada = [await colleague(v, name, "staff-admin") for name in ("Grace", "Ada")]
        first, second = await grace.giving(), await ada.giving()
        ended = await asyncio.gather(
            first("staff-remove", staff="Ada"),
            second("staff-remove", staff="Grace"),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in ended) == ["ValueError", "dict"]
        (left,) = await operate(v.server, "staff")
        assert left["name"] == ("Grace" if isinstance(ended[0], dict) else "Ada")


async def test_the_page_leaves_somebody_who_can_add_staff_and_the_machine_mends_it() -> None:
    """Nobody gives themselves a role, or takes over somebody who has a passkey."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "staff-admin")
        await operate(v.server, "staff-add", name="Ada", roles="staff-admin")  # no passkey yet
        with refused("Nobody else could add staff then"):
            await grace.give("staff-remove", staff="Grace")
        with refused("Nobody gives themselves a role"):
            await grace.give("staff-role", staff=grace.alias, roles="administrator,staff-admin")
        ada = Colleague(v, await grace.give("staff-link", staff="Ada"))
        await ada.enrol()
        await ada.log_in()
        with refused("has a passkey"):
            await ada.give("staff-link", staff="Grace")
        await ada.give("staff-role", staff="Grace", roles="helpdesk")
        with refused("is not for your role"):
            await grace.give("staff")
        assert await grace.give("users") == []
        with refused("Nobody else could add staff then"):
            await ada.give("staff-remove", staff="Ada")
        # she loses her phone: a new link is made on the machine, and voids what was lost when it is used
        link = await operate(v.server, "staff-link", staff="Ada")
        assert await ada.visitor() is not None
        back = Colleague(v, link)
        await back.enrol()
        assert await ada.visitor() is None
        with refused("does not belong here"):
            await ada.log_in()
        await operate(v.server, "staff-remove", staff="Ada")
        assert [one["roles"] for one in await operate(v.server, "staff")] == ["helpdesk"]


async def test_names_are_somebodys_and_nobodys_twice() -> None:
    """Whatever letters they are written with."""
    async with village(twins=False) as v:
        await operate(v.server, "staff-add", name=" Grace  Hopper ", roles="helpdesk")
        (one,) = await operate(v.server, "staff")
        assert (one["name"], one["passkeys"], one["link"]) == ("Grace Hopper", 0, "open")
        with refused("on the staff already"):
            await operate(v.server, "staff-add", name="GRACE hopper", roles="helpdesk")
        for nobody in ("", "\u202e", "12"):
            with refused("What is their name"):
                await operate(v.server, "staff-add", name=nobody, roles="helpdesk")
        await operate(v.server, "staff-remove", staff=one["number"])
        v.clock.time += REMOVED_KEPT_S
        await operate(v.server, "staff-add", name="Grace Hopper", roles="helpdesk")
        assert len(await v.context.look(staff.STAFF_BOX).scan(StaffMember)) == 1


async def test_every_step_is_in_the_ledger_by_alias() -> None:
    """For everybody to read later: roles and keys, and no name."""
    async with village(twins=False) as v:
        grace = await colleague(v, "Grace", "staff-admin")
        await grace.give("staff-add", name="Ada", roles="helpdesk")
        await operate(v.server, "staff-role", staff="Ada", roles="auditor")
        await operate(v.server, "staff-remove", staff="Ada")
        await v.settle()
        steps = await operate(v.server, "ledger", about="staff")
        assert [(one["step"], one["by"]) for one in steps] == [
            ("added", "machine"),
            ("link", "machine"),
            ("enrolled", grace.alias),
            ("added", grace.alias),
            ("link", grace.alias),
            ("role", "machine"),
            ("removed", "machine"),
        ]
        assert "Grace" not in str(steps)
        assert "Ada" not in str(steps)
        assert steps[5]["roles"] == "auditor"


async def test_every_act_is_in_the_audit_log_and_can_be_shown_to_whom_it_was_about() -> None:
    """When, who by alias, which command, about whom, why, how it ended; the machine's too, and refusals."""
    async with village(twins=False) as v:
        claude, ada = await v.people_named("Claude", "Ada")
        grace = await colleague(v, "Grace", "helpdesk")
        await grace.give("suspend", user=claude.id, reason="spam", days=3, note="you know why")
        with refused("is not for your role"):
            await grace.give("erase", user=claude.id)
        await grace.give("end", user=ada.id)
        await operate(v.server, "suspend-end", user=claude.id)
        await operate(v.server, "erase", user=claude.id)
        rows = await operate(v.server, "audit", user=claude.id)
        assert [(r["command"], r["by"], r["reason"], r["outcome"]) for r in rows] == [
            ("erase", "machine", "", "ok"),
            ("suspend-end", "machine", "", "ok"),
            ("erase", grace.alias, "", "refused"),
            ("suspend", grace.alias, "spam", "ok"),
        ]
        assert {r["at"] for r in rows} == {int(v.clock.time)}
        every = await operate(v.server, "audit")
        assert [r["command"] for r in every][:5] == [
            "erase",
            "suspend-end",
            "end",
            "erase",
            "suspend",
        ]
        assert [r["command"] for r in every][5:] == ["staff-login", "staff-enrol", "staff-add"]
        assert "you know why" not in str(every)
        assert "Grace" not in str(every)


async def test_the_audit_log_goes_back_a_year_and_is_read_by_pages() -> None:
    """What is older goes with what is new, and so does what found it."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        for _ in range(ENTRIES_SHOWN_MAX + 2):
            await operate(v.server, "sessions", user=ada.id)
        for about in ({}, {"user": ada.id}):
            first = await operate(v.server, "audit", **about)
            rest = await operate(v.server, "audit", before=first[-1]["number"], **about)
            assert (len(first), len(rest)) == (ENTRIES_SHOWN_MAX, 2)
        v.clock.time += ENTRIES_KEPT_S
        await operate(v.server, "sessions", user=ada.id)
        look = v.context.look(staff.STAFF_BOX)
        kept = await look.scan(AuditEntry)
        assert len(kept) == ENTRIES_SHOWN_MAX + 3 - ENTRIES_DROPPED_MAX
        assert len(await look.scan(AuditOf, ada.id)) == len(kept)


async def test_where_nothing_can_be_written_staff_do_nothing_and_the_machine_goes_on() -> None:
    """An act of staff that could not be noted is not done."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        grace = await colleague(v, "Grace", "helpdesk")
        give = await grace.giving()

        async def full(*_: Any) -> None:
            raise StoreFull("The disk is full.")

        v.context.store.engine.commit = full
        with pytest.raises(StoreFull):
            await give("sessions", user=ada.id)
        assert len(await operate(v.server, "sessions", user=ada.id)) == 2
        del v.context.store.engine.commit
        assert len(await give("sessions", user=ada.id)) == 2


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"desk_host": "0.0.0.0"}, "desk_host"),
        ({"desk_url": "http://desk.example.org"}, "desk_url"),
        ({"desk_url": "https://192.0.2.7"}, "desk_url"),
        ({"desk_url": "nonsense"}, "desk_url"),
    ],
)
def test_a_page_on_which_passkeys_would_not_work_is_refused(
    settings: dict[str, Any], words: str, tmp_path: Any
) -> None:
    """They want a name, and TLS but on the machine itself."""
    with pytest.raises(ConfigurationError, match=f"`{words}`"):
        load(tmp_path, {}, settings)
    good = load(tmp_path, {}, {"desk_host": "0.0.0.0", "desk_url": "https://Desk.Example.org/"})
    assert good.desk_address == "https://desk.example.org"
    assert Configuration().desk_address == "http://localhost:8444"


async def test_without_a_page_nobody_is_added() -> None:
    """They could not use the link."""
    async with village(twins=False, desk_port=0) as v:
        with refused("`desk_port` is 0"):
            await operate(v.server, "staff-add", name="Grace", roles="helpdesk")
        assert await operate(v.server, "staff") == []
