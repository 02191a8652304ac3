"""What watches the server learns: that it runs, whether it serves, and counts of nobody."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chappe import app
from chappe.core.configuration import Configuration
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web import HealthPage, health
from chappe.ports import EngineError, StoreFull
from chappe.telemetry import Metrics, logs
from chappe.tl import api, errors
from chappe.updates import write_probe
from tests.features.village import village


async def ask(port: int, said: bytes) -> tuple[int, bytes]:
    """Return the status and body that are answered; 0 if the connection ends without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    try:
        answer = await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        answer = b""
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, body


def get(path: str) -> bytes:
    """Return a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode()


def no_bug(where: str, error: BaseException) -> None:
    """Nothing fails here by a mistake of ours."""
    raise AssertionError(where) from error


async def opened(page: Callable[[], bytes], ready: Callable[[], bool]) -> tuple[HealthPage, int]:
    """Return a page that is served, and its port."""
    served = HealthPage(page, ready, no_bug)
    return served, await served.listen("127.0.0.1", 0)


async def test_it_is_not_ready_while_the_store_takes_no_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It lives all the while; and is ready again once there is room, though nobody writes."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        served, port = await opened(v.server.metrics.page, v.server.ready)
        assert await ask(port, get("/ready")) == (503, b"not ready\n")  # nobody listens yet
        gateway: Any = v.gate
        v.server.gateway = gateway
        assert await ask(port, get("/ready")) == (200, b"ready\n")

        async def full(_batch: Any) -> None:
            raise StoreFull("The disk that holds chappe.db is full.")

        with monkeypatch.context() as patched:
            patched.setattr(v.context.store.engine, "commit", full)
            with pytest.raises(errors.RpcError, match="STORE_UNAVAILABLE"):
                await ada(api.AccountUpdateProfile(first_name="Augusta"))
            await v.server.write_probe.run()
            assert await ask(port, get("/ready")) == (503, b"not ready\n")
            assert await ask(port, get("/live?now")) == (200, b"live\n")
        assert isinstance(v.bugs.pop(), StoreFull)
        await v.server.write_probe.run()
        assert await ask(port, get("/ready")) == (200, b"ready\n")
        await served.stop()
        v.server.gateway = None


def test_a_failing_store_is_no_mistake_of_ours_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At once, then ever more seldom; and when it is over."""
    logs.configure("info", "json")
    metrics = Metrics(outside=EngineError)
    full = "The disk that holds chappe.db is full: free some space, nothing was lost."
    for _ in range(100):
        metrics.bug("messages.sendMessage", StoreFull(full))
    metrics.works_again()
    metrics.bug("relay", EngineError("chappe.db is damaged: run `chappe check`."))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [t["count"] for t in told] == [1, 2, 4, 8, 16, 32, 64, 100, 1]
    assert {t.get("cure") for t in told[:7]} == {full}
    assert told[7]["state"] == "works again"
    assert told[8]["cure"] == "chappe.db is damaged: run `chappe check`."
    assert metrics.bugs_counted == 0
    assert b'chappe_store_failures_total{kind="StoreFull"} 100.0' in metrics.page()


async def test_counts_are_read_by_prometheus() -> None:
    """Calls by method and outcome, the time they took, and our own mistakes."""
    logs.configure("info", "json")
    metrics = Metrics()
    metrics.called("help.getConfig", "ok", 0.002)
    metrics.called("help.getConfig", "ok", 7.0)
    metrics.called("auth.signIn", "PHONE_CODE_INVALID", 0.0001)
    metrics.bug("test", ValueError("what was said"))
    served, port = await opened(metrics.page, lambda: True)
    status, body = await ask(port, get("/metrics"))
    await served.stop()
    assert status == 200
    assert b"what was said" not in body
    samples = {
        (s.name, *s.labels.values()): s.value
        for family in text_string_to_metric_families(body.decode())
        for s in family.samples
    }
    assert samples["chappe_calls_total", "help.getConfig", "ok"] == 2
    assert samples["chappe_calls_total", "auth.signIn", "PHONE_CODE_INVALID"] == 1
    assert samples["chappe_bugs_total", "ValueError"] == 1
    assert samples["chappe_call_seconds_bucket", "0.0005"] == 1
    assert samples["chappe_call_seconds_bucket", "5.0"] == 2
    assert samples["chappe_call_seconds_bucket", "+Inf"] == 3
    assert samples[("chappe_call_seconds_sum",)] == pytest.approx(7.0021)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (get("/"), 404),
        (get("/metrics/"), 404),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /live HTTP/1.1\r\nHost: " + b"x" * 200_000, 400),
    ],
)
async def test_there_is_nothing_else(said: bytes, status: int) -> None:
    """And who speaks no HTTP, or for too long, is cut off."""
    served, port = await opened(lambda: b"", lambda: True)
    assert (await ask(port, said))[0] == status
    await served.stop()


async def test_who_does_not_finish_asking_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A half request holds no connection for ever."""
    monkeypatch.setattr(health, "REQUEST_S_MAX", 0.05)
    served, port = await opened(lambda: b"", lambda: True)
    assert await ask(port, b"GET /live HT") == (0, b"")
    await served.stop()


async def test_a_server_that_runs_tries_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until its store takes changes again."""
    monkeypatch.setattr(write_probe, "TRY_EVERY_S", 0.01)
    server = await app.start(Configuration(), tmp_path / "data", None)
    server.context.store.broken = True
    told: list[bool] = []
    server.metrics.works_again = lambda: told.append(True)  # type: ignore[method-assign]
    async with asyncio.timeout(30):
        while server.context.store.broken:  # noqa: ASYNC110  it ends soon
            await asyncio.sleep(0.01)
    assert told == [True]
    await server.stop()


async def test_a_page_led_here_by_a_name_of_its_own_reads_nothing() -> None:
    """On this machine alone, where a browser may be made to come; a monitor elsewhere says what it likes."""
    for host, status in (("127.0.0.1", 421), ("0.0.0.0", 200)):
        served = HealthPage(lambda: b"", lambda: True, no_bug, OwnNames(["chat.example.org"]))
        port = await served.listen(host, 0)
        said = b"GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n"
        assert (await ask(port, said % b"evil.example"))[0] == status
        for own in (b"localhost:9464", b"127.0.0.1", b"[::1]:9464", b"chat.example.org"):
            assert (await ask(port, said % own))[0] == 200
        assert (await ask(port, b"GET /live HTTP/1.0\r\n\r\n"))[0] == 200
        await served.stop()
