"""The public log of a server: each step is in it once, whatever was ended or put back; the site serves it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chappe.app.public_log import PublicLogWriter, log_folder, witnesses_in_file
from chappe.core.configuration import Configuration, ConfigurationError, load
from chappe.desks.staff.touching import TOUCHING
from chappe.features import ledger
from chappe.features.reentry.rules import ReentryAct
from chappe.features.suspensions.rules import Ground
from chappe.features.suspensions.suspending import BEGUN, CHANGED, EXPIRED, LIFTED
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.public_log import log_place
from chappe.trust.ledger import verify
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.policies import parse_policy
from chappe.trust.ledger.proofs import parse_proof
from chappe.updates import begin_epoch
from tests.features.village import Village, village
from tests.gateways.browsing import ask, here
from tests.operating import operate
from tests.trust.public_log import KNOWN, WITNESSES

NAME = "chat.example/log"
PROGRAM = Path(verify.__file__).read_bytes()
ABSENT = (
    "secret",
    "tile/0/001",
    "tile/0/000.p/2",
    "tile/0/0",
    "tile/0/../0/000.p/1",
    "../private/state",
    "..%2fprivate/state",
    "private/state",
    "checkpoint/",
    "/checkpoint",
)


class Written:
    """A village whose steps go into a public log."""

    def __init__(self, v: Village, folder: Path) -> None:
        self.v = v
        self.folder = folder

    @asynccontextmanager
    async def writer(self, witnesses: str = "quorum none\n") -> AsyncIterator[PublicLogWriter]:
        """The writer, as after a start of the server."""
        writer = PublicLogWriter(
            self.v.server.context, self.folder, witnesses, self.v.server.metrics
        )
        await writer.begin()
        try:
            yield writer
        finally:
            writer.end()

    async def suspended(self, who: Any, days: int) -> None:
        """The operator suspends somebody: a step, or two."""
        await operate(self.v.server, "suspend", user=who.id, reason="spam", days=days)
        await self.v.wait(0)

    async def audit(self) -> list[tuple[str, Any]]:
        """Every entry, as verify.py finds that all of it holds."""
        async with self.writer() as writer:
            await writer.run()
            (self.folder / "policy").write_text(writer.policy_text)
            place = ["log", str(writer.served), "--policy", str(self.folder / "policy")]
            assert verify.main([*place, "--remember", str(self.folder / "memory")]) == verify.HELD
            log = writer._log
            return [tuple(KNOWN.read(log.entry(i))) for i in range(log.head.size)]


@pytest.fixture
async def written(tmp_path: Path) -> AsyncIterator[Written]:
    """A village with a log that is empty yet."""
    async with village(public_log=NAME, twins=False) as v:
        yield Written(v, tmp_path / "log")


async def test_every_step_is_in_the_log_once_and_says_no_name(written: Written) -> None:
    """Of two suspensions, one changed: after each start, and over again."""
    assert await written.audit() == []
    ada, claude = await written.v.people_named("Ada", "Claude")
    await written.suspended(ada, 3)
    await written.suspended(ada, 5)
    await written.suspended(claude, 3)
    found = await written.audit()
    assert await written.audit() == found
    steps = await operate(written.v.server, "ledger")
    assert [(kind, said["act"], said["case"]) for kind, said in found] == [
        ("account.suspension", step["step"], ledger.publishing.case_hash(step["case"]))
        for step in steps
    ]
    assert [said["act"] for _, said in found] == ["begun", "changed", "begun", "begun"]
    assert all(set(said) <= {"act", "case", "day", "ends", "ground"} for _, said in found)


def test_whatever_can_be_a_step_can_be_an_entry() -> None:
    """Every act of every subject, with every ground: the log takes it."""
    acts = {"reentry": [one.value for one in ReentryAct]}
    acts["suspension"] = [BEGUN, CHANGED, EXPIRED, LIFTED]
    acts["act"] = [*TOUCHING]
    acts["act-ended"] = ["failed", "interrupted", "refused", "unwitnessed"]
    assert acts.keys() == ledger.publishing.PUBLIC_KINDS.keys()
    for subject, steps in acts.items():
        for step in steps:
            for ground in Ground if step == BEGUN else (None,):
                facts = {"ground": ground.value, "until": 1_800_000_000} if ground else {}
                facts |= {"giver": "staff"} if subject == "act" else {}
                entry = ledger.LedgerEntry(
                    position=1,
                    subject=subject,
                    case=2**62,
                    step=step,
                    at=1_796_000_000,
                    facts=facts,
                )
                found = ledger.public_step(entry)
                said = KNOWN.read(KNOWN.write(found.kind, found.fields)).fields
                assert step in {said.get("act"), said.get("outcome")}


async def test_a_process_that_ended_between_log_and_store_appends_nothing_twice(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the steps, the store does not know it: the mark in the log does."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)

    async def ends(_writer: PublicLogWriter) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PublicLogWriter, "_note", ends)
    with pytest.raises(KeyboardInterrupt):
        await written.audit()
    monkeypatch.undo()
    assert len(await written.audit()) == 1


def test_steps_of_staff_that_older_versions_noted_can_be_entries() -> None:
    """With a part of a key's hash, or none: what the log says in its place is a hash all the same."""
    for step, facts in (
        ("added", {"roles": "helpdesk,administrator"}),
        ("link", {}),
        ("key added", {"key": "0123456789abcdef"}),
        ("key removed", {}),
        ("role", {"roles": "auditor"}),
        ("removed", {}),
    ):
        at = 1_796_000_000
        noted = {"who": "staff-1", "by": "machine", **facts}
        entry = ledger.LedgerEntry(
            position=1, subject="staff", case=5, step=step, at=at, facts=noted
        )
        found = ledger.public_step(entry)
        assert KNOWN.read(KNOWN.write(found.kind, found.fields)).kind.startswith("staff.")


