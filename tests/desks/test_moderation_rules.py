"""Rules of the moderation desk: which clock runs, and what takes two persons."""

import pytest

from chappe.core import Kind
from chappe.desks.moderation.acts import BAN_MEMBERS_MAX, ActKind, acts_in, check_acts, is_grave
from chappe.desks.moderation.lanes import CLOCK_S, Lane, lane_named, lane_of, more_urgent
from chappe.features.reports.menu import MENU, Step


def test_every_reason_of_the_menu_has_a_lane_and_the_grave_ones_the_short_clocks() -> None:
    """By the first word where no longer one is named."""
    reasons = [word for step in MENU.values() if isinstance(step, Step) for _, word in step.choices]
    assert {lane_of(reason) for reason in reasons} == {
        Lane.ORDINARY,
        Lane.TERRORISM,
        Lane.CHILD_SAFETY,
    }
    assert lane_of("violence/calls") is lane_of("violence/extreme") is Lane.EMERGENCY
    assert lane_of("violence/insults") is Lane.ORDINARY
    assert CLOCK_S[Lane.TERRORISM] == 3_600  # Regulation (EU) 2021/784, Article 3
    assert more_urgent(Lane.ORDINARY, Lane.TERRORISM) is Lane.TERRORISM
    with pytest.raises(ValueError, match="give one of terrorism"):
        lane_named("fast")


def test_what_is_grave_takes_two_persons() -> None:
    """An erasure, a ban of an account or of many, what an authority wants, and a rule's first use."""
    alone = {"members": BAN_MEMBERS_MAX, "from_authority": False, "first_use": False}
    assert not is_grave([ActKind.REMOVE, ActKind.FREEZE], **alone)
    assert not is_grave([ActKind.BAN], **alone)
    assert is_grave([ActKind.BAN], **{**alone, "members": BAN_MEMBERS_MAX + 1})
    assert is_grave([ActKind.BAN], **{**alone, "members": 0})  # an account
    assert is_grave([ActKind.ERASE], **alone)
    assert is_grave([ActKind.REMOVE], **{**alone, "from_authority": True})
    assert is_grave([ActKind.REMOVE], **{**alone, "first_use": True})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "or close the case"),
        ("kill", "is no act"),
        ("mark-scam,mark-fake", "choose one"),
        ("close,ban", "choose one"),
    ],
)
def test_acts_that_cannot_be_are_refused_with_what_can(given: str, words: str) -> None:
    """Each by a sentence."""
    with pytest.raises(ValueError, match=words):
        acts_in(given)


@pytest.mark.parametrize(
    ("acts", "subject", "days", "words"),
    [
        ([ActKind.FREEZE], Kind.CHANNEL, 3, "for accounts"),
        ([ActKind.CLOSE], Kind.USER, 3, "groups and channels"),
        ([ActKind.FREEZE], Kind.USER, 0, "How many days"),
        ([ActKind.REMOVE], Kind.USER, 3, "How many days"),
        ([ActKind.MARK_SCAM], Kind.CHAT, 0, "close it instead"),
    ],
)
def test_acts_fit_what_they_are_done_to(
    acts: list[ActKind], subject: Kind, days: int, words: str
) -> None:
    """And last some days where they are not for good."""
    assert acts_in(" remove, freeze ") == (ActKind.REMOVE, ActKind.FREEZE)
    check_acts([ActKind.REMOVE, ActKind.FREEZE], subject=Kind.USER, days=3)
    with pytest.raises(ValueError, match=words):
        check_acts(acts, subject=subject, days=days)
