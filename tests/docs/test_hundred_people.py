"""The page for a server of a hundred people is followed line by line: settings, mail, backups."""

import asyncio
import os
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chappe.core.configuration import Configuration
from tests.contracts.post_office import post_office
from tests.gateways.authority import NAME, Authority, authority
from tests.journeys.server import RealServer, free_port

from .reading import ROOT, Step, blocks_of, missing

PAGE = ROOT / "docs" / "hundred-people.md"
OWN = "the tests of this page run it"
HOME = "/var/lib/chappe"


def settings() -> dict[str, Any]:
    """Return what the page has one write into `chappe.toml`."""
    text = PAGE.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    return tomllib.loads(text)


def steps() -> list[Step]:
    """Return the commands of the page that can be tried here, in order."""
    text = PAGE.read_text("utf-8")
    blocks = blocks_of(PAGE)
    heads = [line for line in text.splitlines() if line.startswith("```console")]
    assert len(heads) == len(blocks)
    return [
        step
        for head, block in zip(heads, blocks, strict=True)
        if head.endswith(OWN)
        for step in block.steps
    ]


class Mail:
    """A mail server that runs in a thread of its own."""

    def __init__(self) -> None:
        self.port = 0
        self.came: list[str] = []
        self._open = threading.Event()
        self._close = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        async with post_office() as office:
            self.port = office.port
            self._open.set()
            await asyncio.to_thread(self._close.wait)
            self.came = [str(mail["To"]) for mail in office.mails]

    def __enter__(self) -> "Mail":
        self._thread.start()
        assert self._open.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._close.set()
        self._thread.join()


def written(given: dict[str, Any]) -> str:
    """Return settings as TOML: tables last, as it wants them."""
    plain = {k: v for k, v in given.items() if not isinstance(v, dict)}
    lines = [f"{k} = {_value(v)}" for k, v in plain.items()]
    for name, table in given.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{k} = {_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def moved(
    given: dict[str, Any], signs: Authority, tls_port: int, mail: Mail, backups: Path
) -> dict[str, Any]:
    """Return the settings of the page with this machine's authority, mail server, disk and ports."""
    assert given["public_url"] == f"https://{NAME}"
    # apps are told a port where their transports are spoken, and nobody shuts it
    assert "public_port" not in given
    assert Configuration().port == 8443
    assert "ufw allow 8443/tcp" in PAGE.read_text("utf-8")
    here = {"host": "127.0.0.1", "tls_port": tls_port}
    acme = {"acme_directory": signs.directory, "acme_root": str(signs.root)}
    smtp = {"host": "127.0.0.1", "port": mail.port, "user": "", "password": ""}
    kept = {k: v for k, v in given.items() if k != "metrics_port"}
    assert given["backups"].pop("to").startswith("ssh://")
    assert given["backups"].keys() == {"at", "ssh_key", "ssh_known_hosts"}
    tables = {
        "codes_smtp": {**given["codes_smtp"], **smtp},
        "backups": {"to": str(backups), "at": given["backups"]["at"]},
    }
    return {**kept, **here, **acme, **tables}


def run(command: str, data: Path, programs: Path) -> str:
    """Run a command of the page as the user of the server would; return what it printed."""
    done = subprocess.run(
        command.replace(HOME, str(data)),
        shell=True,
        env={
            **os.environ,
            "CHAPPE_DATA": str(data),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A directory in which a shell finds `chappe`."""
    made = tmp_path / "bin"
    made.mkdir()
    (made / "chappe").write_text(f'#!/bin/sh\nexec {sys.executable} -m chappe "$@"\n')
    (made / "chappe").chmod(0o755)
    return made


def test_the_page_has_commands_to_follow() -> None:
    """The test below would pass on an empty list."""
    said = " ".join(step.command for step in steps())
    for command in ("status", "mail test", "invite", "backup", "backup-key", "files"):
        assert f"chappe {command}" in said


def test_whoever_follows_it_has_a_server(tmp_path: Path, programs: Path) -> None:
    """With a certificate of a real authority, mail by a real mail server, and a backup that opens."""
    data, tls_port = tmp_path / "chappe", free_port()
    data.mkdir()
    with authority(tmp_path / "authority", tls_port) as signs, Mail() as mail:
        backups = tmp_path / "backups"
        backups.mkdir()
        told = moved(settings(), signs, tls_port, mail, backups)
        (data / "chappe.toml").write_text(written(told))
        server = RealServer(data, settings={"PUBLIC_HOST": settings()["public_host"]})
        server.start()
        try:
            until = time.monotonic() + 60
            while "renewed" not in server.log():
                assert time.monotonic() < until, server.log()
                time.sleep(0.05)
            for step in steps():
                printed = run(step.command, data, programs)
                lost = missing(tuple(s.replace(HOME, str(data)) for s in step.shown), printed)
                assert not lost, f"{step.command} does not show `{lost}` but\n{printed}"
        finally:
            server.stop()
    assert mail.came == ["you@example.org"]


def test_what_it_has_one_copy_is_there() -> None:
    """And is set up for the places the page names."""
    unit = (ROOT / "deploy" / "chappe.service").read_text("utf-8")
    assert "User=chappe\n" in unit
    assert f"/opt/chappe/bin/chappe serve --data {HOME}\n" in unit
