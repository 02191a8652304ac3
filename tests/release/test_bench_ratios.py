"""Of two versions measured in turn the bench tells which is dearer, and how sure of it one may be."""

import subprocess
from pathlib import Path

import pytest
from bench.ratios import Burst, Round, interval, judge, order_of
from bench.versions import ROOT, NoVersion, opened


def rounds_of(*ratios: float, drift: float = 1.0) -> list[Round]:
    """Rounds in which this version takes so much of what the other one takes, in an hour that slows."""
    found = []
    speed = 1.0
    for turn, ratio in enumerate(ratios):
        spent: dict[bool, list[Burst]] = {True: [], False: []}
        for is_ours in order_of(turn):
            spent[is_ours].append(Burst(1000, speed * (ratio if is_ours else 1.0)))
            speed *= drift
        found.append(Round((spent[True][0], spent[True][1]), (spent[False][0], spent[False][1])))
    return found


def test_a_round_weighs_all_operations_alike() -> None:
    """A burst of more operations counts for more."""
    one = Round((Burst(100, 0.1), Burst(300, 0.1)), (Burst(100, 0.1), Burst(100, 0.1)))
    assert one.ratio == pytest.approx(0.5)


def test_an_hour_that_slows_down_is_as_hard_on_both() -> None:
    """Each round has both versions first and last, in turn."""
    assert [order_of(turn) for turn in (0, 1)] == [
        (True, False, False, True),
        (False, True, True, False),
    ]
    verdict = judge(rounds_of(1.1, 1.1, 1.1, 1.1, drift=1.01))
    assert verdict.ratio == pytest.approx(1.1, rel=1e-3)


def test_a_row_is_worse_only_when_it_is_no_chance() -> None:
    """Its ratio is beyond what is allowed, and the whole interval above one."""
    assert judge(rounds_of(*[1.04, 1.05, 1.06] * 5)).is_worse
    assert not judge(rounds_of(*[1.01, 1.02, 1.03] * 5)).is_worse  # surely dearer, but by little
    assert not judge(rounds_of(0.8, 0.9, 1.05, 1.2, 1.3)).is_worse  # nobody knows


def test_a_row_is_better_only_when_it_is_no_chance() -> None:
    """The whole interval is below one."""
    assert judge(rounds_of(*[0.94, 0.95, 0.96] * 5)).is_better
    assert not judge(rounds_of(0.8, 0.9, 1.05, 1.2, 1.3)).is_better


def test_one_wild_round_moves_neither_ratio_nor_interval_far() -> None:
    """Somebody else used the processor meanwhile."""
    calm = judge(rounds_of(*[0.99, 1.0, 1.01] * 5))
    wild = judge(rounds_of(*[0.99, 1.0, 1.01] * 5, 9.0))
    assert wild.ratio == pytest.approx(calm.ratio, abs=0.01)
    assert wild.high <= 1.01


def test_the_interval_is_the_same_for_the_same_rounds() -> None:
    """Whoever reads the kept rounds again comes to the printed figures."""
    ratios = [1.0, 1.02, 0.97, 1.1, 1.01]
    low, high = interval(ratios)
    assert interval(ratios) == (low, high)
    assert min(ratios) <= low < 1.01 < high <= max(ratios)


def test_medians_are_of_the_rounds() -> None:
    """In microseconds of an operation."""
    verdict = judge(rounds_of(0.5, 0.5, 2.0))
    assert (verdict.ours_us, verdict.theirs_us) == (500.0, 1000.0)


def test_what_is_no_version_is_named(tmp_path: Path) -> None:
    """Before anything is started."""
    with pytest.raises(NoVersion, match="neither a directory nor a commit"), opened("no-such-name"):
        raise AssertionError
    with pytest.raises(OSError, match="bootstrap"), opened(str(tmp_path)):
        raise AssertionError


def test_no_worktree_is_left_of_what_was_not_a_version() -> None:
    """The clone is as it was."""
    before = subprocess.check_output(["git", "worktree", "list"], cwd=ROOT)
    with pytest.raises(NoVersion), opened("no-such-name"):
        raise AssertionError
    assert subprocess.check_output(["git", "worktree", "list"], cwd=ROOT) == before