async def test_an_older_copy_of_the_log_is_not_continued(written: Written, tmp_path: Path) -> None:
    """Nor an empty one in its place, as after a restore: its head was signed, and would be contradicted."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)
    await written.audit()
    shutil.copytree(written.folder, tmp_path / "older")
    await written.suspended(ada, 4)
    await written.audit()
    shutil.rmtree(written.folder)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="cannot be continued"):
            await written.audit()
        shutil.rmtree(written.folder, ignore_errors=True)
        shutil.copytree(tmp_path / "older", written.folder)


@pytest.mark.parametrize("restored", [False, True])
async def test_an_older_store_that_was_put_back_is_said_and_its_steps_follow(
    written: Written, restored: bool
) -> None:
    """By hand, numbers of steps are used again; by `chappe restore` they jump. No new one is lost."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)
    async with written.writer() as writer:
        await writer.run()
        kept = [
            KNOWN.write("account.reentry", {"act": "used", "case": "a" * 64, "day": "2026-11-30"})
        ]
        writer._append(kept, 40)  # as if there had been forty steps, which the store lost
    if restored:
        await begin_epoch(written.v.server.context)
    await written.suspended(ada, 4)
    lost, begun = "server.restored", "account.suspension"
    expected = [begun, "account.reentry", lost, begun, begun]
    assert [kind for kind, _ in await written.audit()] == expected
    await written.suspended(ada, 5)
    assert [kind for kind, _ in await written.audit()] == [*expected, begun, begun]


