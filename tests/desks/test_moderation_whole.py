"""The whole way: report, case, decision, letter with its receipt, appeal, reversal."""

import json
from pathlib import Path
from typing import Any

from chappe.desks.moderation.records import MODERATION_BOX, Decision
from chappe.features import accounts
from chappe.tl import api
from chappe.trust.ledger import report, verify
from chappe.trust.ledger.receipts import parse_receipt
from tests.features.test_receipts import Kept, kept
from tests.features.village import Person

from .judging import moderators, reported
from .test_deciding import SCAM
from .test_moderation_letters import said_by_service, wrote


async def shown(by: Person, of: Person) -> list[tuple[int, str, Any]]:
    """What somebody sees of a conversation: numbers, texts, reactions."""
    return [(m.id, m.message, m.reactions) for m in await by.history(of)]


def made_of(k: Kept, folder: Path) -> dict[str, Any]:
    """The one statement of reasons that a stranger makes of the log."""
    given = ["statements", str(k.folder / "log" / "public"), str(folder)]
    policy = k.folder / "policy"
    policy.write_text(k.log.policy_text)
    year = "2027"  # the village's
    day = ["--on", "2027-01-20"]
    assert report.main([*given, "--policy", str(policy), "--year", year, *day]) == verify.HELD
    (file,) = folder.iterdir()
    (one,) = json.loads(file.read_bytes())["statements"]
    return dict(one)


async def test_from_a_report_to_a_reversal_everything_is_told_logged_and_put_back(
    tmp_path: Path,
) -> None:
    """The messages are gone, and afterwards where they were; each person is told what is theirs, once."""
    async with kept(tmp_path) as k:
        v = k.v
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        emmy, *_ = await moderators(v, "Emmy", role="reviewer")
        await grace.log_in()
        number = await reported(ada, eve, "buy gold")
        before = await shown(ada, eve)
        assert number in [one[0] for one in before]
        made = await grace.give("case-decide", case=1, acts="remove", **SCAM)
        assert made["state"] == "done"
        await v.wait(1)
        assert number not in [one[0] for one in await shown(ada, eve)]
        ((name, text, receipt),) = await k.files_of(eve)
        assert name == "decision.tlog-proof"
        assert "The messages that were reported are removed." in text
        assert k.check(receipt) == verify.HELD
        assert parse_receipt(receipt).identity == f"user:{eve.id}"
        assert "something was done" in (await said_by_service(ada))[0]
        one = made_of(k, tmp_path / "statements")
        assert one["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert one["category_specification"] == ["KEYWORD_PHISHING"]
        letter = await eve.history(api.PeerUser(user_id=accounts.SERVICE_USER))
        await wrote(eve, "/appeal It was a joke.", letter[0].id)
        await v.wait(1)
        (waits,) = await emmy.give("appeals")
        assert (waits["way"], waits["own"]) == ("app", False)
        await emmy.give("appeal-decide", decision=waits["decision"], outcome="reversed")
        await v.wait(1)
        assert await shown(ada, eve) == before
        decision = await v.context.look(MODERATION_BOX).get(Decision, waits["decision"])
        assert decision is not None
        assert decision.state == "reversed"
        assert "the decision was wrong" in (await said_by_service(eve))[0]
        assert "undone after an appeal" in (await said_by_service(ada))[0]
        await k.log.run()
        policy = str(k.folder / "policy")
        place = str(k.folder / "log" / "public")
        assert verify.main(["log", place, "--policy", policy, "--on", "2027-01-20"]) == verify.HELD
