"""Apps whose layer is newer than all that is known: they are served, and the operator is told once."""

import json
from typing import Any

import pytest
from tests.features.village import village

from chappe import tl
from chappe.telemetry import Metrics, logs
from chappe.tl import api

NEWER = tl.LAYER + 1


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was logged of layers since the last look."""
    said = [json.loads(x) for x in capsys.readouterr().err.splitlines() if x.startswith("{")]
    return [x for x in said if x["event"] == "unknown layer"]


async def test_who_speaks_a_newer_layer_is_served_and_named_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two apps of it read what the newest known layer says; one line says so, whoever asks how often."""
    async with village() as v:
        logs.configure("warning", "json")
        ada, bob = await v.people_named("Ada", "Bob")
        assert lines(capsys) == []
        ada.device.layer = bob.device.layer = NEWER
        await bob.say(ada, "hello")
        await ada(api.UpdatesGetState())
        assert ada.device.client.layer == NEWER
        assert [u.message.message for u in ada.told(api.UpdateNewMessage)] == ["hello"]
        (line,) = lines(capsys)
        assert (line["level"], line["layer"]) == ("warning", NEWER)
        assert line["state"] == f"served as {tl.LAYER}"
        assert "newer Chappe" in line["cure"]


async def test_a_known_layer_is_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever speaks one of them, the newest included, is no news."""
    async with village() as v:
        logs.configure("warning", "json")
        (ada,) = await v.people_named("Ada")
        for layer in (158, 230, tl.LAYER):
            ada.device.layer = layer
            await ada(api.UpdatesGetState())
        assert lines(capsys) == []
        ada.device.layer = 231
        await ada(api.UpdatesGetState())
        assert [x["layer"] for x in lines(capsys)] == [231]


def test_whoever_makes_up_layers_fills_no_log_and_no_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Near ones are named each; the rest share one line, and the one that matters is still named."""
    logs.configure("warning", "json")
    metrics = Metrics()
    for layer in (2**31 - 1, -(2**31), *range(100_000, 110_000)):
        metrics.unknown_layer(layer, tl.schema().served_as(layer))
    assert len(lines(capsys)) == 2
    metrics.unknown_layer(NEWER, tl.LAYER)
    metrics.unknown_layer(NEWER, tl.LAYER)
    assert [x["layer"] for x in lines(capsys)] == [NEWER]
