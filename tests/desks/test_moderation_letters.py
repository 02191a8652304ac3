"""Letters about decisions: what they say, to whom, once; and appeals, in the chat and by the link."""

import random
import re
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from chappe.core import HOUSE, Kind, Owner
from chappe.desks.moderation import appeals, letters
from chappe.desks.moderation.appeal_links import LinkPurpose, link_of, number_in, token_of
from chappe.desks.moderation.appeal_records import Appeal, AppealTurn, LetterSent, LetterTo
from chappe.desks.moderation.appeals import AppealRefusedError
from chappe.desks.moderation.cases import close_case
from chappe.desks.moderation.letters import LetterDue
from chappe.desks.moderation.records import (
    APPEAL_WINDOW_S,
    DAY_S,
    MODERATION_BOX,
    UNDOABLE_S,
    Case,
    CaseReporter,
    CaseState,
    Decision,
    DecisionState,
)
from chappe.desks.moderation.vocabulary import said_of
from chappe.desks.moderation.wording import LANGUAGES, WORDINGS, wording_accepted, wording_of
from chappe.features import accounts, ledger, suspensions
from chappe.features.auth.records import Session
from chappe.features.ledger.entries import NoteEntry, keep_step
from chappe.tl import api, errors
from chappe.trust.ledger import verify
from chappe.trust.ledger.receipts import parse_receipt
from tests.features.test_receipts import Kept, kept
from tests.features.village import Person, Village, village

PLACE = re.compile(r"\{\w+\}")


def test_every_language_says_the_same_things() -> None:
    """With the same values in each sentence; and there is no file besides."""
    known = {part: {n: PLACE.findall(s) for n, s in found.items()} for part, found in EN.items()}
    for language in LANGUAGES:
        words = WORDINGS[language].words
        found = {part: {n: PLACE.findall(s) for n, s in one.items()} for part, one in words.items()}
        assert {p: {n: sorted(v) for n, v in one.items()} for p, one in found.items()} == {
            p: {n: sorted(v) for n, v in one.items()} for p, one in known.items()
        }, language
    files = resources.files("chappe.desks.moderation") / "words"
    assert {file.name for file in files.iterdir()} == {f"{one}.json" for one in LANGUAGES}
    assert wording_of("fr-CA").language == "fr"
    assert wording_of("pt").language == wording_of("").language == "en"
    assert wording_accepted("pt-BR, ar;q=0.8, en;q=0.5").direction == "rtl"
    assert wording_accepted("*").language == "en"


EN = WORDINGS["en"].words


def decision_about(subject: int, **other: object) -> Decision:
    """A decision that is in force and was done."""
    made = Decision(
        number=1,
        case=1,
        subject=subject,
        acts=("remove", "freeze"),
        ground="ILLEGAL",
        category="SCAMS_AND_FRAUD",
        keywords=("PHISHING",),
        facts=("content-reviewed", "sent-to-many"),
        content_types=("TEXT",),
        content_at=1_790_000_000,
        until=1_900_000_000,
        state=DecisionState.DONE.value,
        proposer=5,
        proposer_hash="aa" * 32,
        in_force=1_790_000_000,
    )
    return msgspec.structs.replace(made, **other)


async def made(v: Village, decision: Decision, *reporters: Person) -> None:
    """It is decided, logged where a log is kept, and its letter is due."""
    log, secret = v.context.own(ledger.PUBLIC_LOG), bytes(range(32))
    position = 0
    if log.is_kept:
        facts = {**said_of(decision), "subject": log.subject(secret, decision.subject)}
        async with v.context.change(HOUSE) as change:
            noted = NoteEntry(
                subject="moderation", case=77, step="decision", at=change.now, facts=facts
            )
            position = await keep_step(change, noted)
        await log.reach(position)
    decision = msgspec.structs.replace(
        decision, position=position, secret=secret, in_force=int(v.clock.now())
    )
    async with v.context.change(MODERATION_BOX) as change:
        change.put(decision)
        case = Case(
            number=1,
            lot=77,
            subject=decision.subject,
            lane="ordinary",
            opened=1,
            due=2,
            decisions=(1,),
        )
        change.put(case)
        for person in reporters:
            change.put(CaseReporter(case=1, user=person.id, at=1_789_000_000))
        change.schedule(change.now, LetterDue(decision=1))
    await v.wait(0)


