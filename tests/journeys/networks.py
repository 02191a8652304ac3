"""Two machines on one: a network for a server and one for clients, joined by one cable and nothing else."""

import os
import subprocess
from dataclasses import dataclass, field

import pytest

from .system import MUST, debian

SERVER = "192.168.123.101"  # as many characters as an address can have: more than Telegram's have
CLIENT = "192.168.123.102"
OUTPUT_MAX = 400  # characters of what a command says that are shown


def _ip(*words: str) -> None:
    subprocess.run([debian("ip"), *words], check=True, capture_output=True, text=True)


@dataclass
class Networks:
    """A network namespace for the server (`here`), and one for clients (`there`)."""

    here: str = field(default_factory=lambda: f"chappe-{os.getpid()}-here")
    there: str = field(default_factory=lambda: f"chappe-{os.getpid()}-there")

    def make(self) -> None:
        """Lay the cable; skip the test where that is not allowed, and fail it in CI."""
        ends = [f"cp{os.getpid()}{end}" for end in "ab"]
        try:
            for name in (self.here, self.there):
                _ip("netns", "add", name)
                _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", self.here, "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
            _ip("-n", self.here, "link", "set", ends[1], "netns", self.there)
            for name, end, address in zip(
                (self.here, self.there), ends, (SERVER, CLIENT), strict=True
            ):
                _ip("-n", name, "address", "add", f"{address}/24", "dev", end)
                _ip("-n", name, "link", "set", end, "up")
        except subprocess.CalledProcessError as error:
            self.remove()
            why = f"no network of its own can be made here: {error.stderr.strip()[:OUTPUT_MAX]}"
            if os.environ.get(MUST):
                pytest.fail(why)
            pytest.skip(why)

    def inside(self, name: str) -> tuple[str, ...]:
        """Return what a command begins with to be run in a network."""
        return (debian("ip"), "netns", "exec", name)

    def remove(self) -> None:
        """Take everything away; whatever still runs in there ends by itself."""
        for name in (self.here, self.there):
            subprocess.run(
                [debian("ip"), "netns", "delete", name], check=False, capture_output=True
            )
