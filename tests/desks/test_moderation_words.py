"""Words of decisions: those of the DSA Transparency Database, and the log has the same."""

from typing import Any

import msgspec
import pytest

from chappe.desks.moderation.vocabulary import (
    ACTS,
    FACTS_MAX,
    KEYWORDS,
    KEYWORDS_MAX,
    TERRITORIES,
    AutomatedDecision,
    ContentKind,
    DecisionFact,
    DecisionGround,
    DecisionSource,
    ViolationCategory,
    ViolationKeyword,
    law_of,
    require_words,
    said_of,
)
from chappe.features.ledger import LedgerEntry, public_step
from chappe.trust.ledger.canonical import EntryKinds
from chappe.trust.ledger.kinds import KINDS


class MadeDecision(msgspec.Struct, frozen=True):
    """The fields of a decision."""

    acts: tuple[str, ...] = ("remove",)
    ground: str = "INCOMPATIBLE"
    category: str = "SCAMS_AND_FRAUD"
    keywords: tuple[str, ...] = ("PHISHING",)
    territory: tuple[str, ...] = ()
    until: int = 0
    facts: tuple[str, ...] = ("content-reviewed",)
    source: str = "OTHER"
    is_detected: bool = False
    raid: int = 0
    content_types: tuple[str, ...] = ("TEXT",)
    content_at: int = 1_790_000_000
    proposer_hash: str = "aa" * 32
    second_hash: str = ""


def words(field: str) -> set[str]:
    """The words that the log takes in a field of decisions."""
    said = KINDS["moderation.decision"]
    found = next(w for w in said.split() if w.partition(":")[0].rstrip("?") == field)
    return set(found.partition(":")[2].strip("[]").split("|"))


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("acts", set(ACTS)),
        ("automated_decision", {one.value for one in AutomatedDecision}),
        ("category", {one.value for one in ViolationCategory}),
        ("content", {one.value for one in ContentKind}),
        ("facts", {one.value for one in DecisionFact}),
        ("ground", {one.value for one in DecisionGround}),
        ("keywords", {one.value for one in ViolationKeyword}),
        ("source", {one.value for one in DecisionSource}),
    ],
)
def test_the_log_takes_exactly_the_words_there_are(field: str, known: set[str]) -> None:
    """A word that one of both lacks would be a decision that cannot be logged, or means nothing."""
    assert words(field) == known


def test_every_keyword_belongs_somewhere() -> None:
    """To one category, or to all; the database has sixteen categories, 69 keywords and thirty countries."""
    assert {one for found in KEYWORDS.values() for one in found} == set(ViolationKeyword)
    assert set(KEYWORDS) == set(ViolationCategory)
    assert (len(ViolationCategory), len(ViolationKeyword), len(TERRITORIES)) == (16, 69, 30)


def test_what_is_said_of_a_decision_is_an_entry_of_the_log() -> None:
    """Everything optional there, and everything away."""
    kinds = EntryKinds(KINDS)
    full = MadeDecision(
        territory=("FR", "DE"), until=1_800_000_000, second_hash="bb" * 32, raid=1, is_detected=True
    )
    bare = MadeDecision(keywords=(), content_types=(), content_at=0, proposer_hash="")
    for decision in (full, bare):
        facts: dict[str, str | int] = {**said_of(decision), "subject": "cc" * 32}
        entry = LedgerEntry(
            position=7, subject="moderation", case=5, step="decision", at=1_790_100_000, facts=facts
        )
        step = public_step(entry)
        kinds.write(step.kind, step.fields)
        if decision is full:
            assert step.fields["territory"] == ("DE", "FR")
            assert step.fields["staff"] == ("aa" * 32, "bb" * 32)
            assert step.fields["ends"] == "2027-01-15"
            assert step.fields["automated_decision"] == "PARTIALLY"
            assert step.fields["automated_detection"] == "yes"
        else:
            assert step.fields["content"] == ("OTHER",)
            assert "staff" not in step.fields


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ground": "NEITHER"}, "`NEITHER` is no ground"),
        ({"category": "NONSENSE"}, "`NONSENSE` is no category"),
        ({"facts": ("because I say so",)}, "`because I say so` is no fact"),
        ({"facts": ()}, "one fact at least"),
        ({"facts": tuple(f.value for f in DecisionFact)[: FACTS_MAX + 1]}, "8 at most"),
        ({"keywords": ("TERRORIST_CONTENT",)}, "does not belong to that category"),
        ({"keywords": ("PHISHING",) * (KEYWORDS_MAX + 1)}, "keywords are enough"),
        ({"territory": ("US",)}, "no country of the European Economic Area"),
        ({"acts": ()}, "one act at least"),
        ({"acts": ("shout",)}, "one act at least"),
        ({"content_types": ("SMELL",)}, "`SMELL` is no kind of content"),
        ({"source": "RUMOUR"}, "`RUMOUR` is no source"),
        ({"ground": "ILLEGAL", "category": "OTHER_VIOLATION_TC", "keywords": ()}, "not illegal"),
    ],
)
def test_a_word_of_no_list_is_refused(wrong: dict[str, Any], said: str) -> None:
    """By a sentence for whoever decides."""
    require_words(MadeDecision())
    with pytest.raises(ValueError, match=said):
        require_words(msgspec.structs.replace(MadeDecision(), **wrong))


def test_a_law_is_named_as_closely_as_the_fields_say_it() -> None:
    """By the keyword, else the category, else that of the countries."""
    assert law_of("RISK_FOR_PUBLIC_SECURITY", ("TERRORIST_CONTENT",)) == "Regulation (EU) 2021/784"
    assert law_of("CONSUMER_INFORMATION", ()) == "Directive 2005/29/EC"
    assert law_of("VIOLENCE", ()).startswith("national law")