async def said_by_service(person: Person) -> list[str]:
    """The letters of the service to somebody, the newest first; of log-ins it writes as well."""
    said = await person.history(api.PeerUser(user_id=accounts.SERVICE_USER))
    return [one.message for one in said if not one.out and "ogin" not in one.message]


async def test_a_letter_says_why_in_their_language_with_a_receipt_that_holds(
    tmp_path: Path,
) -> None:
    """And who reported it is told what came of it, but not by whom or about whom."""
    async with kept(tmp_path) as k:
        ada, claude = await k.v.people_named("Ada", "Claude")
        context, address = k.v.context, "https://chat.example.org"
        context.config = msgspec.structs.replace(context.config, public_url=address)
        await speak(k.v, ada, "fr")
        await made(k.v, decision_about(ada.id), claude)
        ((name, text, receipt),) = await k.files_of(ada)
        assert name == "decision.tlog-proof"
        assert k.check(receipt) == verify.HELD
        assert parse_receipt(receipt).identity == f"user:{ada.id}"
        assert b'"kind":"moderation.decision"' in parse_receipt(receipt).entry
        for said in (
            "Les messages signalés sont retirés.",
            "contraire à la loi (national law",
            "escroquerie et fraude",
            "hameçonnage",
            "Une personne a regardé",
            "2030-03-17",
            f"{address}/appeal/{token_of(k.v.context, LinkPurpose.APPEAL, 1)}",
        ):
            assert said in text
        (told,) = await said_by_service(claude)
        assert told.startswith("You reported something on 2026-09-10.")
        assert "The messages that were reported are removed." in told
        assert str(ada.id) not in told
        assert "Ada" not in told


async def speak(v: Village, person: Person, language: str) -> None:
    """Have somebody's app be set to a language."""
    box = Owner(Kind.USER, person.id)
    async with v.context.change(box) as change:
        for session in await change.scan(Session):
            change.put(msgspec.structs.replace(session, language=language))


async def test_a_letter_comes_once_however_often_it_is_due() -> None:
    """After a process that ended, jobs run again. Without a log it says that nobody can check it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await made(v, decision_about(ada.id), claude)
        for _ in range(2):
            await LetterDue(decision=1).run(v.context)
            await v.wait(0)
        (text,) = await said_by_service(ada)
        assert "This server keeps no public log" in text
        assert "answer this message with /appeal and your reasons, until" in text
        assert "http" not in text  # it has no address that leads here from elsewhere
        assert len(await said_by_service(claude)) == 1


async def test_what_is_not_in_force_is_told_to_nobody() -> None:
    """A proposal, and one that was withdrawn; and who is gone is told nothing."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        for state in (DecisionState.PROPOSED, DecisionState.WITHDRAWN):
            await made(v, decision_about(ada.id, state=state.value))
        assert await said_by_service(ada) == []
        assert await v.context.look(MODERATION_BOX).get(LetterSent, 1) is None


async def appeal_of(v: Village) -> Appeal:
    """The appeal against the decision."""
    found = await v.context.look(MODERATION_BOX).get(Appeal, 1)
    assert found is not None
    return found


async def test_an_appeal_is_heard_answered_and_decided_by_somebody_else() -> None:
    """Who decided is refused; what is reversed is undone, and everybody concerned is told once."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await made(v, decision_about(ada.id), claude)
        assert await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        assert not await appeals.file_appeal(v.context, 1, "app", "My phone was stolen.")
        await v.wait(0)
        assert (await said_by_service(ada))[0].startswith("Your appeal has arrived.")
        await appeals.ask_about(v.context, 1, 6, "When was it stolen?")
        await v.wait(0)
        assert "When was it stolen?" in (await said_by_service(ada))[0]
        with pytest.raises(ValueError, match="You made this decision"):
            await appeals.decide_appeal(v.context, 1, appeals.UPHELD, 5)
        assert (await appeal_of(v)).outcome == ""
        await appeals.decide_appeal(v.context, 1, letters.REVERSED, 6)
        await v.wait(0)
        assert (await appeal_of(v)).is_done
        assert "the decision was wrong" in (await said_by_service(ada))[0]
        assert "was undone after an appeal" in (await said_by_service(claude))[0]
        count = len(await said_by_service(ada)), len(await said_by_service(claude))
        await appeals.AppealDecided(decision=1).run(v.context)
        await v.wait(0)
        assert count == (len(await said_by_service(ada)), len(await said_by_service(claude)))
        with pytest.raises(ValueError, match="is decided: reversed"):
            await appeals.decide_appeal(v.context, 1, appeals.UPHELD, 6)
        with pytest.raises(AppealRefusedError, match="decided"):
            await appeals.file_appeal(v.context, 1, "link", "And another thing.")


async def test_whoever_has_the_machine_takes_back_but_does_not_confirm_themselves() -> None:
    """They may be alone here, and then nobody else could."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        await made(v, decision_about(ada.id, proposer=0, proposer_hash=""))
        await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        with pytest.raises(ValueError, match="somebody of the staff confirms it"):
            await appeals.decide_appeal(v.context, 1, appeals.UPHELD, 0)
        await appeals.decide_appeal(v.context, 1, letters.REVERSED, 0)


