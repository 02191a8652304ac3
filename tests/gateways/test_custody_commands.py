"""`chappe custodians` on a running server: who may become a custodian, and by whose word."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe import app
from chappe.app.custody.kept import table_in_force, table_proposed
from chappe.app.custody.sealed_start import CustodySealedStart
from chappe.app.installation.backups import restore
from chappe.core.configuration import Configuration
from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.cli import OperatorError, RestoredSessions
from chappe.gateways.web.sealed_answers import ANSWERS_MAX, AnswerRate
from chappe.trust import sealing
from chappe.trust.custody import CustodianSecret, CustodyError, parse_share_file
from chappe.trust.ledger import verify
from chappe.trust.ledger.keys import witness_keys
from chappe_custodian.checking import answer_to, check_share_file, examine
from chappe_custodian.holdings import Holding, SeenHead
from tests.operating import operate

ORIGIN = "chat.example.org/log"
NAMES = ("Ada", "Grace", "Hedy", "Mary")
SECRETS = {name: CustodianSecret(name.encode().ljust(32, b".")) for name in NAMES}


class Ceremony:
    """A running server, and custodians who answer what its log shows."""

    def __init__(self, data: Path, server: app.Server) -> None:
        self.data, self.server = data, server

    def holding(self, name: str) -> Holding:
        """What somebody keeps."""
        return Holding(self.data.parent / name, ORIGIN)

    def accept(self) -> None:
        """Everybody who is proposed accepts their share."""
        assert self.server.public_log is not None
        policy = self.server.public_log.policy_text.encode()
        for file in (self.data / "custody").glob("*.share"):
            share = parse_share_file(file.read_bytes())
            name = share.table.card_at(share.place).name
            holding = self.holding(name)
            holding.set_policy(policy)
            holding.remember(check_share_file(share, holding.policy(), SECRETS[name], holding))
            holding.keep(share)

    def answer(self, name: str, request: str | bytes) -> str:
        """Have somebody's tool say yes."""
        from chappe.trust.custody import parse_request

        content = request.encode() if isinstance(request, str) else request
        holding, now = self.holding(name), int(self.server.context.clock.now())
        kind, examined, _ = examine(parse_request(content), holding, now)
        head = examined.accepted.head
        holding.remember(SeenHead(head.size, head.root))
        return answer_to(kind, examined, SECRETS[name]).text

    async def give(self, *answers: str) -> list[str]:
        """Give answers to the server; return what is said of each."""
        rows = await operate(self.server, "custodians-answer", answers=list(answers))
        return [str(row["says"]) for row in rows]

    async def propose(self, needed: int, *names: str) -> dict[str, Any]:
        """Propose custodians."""
        cards = [SECRETS[name].card(name).line for name in names]
        found: dict[str, Any] = await operate(
            self.server, "custodians-propose", needed=needed, cards=cards
        )
        return found

    async def activate(self, *names: str) -> list[str]:
        """Put those who are proposed in force, by the shares of some of them."""
        request = (await operate(self.server, "custodians-activate"))["request"]
        return await self.give(*(self.answer(name, request) for name in names))

    async def raised(self) -> None:
        """Be at L2: two of Ada, Grace and Hedy."""
        await self.propose(2, "Ada", "Grace", "Hedy")
        self.accept()
        said = await self.activate("Ada", "Grace")
        assert said[-1].startswith("In force"), said


def configured(**more: Any) -> Configuration:
    """The settings of a server with custodians."""
    return Configuration(**{"port": 0, "public_log": ORIGIN, "custody_delay_days": 0, **more})


@pytest.fixture
async def ceremony(tmp_path: Path) -> AsyncIterator[Ceremony]:
    """A server that keeps a public log."""
    data = tmp_path / "data"
    server = await app.start(configured(), data, None)
    yield Ceremony(data, server)
    await server.stop()


