"""Another machine with an account that takes files by SFTP: Debian's openssh-server, on this one."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

START_S = 20
SSHD = "/usr/sbin/sshd"


def is_here() -> bool:
    """Whether openssh-server is installed."""
    return Path(SSHD).exists() and shutil.which("sftp") is not None


class FarMachine:
    """A running sshd, and who may log in there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.key = directory / "key"
        self.stranger = directory / "stranger"  # the key of somebody who has no account
        self.known = directory / "known_hosts"
        self.files = directory / "files with a space"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        host = self.directory / "host"
        for path in (host, self.key, self.stranger):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        self.files.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.known.write_text(f"[127.0.0.1]:{self.port} {host.with_suffix('.pub').read_text()}")
        settings = self.directory / "sshd_config"
        settings.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile none\n"
            f"AuthorizedKeysFile {self.key}.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            "PasswordAuthentication no\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n"
        )
        if os.getuid() == 0:  # where it shuts itself in before anybody has logged in
            Path("/run/sshd").mkdir(exist_ok=True, mode=0o755)
        log = self.directory / "log"
        self._process = subprocess.Popen([SSHD, "-D", "-f", settings, "-E", log])
        deadline = time.monotonic() + START_S
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("sshd did not start: " + log.read_text())
            time.sleep(0.05)

    def address(self, folder: str = "") -> str:
        """The address of a folder there."""
        name = pwd.getpwuid(os.getuid()).pw_name
        path = str(self.files / folder).replace(" ", "%20")
        return f"ssh://{name}@127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