async def test_an_appeal_is_taken_of_what_was_told_and_for_six_months() -> None:
    """Of nothing, with no words, of a decision nobody was told of, too late, and too much."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        with pytest.raises(AppealRefusedError, match="none"):
            await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        await made(v, decision_about(ada.id))
        with pytest.raises(AppealRefusedError, match="empty"):
            await appeals.file_appeal(v.context, 1, "link", " \n ")
        assert await appeals.newest_decision(v.context.look(MODERATION_BOX), ada.id) == 1
        v.clock.time += APPEAL_WINDOW_S
        with pytest.raises(AppealRefusedError, match="none"):
            await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        v.clock.time -= 60
        for _ in range(appeals.TURNS_MAX):
            await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        with pytest.raises(AppealRefusedError, match="full"):
            await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        said = await v.context.look(MODERATION_BOX).scan(AppealTurn, 1)
        assert len(said) == appeals.TURNS_MAX


async def test_steps_of_an_appeal_are_in_the_public_log(tmp_path: Path) -> None:
    """What is undone is undone once it is there; and every step is one that the log takes."""
    async with kept(tmp_path) as k:
        (ada,) = await k.v.people_named("Ada")
        await made(k.v, decision_about(ada.id))
        await appeals.file_appeal(k.v.context, 1, "link", "It was not me.")
        await appeals.decide_appeal(k.v.context, 1, letters.REVERSED, 6)
        await k.v.wait(0)
        await k.log.run()
        kinds = entries_of(k)
        assert kinds[-4:] == [
            "moderation.decision",
            "moderation.appealed",
            "moderation.appeal",
            "moderation.reversal",
        ]
        assert (await appeal_of(k.v)).is_done


def entries_of(k: Kept) -> list[str]:
    """The kinds of entries in the log that is served."""
    files = [one for one in (k.folder / "log").rglob("*") if "entries" in one.parts]
    content = max((one.read_bytes() for one in files if one.is_file()), key=len)
    return [kind.decode() for kind in re.findall(rb'"kind":"([a-z.-]+)"', content)]


async def test_a_link_leads_to_what_it_was_made_for_and_nowhere_else() -> None:
    """Of another number, another purpose, or cut short."""
    async with village() as v:
        token = token_of(v.context, LinkPurpose.APPEAL, 12)
        assert number_in(v.context, LinkPurpose.APPEAL, token) == 12
        for wrong in (token.replace("12-", "13-"), token[:-1], token + "0", "", "12", "x-y"):
            assert number_in(v.context, LinkPurpose.APPEAL, wrong) == 0
        assert number_in(v.context, LinkPurpose.FOLLOW_APPEAL, token) == 0


async def wrote(person: Person, text: str, answered: int = 0) -> None:
    """Somebody writes to the service, perhaps in answer to a message of it."""
    to = api.InputPeerUser(user_id=accounts.SERVICE_USER, access_hash=0)
    reply = api.InputReplyToMessage(reply_to_msg_id=answered) if answered else None
    await person(
        api.MessagesSendMessage(
            peer=to, message=text, random_id=random.getrandbits(62), reply_to=reply
        )
    )


async def test_an_appeal_is_made_in_the_chat_where_the_letter_came() -> None:
    """By a command behind which it says why; anything else is not heard, and so not taken."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await made(v, decision_about(ada.id))
        with pytest.raises(errors.PeerIdInvalid):
            await wrote(ada, "Is anybody there?")
        await wrote(ada, "/appeal")
        await v.wait(0)
        assert (await said_by_service(ada))[0].startswith("Write behind /appeal why")
        letter = await ada.history(api.PeerUser(user_id=accounts.SERVICE_USER))
        answered = next(one.id for one in letter if "A decision about" in one.message)
        await wrote(ada, "/appeal It was not me.", answered)
        await v.wait(0)
        assert (await said_by_service(ada))[0].startswith("Your appeal has arrived.")
        await wrote(ada, "/appeal\nMy phone was stolen.")
        await v.wait(0)
        assert (await said_by_service(ada))[0] == "That was added to your appeal."
        said = await v.context.look(MODERATION_BOX).scan(AppealTurn, 1)
        assert [one.text for one in said] == ["It was not me.", "My phone was stolen."]
        assert (await appeal_of(v)).way == "app"
        await wrote(claude, "/appeal I do not like it.")
        await v.wait(0)
        assert (await said_by_service(claude))[0].startswith("There is no decision about you")


