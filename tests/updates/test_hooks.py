"""Questions between slices: each is answered, once, or there is no server."""

import pytest

from chappe.updates import Hook, answered

may_pass: Hook[[int], bool] = Hook("gate.may_pass")
count: Hook[[], int] = Hook("gate.count")


def over_ten(number: int) -> bool:
    """Answer `may_pass`."""
    return number > 10


def test_whoever_asks_is_answered_by_the_one_who_knows() -> None:
    """And two servers may have two answers."""
    one = answered((may_pass, count), (may_pass.by(over_ten), count.by(lambda: 1)))
    other = answered((may_pass,), (may_pass.by(lambda number: not over_ten(number)),))
    assert one(may_pass)(11)
    assert not one(may_pass)(10)
    assert other(may_pass)(10)
    assert one(count)() == 1


def test_a_question_without_an_answer_is_told_by_its_name() -> None:
    """Nothing is let through because nobody knew."""
    with pytest.raises(RuntimeError, match=r"gate\.may_pass"):
        answered((may_pass, count), (count.by(lambda: 1),))


def test_of_two_answers_none_silently_takes_the_place_of_the_other() -> None:
    """A gate has one answer."""
    with pytest.raises(RuntimeError, match=r"gate\.may_pass"):
        answered((may_pass,), (may_pass.by(over_ten), may_pass.by(lambda _: True)))


def test_what_nobody_declared_is_not_answered() -> None:
    """The one who asks may have been renamed, or its slice left out."""
    with pytest.raises(RuntimeError, match=r"gate\.count"):
        answered((may_pass,), (may_pass.by(over_ten), count.by(lambda: 1)))