async def test_a_restore_that_lost_no_step_goes_on(written: Written) -> None:
    """Numbers jump, and nothing else."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)
    await written.audit()
    await begin_epoch(written.v.server.context)
    await written.suspended(ada, 4)
    assert [kind for kind, _ in await written.audit()] == ["account.suspension"] * 3


async def test_a_head_that_too_few_witnesses_saw_is_not_served(written: Written) -> None:
    """The one before stays; the log says who did not help."""
    (ada,) = await written.v.people_named("Ada")
    await written.audit()
    before = (written.folder / "public/checkpoint").read_bytes()
    await written.suspended(ada, 3)
    witnesses = f"witness w {WITNESSES[0][0].verifier.text} http://127.0.0.1:9/\nquorum w\n"
    async with written.writer(witnesses) as writer:
        await writer.run()
        told = writer.facts()
        assert (told["public_log"], told["log_entries"], told["log_served"]) == (NAME, 1, 0)
        assert str(told["witnesses_missing"]).startswith("w does not answer")
    assert (written.folder / "public/checkpoint").read_bytes() == before


async def test_the_site_serves_the_log_and_what_checks_it(written: Written, tmp_path: Path) -> None:
    """As it lies there; a page that runs no other script; nothing else of the disk."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)
    await written.audit()
    async with written.writer() as writer:
        place = log_place(writer.served, writer.texts())
    (tmp_path / "log/public/secret").write_text("no")
    async with here(places=(place, *PLACES)) as at:
        head = await ask(at.port, "/log/checkpoint")
        assert (head.status, head.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert head.headers["cache-control"] == "no-store"
        assert head.body == (writer.served / "checkpoint").read_bytes()
        bundle = await ask(at.port, "/log/tile/entries/000.p/1")
        assert (bundle.status, bundle.headers["content-type"]) == (200, "application/octet-stream")
        assert b"account.suspension" in bundle.body
        policy = await ask(at.port, "/log/policy.txt")
        assert parse_policy(policy.body).logs[0].key.name == NAME
        program = await ask(at.port, "/log/verify.py")
        assert program.body == PROGRAM
        page = await ask(at.port, "/log/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert b"Public log" in page.body
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert (await ask(at.port, "/log")).status == 200
        for path in ABSENT:
            assert (await ask(at.port, f"/log/{path}")).status in {400, 404}, path


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    """A name that is none, witnesses without a log, a file that is not there or names a log."""
    for given, match in (
        ({"CHAPPE_PUBLIC_LOG": "https://x/log"}, "`public_log` is https"),
        ({"CHAPPE_LOG_WITNESSES": "w"}, "needs a log"),
    ):
        with pytest.raises(ConfigurationError, match=match):
            load(tmp_path, given, {})
    config = Configuration(public_log=NAME, log_witnesses="witnesses")
    assert log_folder(config, tmp_path) == tmp_path / "log/chat.example_log"
    log = f"log {WITNESSES[0][0].verifier.text}\nquorum none\n"
    for content in (None, "quorum w\n", log):
        if content is not None:
            (tmp_path / "witnesses").write_text(content)
        with pytest.raises(ConfigurationError, match="`log_witnesses` cannot be used"):
            witnesses_in_file(config, tmp_path)
    (tmp_path / "witnesses").write_text("quorum none\n")
    assert witnesses_in_file(config, tmp_path) == "quorum none\n"


async def test_entries_of_others_are_written_once_whatever_ended_the_process(
    written: Written,
) -> None:
    """In groups that stay together, behind what was there; asked again, they are where they are."""
    (ada,) = await written.v.people_named("Ada")
    await written.suspended(ada, 3)
    told, closed = (
        KNOWN.write("build.started", {"day": "2026-11-30", "manifest": one * 64}) for one in "ab"
    )
    async with written.writer() as writer:
        await writer.run()
        before = writer.size
        assert await writer.enter([((told, closed), before), ((told,), before + 1)]) == [
            before,
            before + 2,
        ]
        writer._enter([((closed, closed), before)])  # as if the process ended before it was noted
    async with written.writer() as writer:
        assert writer.size == before + 5
        assert await writer.enter([((told, closed), before), ((closed, closed), 0)]) == [
            before,
            before + 3,
        ]
        assert writer.size == before + 5
        proof = writer.proof(before)
        assert proof is not None
        parse_proof(proof).check(told, parse_policy(writer.policy_text.encode()))
        assert writer.entry(before) == told
        assert len(writer.continues(before)) > 0
        assert writer.continues(writer.size) == writer.continues(0) == ()
    await written.suspended(ada, 4)
    kinds = [kind for kind, _ in await written.audit()]
    assert "server.restored" not in kinds


async def test_what_too_few_witnesses_saw_has_no_proof(written: Written) -> None:
    """It is in the log, and does not count."""
    told = KNOWN.write("authority.told", {"case": "a" * 64, "week": "2027-W02"})
    witnesses = f"witness w {WITNESSES[0][0].verifier.text} http://127.0.0.1:9/\nquorum w\n"
    async with written.writer(witnesses) as writer:
        assert writer.is_witnessed
        (position,) = await writer.enter([((told,), 0)])
        assert writer.entry(position) == told
        assert writer.proof(position) is None
    async with written.writer() as writer:
        assert not writer.is_witnessed
    with pytest.raises(LedgerError, match="stopping"):
        await writer.enter([((told,), 0)])