async def test_a_frozen_account_appeals_in_the_chat_and_by_the_link_its_app_opens() -> None:
    """Though it can write to nobody else; and the suspension itself tells nothing beside the letter."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await made(v, decision_about(ada.id))
        link = link_of(v.context, LinkPurpose.APPEAL, 1)
        until = int(v.clock.now()) + 86_400
        ground = suspensions.rules.Ground.FRAUD
        terms = suspensions.suspending.SuspensionTerms(ground, until, "", 0, link)
        await suspensions.suspending.suspend(v.context, ada.id, terms)
        await v.wait(0)
        config = await ada(api.HelpGetAppConfig(hash=0))
        values = {one.key: getattr(one.value, "value", None) for one in config.config.value}
        assert values["freeze_appeal_url"] == link
        assert "suspended" not in (await said_by_service(ada))[0]
        with pytest.raises(errors.RpcError, match="FROZEN_METHOD_INVALID"):
            await ada.say(claude, "Help me.")
        await wrote(ada, "/appeal It was not me.")
        await v.wait(0)
        assert (await said_by_service(ada))[0].startswith("Your appeal has arrived.")


def test_what_is_put_into_a_sentence_keeps_its_own_direction() -> None:
    """A day would read backwards in a language that is written from right to left."""
    assert "\u20682030-03-17\u2069" in WORDINGS["ar"].say("letter", "until", day="2030-03-17")
    assert (
        WORDINGS["fr"].say("letter", "until", day="2030-03-17") == "Elle prend fin le 2030-03-17."
    )


async def test_of_a_channel_whoever_made_it_is_told_and_the_receipt_names_the_channel(
    tmp_path: Path,
) -> None:
    """By its title in the letter, and by its number in the receipt."""
    async with kept(tmp_path) as k:
        (claude,) = await k.v.people_named("Claude")
        news = await claude.supergroup("Semaphores", broadcast=True)
        number = claude.channel(news).channel_id
        subject = accounts.peer_id(Owner.channel(number))
        await made(k.v, decision_about(subject, acts=("close",)))
        ((_, text, receipt),) = await k.files_of(claude)
        assert "a group or channel of yours on this server: Semaphores." in text
        assert parse_receipt(receipt).identity == f"channel:{number}"
        assert k.check(receipt) == verify.HELD


async def test_nothing_is_purged_while_an_appeal_waits_and_nothing_stays_afterwards() -> None:
    """Though it be late: what would be put back has to be there."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        await made(v, decision_about(ada.id))
        await appeals.file_appeal(v.context, 1, "link", "It was not me.")
        async with v.context.change(MODERATION_BOX) as change:
            case = await change.get(Case, 1)
            assert case is not None
            change.put(close_case(change, case, CaseState.DECIDED, 5))
        await v.wait(UNDOABLE_S)
        look = v.context.look(MODERATION_BOX)
        assert await look.get(Decision, 1) is not None
        await appeals.decide_appeal(v.context, 1, appeals.UPHELD, 6)
        await v.wait(DAY_S)
        for kind in (Case, Decision, Appeal, LetterSent):
            assert await look.get(kind, 1) is None, kind
        assert await look.scan(AppealTurn, 1) == []
        assert await look.scan(LetterTo, ada.id) == []
