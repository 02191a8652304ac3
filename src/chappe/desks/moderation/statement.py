"""The statement of reasons, composed of the fields of a decision and of nothing else. Pure.

What it has to say stands in Article 17(3) of Regulation (EU) 2022/2065.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from .vocabulary import DecisionGround, WordedDecision, automation_of, law_of
from .wording import Wording


class LetterFacts(NamedTuple):
    """What a letter says beside its decision."""

    chat: str = ""  # the name of the group or channel it is about; empty: it is about an account
    link: str = (
        ""  # by which an appeal is made without an account; empty: this server has no address
    )
    appeal_until: int = 0  # seconds since 1970
    log_page: str = ""  # where the public log is explained; empty: none is kept
    is_unwitnessed: bool = False


def day(at: int) -> str:
    """Return the day of a moment, in UTC, as every language here reads it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def acts_said(acts: Sequence[str], words: Wording) -> str:
    """Return what is done, in sentences."""
    return " ".join(words.say("act", act) for act in acts)


def statement(decision: WordedDecision, words: Wording, facts: LetterFacts) -> str:
    """Return the letter to whom a decision is about."""

    def said(which: str, /, **values: str) -> str:
        return words.say("letter", which, **values)

    head = said("head.chat", name=facts.chat) if facts.chat else said("head.user")
    lasts = said("until", day=day(decision.until)) if decision.until else said("endless")
    where = (
        said("where.some", countries=", ".join(decision.territory))
        if decision.territory
        else said("where.all")
    )
    law = law_of(decision.category, decision.keywords)
    ground = [
        said(f"ground.{decision.ground}", law=law)
        if decision.ground == DecisionGround.ILLEGAL.value
        else said(f"ground.{decision.ground}"),
        said("category", category=words.say("category", decision.category)),
    ]
    if decision.keywords:
        named = ", ".join(words.say("keyword", one) for one in decision.keywords)
        ground.append(said("keywords", keywords=named))
    relied = [said("facts"), *(f"• {words.say('fact', one)}" for one in decision.facts)]
    how = [said(f"source.{decision.source}"), said(f"automated.{automation_of(decision).value}")]
    if decision.is_detected:
        how.insert(1, said("detected"))
    parts = [
        head,
        f"{acts_said(decision.acts, words)} {lasts} {where}",
        "\n".join(ground),
        "\n".join(relied),
        " ".join(how),
        said("redress" if facts.link else "redress.chat", day=day(facts.appeal_until)),
    ]
    if facts.link:
        parts.append(facts.link)
    parts.append(said("receipt", address=facts.log_page) if facts.log_page else said("unlogged"))
    if facts.log_page and facts.is_unwitnessed:
        parts.append(said("unwitnessed"))
    return "\n\n".join(parts)
