"""The page Prometheus reads: every call counted once, in the right bucket."""

import pytest
from tests.features.village import village

from chappe.telemetry import Metrics
from chappe.tl import api, errors


def test_calls_are_counted_by_method_outcome_and_time() -> None:
    """Buckets are cumulative; the last holds all."""
    metrics = Metrics()
    for seconds in (0.0001, 0.0005, 0.02, 9.0):
        metrics.called("help.getConfig", "ok", seconds)
    metrics.called("help.getConfig", "FLOOD_WAIT_1", 0.0)
    page = metrics.page().decode()
    assert 'chappe_calls_total{method="help.getConfig",outcome="ok"} 4.0' in page
    assert 'chappe_calls_total{method="help.getConfig",outcome="FLOOD_WAIT_1"} 1.0' in page
    assert 'chappe_call_seconds_bucket{le="0.0005"} 3.0' in page
    assert 'chappe_call_seconds_bucket{le="0.025"} 4.0' in page
    assert 'chappe_call_seconds_bucket{le="5.0"} 4.0' in page
    assert 'chappe_call_seconds_bucket{le="+Inf"} 5.0' in page
    assert "chappe_call_seconds_count 5.0" in page
    assert "chappe_call_seconds_sum 9.0206" in page


def test_push_messages_are_counted_by_outcome() -> None:
    """And by nothing that could lead to a browser."""
    metrics = Metrics()
    for outcome in ("taken", "taken", "gone"):
        metrics.pushed(outcome)
    page = metrics.page().decode()
    assert 'chappe_pushes_total{outcome="taken"} 2.0' in page
    assert 'chappe_pushes_total{outcome="gone"} 1.0' in page


def test_a_silent_proxy_is_named_ever_more_seldom(capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do, however often it happens."""
    metrics = Metrics()
    for _ in range(9):
        metrics.proxy_silent("192.0.2.1", "request")
    metrics.proxy_silent("2001:db8::/64", "connection")
    said = capsys.readouterr().out.splitlines()
    assert [line.partition("count=")[2].partition(" ")[0] for line in said] == ["1", "2", "4", "8"]
    assert "proxy_header" in said[0]
    assert "192.0.2.1" in said[0]


async def test_a_refusal_that_carries_a_number_is_counted_under_one_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else every number of seconds would be a name of its own, kept for as long as the server runs."""
    async with village() as v:
        ada = await v.person()
        outcomes: list[str] = []
        with monkeypatch.context() as patched:
            patched.setattr(v.server.metrics, "called", lambda _, told, __: outcomes.append(told))
            for seconds in (7, 37):

                async def wait(*_: object, seconds: int = seconds) -> None:
                    raise errors.FloodWait(seconds)

                patched.setattr(v.server.dispatcher, "_serve", wait)
                with pytest.raises(errors.FloodWait):
                    await ada(api.UpdatesGetState())
        assert outcomes == ["FLOOD_WAIT_%d"] * 2