async def test_other_custodians_come_by_the_word_of_those_of_today(ceremony: Ceremony) -> None:
    """Two of them sign it, the log says who did, and the root key they shared opens nothing any more."""
    await ceremony.raised()
    old = table_in_force(ceremony.data)
    asked = await ceremony.propose(2, "Ada", "Mary")
    assert table_proposed(ceremony.data) is None
    said = await ceremony.give(ceremony.answer("Hedy", asked["request"]))
    assert said == ["Taken from Hedy: one more is needed."]
    assert table_proposed(ceremony.data) is None
    said = await ceremony.give(ceremony.answer("Grace", asked["request"]))
    assert "Hand each custodian their file" in said[-1]
    ceremony.accept()
    said = await ceremony.activate("Ada", "Mary")
    assert "In force: the server opens by 2 of Ada, Mary" in said[-1]
    new = table_in_force(ceremony.data)
    assert old is not None
    assert new is not None
    assert new.table.previous == old.table.hash
    rows = await operate(ceremony.server, "custodians")
    assert [(row["name"], row["table"]) for row in rows] == [
        ("Ada", "in force"),
        ("Mary", "in force"),
    ]
    assert ceremony.server.public_log is not None
    entries = await ceremony.server.public_log.look(
        lambda log: [json.loads(log.entry(n)) for n in range(log.head.size)]
    )
    proposed = [e for e in entries if e["kind"] == "server.custodians" and e["act"] == "proposed"]
    assert "approvals" not in proposed[0]
    approvers = {one.partition(":")[0] for one in proposed[1]["approvals"]}
    assert approvers == {SECRETS[name].card(name).approver for name in ("Grace", "Hedy")}
    engine = ceremony.server.context.store.engine
    assert isinstance(engine, sealing.SealedEngine)
    await ceremony.server.stop()
    start = CustodySealedStart(configured(), ceremony.data, "", (), SystemClock(), SystemEntropy())
    request = start.facts().request
    with pytest.raises(Exception, match="no share of this table"):
        ceremony.answer("Hedy", request)
    for name in ("Ada", "Mary"):
        start.take(ceremony.answer(name, request))
    assert start.opened.result().take() == engine.keys.root


async def test_a_change_waits_for_its_day(tmp_path: Path) -> None:
    """The server keeps the delay that stands in the log, as each custodian does."""
    server = await app.start(configured(custody_delay_days=7), tmp_path / "data", None)
    try:
        ceremony = Ceremony(tmp_path / "data", server)
        await ceremony.raised()
        asked = await ceremony.propose(2, "Ada", "Mary")
        await ceremony.give(*(ceremony.answer(n, asked["request"]) for n in ("Ada", "Grace")))
        ceremony.accept()
        with pytest.raises(ValueError, match="may not come into force before"):
            await ceremony.activate("Ada", "Mary")
    finally:
        await server.stop()


async def test_too_few_or_wrong_answers_change_nothing(ceremony: Ceremony) -> None:
    """Forged, replayed, twice by the same, one too few: each is refused in a sentence."""
    await ceremony.propose(2, "Ada", "Grace", "Hedy")
    ceremony.accept()
    first = (await operate(ceremony.server, "custodians-activate"))["request"]
    stale = ceremony.answer("Ada", first)
    request = (await operate(ceremony.server, "custodians-activate"))["request"]
    good = ceremony.answer("Ada", request)
    said = await ceremony.give("hello", stale, good, good, good[:-4] + "AAAA")
    assert "no custodian's answer" in said[0]
    assert "another request" in said[1]
    assert "one more is needed" in said[2]
    assert "answered already" in said[3]
    assert "forged" in said[4] or "cut or altered" in said[4]
    assert ceremony.server.context.level == "L0"
    assert (ceremony.data / sealing.OPEN_FILE).exists()
    assert table_in_force(ceremony.data) is None


