"""A certificate authority on this machine: Debian's pebble, and the names it looks up."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.gateways.test_tls import certify
from tests.journeys.server import free_port

MISSING = not shutil.which("pebble")
NAME = "chat.example.org"


class Authority:
    """One that runs. Every name leads to this machine."""

    def __init__(self, place: Path, tls_port: int) -> None:
        self.tls_port = tls_port
        self._ports = free_port(), free_port()
        self._names = free_port()
        self._place = place
        self.root = place / "chain.pem"
        self._trusts = certify(place)
        self._running: list[subprocess.Popen[bytes]] = []

    @property
    def directory(self) -> str:
        """Where its services are listed."""
        return f"https://127.0.0.1:{self._ports[0]}/dir"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        config = {
            "listenAddress": f"127.0.0.1:{self._ports[0]}",
            "managementListenAddress": f"127.0.0.1:{self._ports[1]}",
            "certificate": str(self.root),
            "privateKey": str(self.root),
            "httpPort": 1,
            "tlsPort": self.tls_port,
        }
        (self._place / "pebble.json").write_text(json.dumps({"pebble": config}))
        off = ["-http01", "", "-https01", "", "-tlsalpn01", ""]
        names = f"127.0.0.1:{self._names}"
        managed = free_port()
        named = ["-dns01", names, "-defaultIPv6", "", "-management", f"127.0.0.1:{managed}"]
        self._run("pebble-challtestsrv", *named, *off)
        self._run("pebble", "-config", str(self._place / "pebble.json"), "-dnsserver", names)
        until = time.monotonic() + 30
        for port in (self._ports[0], managed):
            while not listens(port):
                assert time.monotonic() < until, "pebble does not listen"
                time.sleep(0.02)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        with (self._place / f"{program}.log").open("ab") as log:
            self._running.append(
                subprocess.Popen([program, *arguments], env=environment, stdout=log, stderr=log)
            )

    def trust(self) -> ssl.SSLContext:
        """Return what trusts the certificates it signs, and no others."""
        address = f"https://127.0.0.1:{self._ports[1]}/roots/0"
        with urlopen(address, context=self._trusts, timeout=30) as answer:  # ours
            return ssl.create_default_context(cadata=answer.read().decode())

    def stop(self) -> None:
        """End it."""
        while self._running:
            one = self._running.pop()
            one.send_signal(signal.SIGKILL)
            one.wait()


def listens(port: int) -> bool:
    """Whether something does on a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextmanager
def authority(place: Path, tls_port: int) -> Iterator[Authority]:
    """Run one; skip where the program is missing, but not where CI is set."""
    if MISSING and not os.environ.get("CI"):
        pytest.skip("pebble is missing: see script/packages.txt")
    place.mkdir()
    made = Authority(place, tls_port)
    try:
        made.start()
        yield made
    finally:
        made.stop()
