"""Builds in the log: what a server runs is said before it serves; what a host serves is compared."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import chappe
from chappe.app.installation.builds import build_that_lies_here
from chappe.app.public_log import PublicLogWriter
from chappe.core import builds
from chappe.core.configuration import ConfigurationError, Smtp
from chappe.features import ledger
from chappe.gateways.web.kept_files import file_of, read_files
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.public_log import log_place
from chappe.trust.ledger import verify
from tests.features.village import Village, village
from tests.gateways.browsing import here

NAME = "chat.example/log"
PACKAGE = Path(chappe.__file__).parent
BUILD = builds.manifest_of(PACKAGE)


def test_a_manifest_lists_every_file_as_sha256sum_does(tmp_path: Path) -> None:
    """Sorted, with paths; but itself, the manual, and what Python makes."""
    for name in ("b/web.py", "a.py", "manual/x.md", "__pycache__/a.pyc", "c.pyc", builds.MANIFEST):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    hashed = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert builds.manifest_of(tmp_path) == f"{hashed}  chappe/a.py\n{hashed}  chappe/b/web.py\n"


def test_a_program_that_is_not_as_it_was_built_says_which_files(tmp_path: Path) -> None:
    """One more, one less, one that differs; what came with no manifest is taken as it lies."""
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(name)
    lying = build_that_lies_here(tmp_path)
    (tmp_path / builds.MANIFEST).write_text(lying)
    assert build_that_lies_here(tmp_path) == lying
    (tmp_path / "a.py").unlink()
    (tmp_path / "b.py").write_text("else")
    (tmp_path / "d.py").write_text("new")
    with pytest.raises(
        ConfigurationError, match=r"chappe/a\.py, chappe/b\.py, chappe/d\.py differ"
    ):
        build_that_lies_here(tmp_path)


@asynccontextmanager
async def started(v: Village, folder: Path, build: str = BUILD) -> AsyncIterator[PublicLogWriter]:
    """The log of a server that was started."""
    context = v.server.context
    log = PublicLogWriter(context, folder, "quorum none\n", v.server.metrics, build)
    await log.begin()
    try:
        await log.run()
        yield log
    finally:
        log.end()


@pytest.fixture
async def v() -> AsyncIterator[Village]:
    """A village with a log."""
    async with village(public_log=NAME, twins=False) as made:
        yield made


async def test_each_start_is_said_and_each_build_once(v: Village, tmp_path: Path) -> None:
    """And how codes are delivered, where that has changed; a restore too."""
    found = []
    for build, smtp in ((BUILD, None), (BUILD, None), (BUILD + "x", Smtp(host="mail.invalid"))):
        v.server.context.config = v.server.context.config.__class__(
            public_log=NAME, codes_smtp=smtp
        )
        async with started(v, tmp_path / "log", build) as log:
            pass
    await ledger.say_of_server(v.server.context, ledger.RESTORED, {}, again=True)
    async with started(v, tmp_path / "log", build) as log:
        size = log._log.head.size
        found = [log._kinds.read(log._log.entry(i)) for i in range(size)]
    kinds = [one.kind.removeprefix("build.") for one in found]
    ways, restored = "server.code-delivery", "server.restored"
    first = ["manifest", "started", ways, "started", "manifest", "started", ways]
    assert kinds == [*first, restored, "started"]
    assert found[2].fields["ways"] == ("console", "device")
    assert found[6].fields["ways"] == ("console", "device", "mail")
    assert found[0].fields["web"] == builds.manifest_hash(builds.web_manifest(BUILD))


async def test_a_level_that_changed_is_said_at_the_next_start(v: Village, tmp_path: Path) -> None:
    """Once; also where a process ended after it was told that the server is raised, and before it was."""
    context, folder = v.server.context, tmp_path / "log"
    for level in ("L0", "L1", "L1"):
        context.level = level
        async with started(v, folder):
            pass
    await ledger.note_level(context, "L2")  # as raising does before it has the log say so
    async with started(v, folder) as log:
        size = log._log.head.size
        found = [log._kinds.read(log._log.entry(i)) for i in range(size)]
    said = [one.fields for one in found if one.kind == "server.level"]
    assert [(one["from"], one["to"]) for one in said] == [("L0", "L1"), ("L2", "L1")]


async def served(v: Village, folder: Path, files: Any, **texts: str) -> tuple[int, int]:
    """What verify.py says of a host with these files, by its own list, and by a wheel's manifest."""
    async with started(v, folder / "log") as log:
        place = log_place(log.served, {**log.texts(), **texts})
        policy, manifest = folder / "policy", folder / builds.MANIFEST
        policy.write_text(log.policy_text)
        manifest.write_text(BUILD)
        async with here(files=files, places=(place, *PLACES)) as at:
            given = ["web", f"http://127.0.0.1:{at.port}", "--policy", str(policy)]
            one = await asyncio.to_thread(verify.main, given)
            given += ["--manifest", str(manifest)]
            return one, await asyncio.to_thread(verify.main, given)


async def test_a_host_that_serves_the_build_in_its_log_is_believed(
    v: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file, in both encodings; a manifest that somebody else has is compared too."""
    files = read_files(PACKAGE / "gateways/web/files")
    assert await served(v, tmp_path, files) == (verify.HELD, verify.HELD)
    assert capsys.readouterr().out.count("NOT PREVENTED: a server that was changed") == 2
    (tmp_path / "policy").unlink()
    texts = {"web.manifest": builds.web_manifest(BUILD).replace("/sw.js", "/sw2.js")}
    assert await served(v, tmp_path, files, **texts) == (verify.WRONG, verify.HELD)


async def test_a_host_that_serves_something_else_is_named_with_the_file(
    v: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another worker, another first page, a script that differs only as it is packed, one that is gone."""
    files = read_files(PACKAGE / "gateways/web/files")
    scripts = [name for name in files if name.endswith(".js") and "gzip" in files[name].packed]
    other = b"export const seen = 1\n"
    files["/sw.js"] = file_of("/sw.js", other)
    files["/"] = file_of("/index.html", b"<!doctype html><title>Else</title>")
    body = files[scripts[0]].plain.body
    files[scripts[0]] = file_of(scripts[0], body, {"gzip": gzip.compress(other)})
    del files[scripts[1]]
    assert await served(v, tmp_path, files) == (verify.WRONG, verify.WRONG)
    said = [one.removeprefix("WRONG: ") for one in capsys.readouterr().out.splitlines()]
    found = {one for one in said if one.startswith("/")}
    assert found == {
        "/sw.js is not that of the build in the log (identity)",
        "/sw.js is not that of the build in the log (gzip)",
        "/ is not that of the build in the log (identity)",
        "/ is not that of the build in the log (gzip)",
        f"{scripts[0]} is not that of the build in the log (gzip)",
        f"{scripts[1]} is missing",
    }