async def test_a_disk_that_is_full_leaves_everything_as_it_was(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has been told of a level that did not come about: it is told that too."""
    await ceremony.propose(2, "Ada", "Grace")
    ceremony.accept()
    write = sealing.write_whole

    def full(path: Path, content: bytes, mode: int = 0o600) -> None:
        if path.name == sealing.CUSTODY_FILE:
            raise OSError(28, "full", str(path))
        write(path, content, mode)

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "write_whole", full)
        with pytest.raises(OSError, match="full"):
            await ceremony.activate("Ada", "Grace")
    assert ceremony.server.context.level == "L0"
    assert (ceremony.data / sealing.OPEN_FILE).exists()
    assert ceremony.server.public_log is not None
    levels = await ceremony.server.public_log.look(
        lambda log: [
            (entry["from"], entry["to"])
            for entry in (json.loads(log.entry(n)) for n in range(log.head.size))
            if entry["kind"] == "server.level"
        ]
    )
    assert levels == [("L0", "L2"), ("L2", "L0")]
    assert (await ceremony.activate("Ada", "Grace"))[-1].startswith("In force")


async def test_custody_ends_by_their_word_and_not_by_one_of_them(ceremony: Ceremony) -> None:
    """No share is given; a passphrase opens it from then on, the log says by whom, and it can begin anew."""
    await ceremony.raised()
    asked = await operate(ceremony.server, "custodians-end", passphrase="battery staple")
    said = await ceremony.give(ceremony.answer("Hedy", asked["request"]))
    assert said == ["Taken from Hedy: one more is needed."]
    assert ceremony.server.context.level == "L2"
    said = await ceremony.give(ceremony.answer("Ada", asked["request"]))
    assert "RECOVERY CODE" in said[-1]
    assert ceremony.server.context.level == sealing.level_of(ceremony.data) == "L1"
    engine = ceremony.server.context.store.engine
    assert isinstance(engine, sealing.SealedEngine)
    assert sealing.open_root(ceremony.data, "battery staple") == engine.keys.root
    code = said[-1].rpartition(" ")[2]
    assert sealing.open_root(ceremony.data, code) == engine.keys.root
    assert await operate(ceremony.server, "custodians") == []
    with pytest.raises(ValueError, match="not at L2"):
        await operate(ceremony.server, "custodians-end", passphrase="battery staple")
    assert audit(ceremony) == verify.HELD
    await ceremony.raised()
    assert audit(ceremony) == verify.HELD


def audit(ceremony: Ceremony) -> int:
    """What a stranger's look at the log ends with."""
    policy = ceremony.data.parent / "policy"
    assert ceremony.server.public_log is not None
    policy.write_text(ceremony.server.public_log.policy_text)
    return verify.main(["log", str(ceremony.server.public_log.served), "--policy", str(policy)])


async def test_who_must_not_become_a_custodian_is_refused(ceremony: Ceremony) -> None:
    """One person alone, one twice, a card that was changed; and nothing is asked of nobody."""
    card = SECRETS["Ada"].card("Ada").line
    for needed, cards, says in (
        (1, [card, SECRETS["Mary"].card("Mary").line], "2 at least are needed"),
        (2, [card], "2 at least are needed"),
        (2, [card, card], "a name of their own"),
        (2, [card, SECRETS["Mary"].card("Mary").line.replace("Mary", "Eve")], "forged"),
        (2, [card, "hello"], "no custodian's card"),
    ):
        with pytest.raises(ValueError, match=says):
            await operate(ceremony.server, "custodians-propose", needed=needed, cards=cards)
    for name in ("custodians-activate", "custodians-rehearse"):
        with pytest.raises(ValueError, match="Nobody"):
            await operate(ceremony.server, name)
    with pytest.raises(ValueError, match="Nobody holds a share"):
        await operate(ceremony.server, "custodians-rota")
    with pytest.raises(ValueError, match="Nobody holds a share"):
        await operate(ceremony.server, "custodians-end", passphrase="battery staple")
    assert await ceremony.give("chappe-answer:AQ") == [
        "Nothing is asked of custodians now: make a request first."
    ]


async def test_what_too_few_witnesses_have_seen_is_not_done(tmp_path: Path) -> None:
    """No share is handed out that strangers do not know of."""
    data = tmp_path / "data"
    data.mkdir()
    key = witness_keys("witness.example/1", (b"\1" * 32, b"\2" * 32))[0].verifier.text
    (data / "witnesses").write_text(f"witness w {key} http://127.0.0.1:9/\nquorum w\n")
    server = await app.start(configured(log_witnesses="witnesses"), data, None)
    try:
        with pytest.raises(ValueError, match="too few witnesses have seen it"):
            await Ceremony(data, server).propose(2, "Ada", "Grace")
        assert table_proposed(data) is None
        assert not [*(data / "custody").glob("*")]
    finally:
        await server.stop()


async def test_a_backup_is_opened_by_custodians_elsewhere(
    ceremony: Ceremony, tmp_path: Path
) -> None:
    """On another machine, with a mirror of the log: so they can go on without the operator."""
    await ceremony.raised()
    file, elsewhere = tmp_path / "backup.tar", tmp_path / "elsewhere"
    found = await operate(ceremony.server, "backup", target=str(file))
    assert found["also_keep"] == "chappe.epochs"
    engine = ceremony.server.context.store.engine
    assert isinstance(engine, sealing.SealedEngine)
    root = engine.keys.root
    await ceremony.server.stop()
    assert restore(file, elsewhere, RestoredSessions.KEPT).missing.startswith("log/")
    shutil.copytree(ceremony.data / "log", elsewhere / "log")
    clock, entropy = SystemClock(), SystemEntropy()
    start = CustodySealedStart(configured(), elsewhere, "", (), clock, entropy)
    # what they saw was noted on the other machine: their tools say what to name
    with pytest.raises(CustodyError, match=r"--seen \d+") as told:
        ceremony.answer("Grace", start.facts().request)
    seen = [int(number) for number in re.findall(r"--seen ([0-9]+)", str(told.value))]
    names = {name: ceremony.holding(name).seen() for name in ("Grace", "Hedy")}
    seen += [head.size for head in names.values() if head is not None]
    start = CustodySealedStart(configured(), elsewhere, "", tuple(seen), clock, entropy)
    for name in names:
        start.take(ceremony.answer(name, start.facts().request))
    given = start.opened.result()
    server = await app.start(configured(), elsewhere, given)
    try:
        assert server.context.level == "L2"
        found_engine = server.context.store.engine
        assert isinstance(found_engine, sealing.SealedEngine)
        assert found_engine.keys.root == root
        # the drill's end: Ada is under arrest, and loses her say by the word of the two others
        rest = Ceremony(elsewhere, server)
        asked = await rest.propose(2, "Grace", "Hedy", "Mary")
        await rest.give(*(rest.answer(name, asked["request"]) for name in ("Grace", "Hedy")))
        rest.accept()
        assert (await rest.activate("Hedy", "Mary"))[-1].startswith("In force")
        weeks = await operate(server, "custodians-rota", weeks=3)
        assert {week["on_call"] for week in weeks if "Ada" in week["on_call"]} == set()
        assert len(weeks) == 3
    finally:
        await server.stop()


async def test_without_a_public_log_there_is_no_custody(tmp_path: Path) -> None:
    """Custodians would have nothing to believe; and a server at L2 whose log is gone does not ask them."""
    server = await app.start(Configuration(port=0), tmp_path / "data", None)
    try:
        with pytest.raises(ValueError, match="turn it on by `public_log`"):
            await operate(server, "custodians-propose", needed=2, cards=[])
    finally:
        await server.stop()


async def test_a_sealed_start_needs_the_log_it_is_known_by(ceremony: Ceremony) -> None:
    """Another one, none, or an older copy: the custodians are not even asked."""
    await ceremony.raised()
    await ceremony.server.stop()
    clock, entropy = SystemClock(), SystemEntropy()

    def ask(config: Configuration) -> None:
        CustodySealedStart(config, ceremony.data, "", (), clock, entropy)

    with pytest.raises(OperatorError, match="name that in"):
        ask(configured(public_log="other.example/log"))
    (ceremony.data / "log").rename(ceremony.data / "away")
    with pytest.raises(OperatorError, match="from a mirror, since custodians"):
        ask(configured())
    (ceremony.data / "log" / ORIGIN.replace("/", "_")).mkdir(parents=True)
    with pytest.raises(OperatorError, match="does not show who the custodians are"):
        ask(configured())
    (ceremony.data / sealing.CUSTODY_FILE).write_bytes(b"{}")
    with pytest.raises(sealing.RootError, match="is damaged"):
        ask(configured())


def test_a_network_has_its_answers_and_no_more() -> None:
    """In a minute; another one has its own."""
    now = [0.0]
    rate = AnswerRate(lambda: now[0])
    assert all(rate.allows("192.0.2.1") for _ in range(ANSWERS_MAX))
    assert not rate.allows("192.0.2.1")
    assert rate.allows("198.51.100.1")
    now[0] = 61.0
    assert rate.allows("192.0.2.1")
