"""FLOOD_WAIT is exact: after the seconds it names one is served, and before them not."""

import pytest

from chappe.rpc import Limiter, Rate, rates
from chappe.tl import errors

NOW = 1_000.0


def use_up(limiter: Limiter, rate: Rate, caller: object, now: float = NOW) -> int:
    """Call until it is refused; return the seconds the refusal names."""
    for _ in range(100_000):
        try:
            limiter.draw(rate, caller, now)
        except errors.FloodWait as wait:
            return int(wait.number)
    raise AssertionError("never refused")


@pytest.mark.parametrize("rate", list(Rate))
def test_after_the_seconds_it_names_one_is_served(rate: Rate) -> None:
    """And two seconds before one is not, if it named as many."""
    limiter = Limiter()
    seconds = use_up(limiter, rate, "ada")
    assert seconds == max(1, -(-rate.value.refill_s // 1))
    if seconds > 2:
        with pytest.raises(errors.FloodWait) as refusal:
            limiter.draw(rate, "ada", NOW + seconds - 2)
        assert refusal.value.number == 2
    limiter.draw(rate, "ada", NOW + seconds)


@pytest.mark.parametrize("rate", list(Rate))
def test_a_bucket_holds_what_it_says(rate: Rate) -> None:
    """Its size at once, and as much again once it had time to fill."""
    limiter = Limiter()
    size, refill_s, _ = rate.value
    for now in (NOW, NOW + size * refill_s):
        for _ in range(size):
            limiter.draw(rate, "ada", now)
        with pytest.raises(errors.FloodWait):
            limiter.draw(rate, "ada", now)


def test_asking_while_refused_does_not_make_it_worse() -> None:
    """Who is impatient waits no longer for it."""
    limiter = Limiter()
    seconds = use_up(limiter, Rate.LOGIN, "192.0.2.1")
    for _ in range(50):
        assert use_up(limiter, Rate.LOGIN, "192.0.2.1") == seconds
    limiter.draw(Rate.LOGIN, "192.0.2.1", NOW + seconds)


def test_several_are_taken_together_or_not_at_all() -> None:
    """What is worth more than is left takes nothing; what is left is still there."""
    limiter = Limiter()
    size, refill_s, _ = Rate.EVIDENCE.value
    limiter.draw(Rate.EVIDENCE, 1, NOW, size - 2)
    with pytest.raises(errors.FloodWait) as refusal:
        limiter.draw(Rate.EVIDENCE, 1, NOW, 3)
    assert refusal.value.number == refill_s
    limiter.draw(Rate.EVIDENCE, 1, NOW, 2)
    with pytest.raises(errors.FloodWait):
        limiter.draw(Rate.EVIDENCE, 1, NOW)


def test_callers_and_classes_are_counted_apart() -> None:
    """One caller's flood is nobody else's."""
    limiter = Limiter()
    use_up(limiter, Rate.SEND, 1)
    limiter.draw(Rate.SEND, 2, NOW)
    limiter.draw(Rate.READ, 1, NOW)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest unused bucket is forgotten first."""
    monkeypatch.setattr(rates, "BUCKETS_KEPT_MAX", 3)
    limiter = Limiter()
    use_up(limiter, Rate.REPORT, "old")
    for caller in ("a", "b", "c"):
        limiter.draw(Rate.REPORT, caller, NOW)
    assert len(limiter._empty_at) == 3
    limiter.draw(Rate.REPORT, "old", NOW)


def test_who_owes_waits_and_nobody_owes_more_than_a_bucket() -> None:
    """What a call costs that was let in is charged afterwards; the next one is let in once that is paid."""
    limiter = Limiter()
    size, refill_s, _ = Rate.READING.value
    limiter.charge(Rate.READING, 1, NOW, size)
    limiter.draw(Rate.READING, 1, NOW, 0)
    limiter.charge(Rate.READING, 1, NOW, size / 2)
    with pytest.raises(errors.FloodWait) as refusal:
        limiter.draw(Rate.READING, 1, NOW, 0)
    assert refusal.value.number == size / 2 * refill_s
    limiter.draw(Rate.READING, 1, NOW + int(refusal.value.number), 0)
    with pytest.raises(errors.FloodWait):
        limiter.charge(Rate.READING, 1, NOW, size)
