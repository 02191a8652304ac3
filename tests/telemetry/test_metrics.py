"""The page Prometheus reads: every call counted once, in the right bucket."""

from chappe.telemetry import Metrics


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
