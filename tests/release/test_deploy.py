"""What stands in `deploy/` fits this version, and is what the manual shows."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chappe.core.configuration import Configuration, load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MANUAL = "".join(
    (ROOT / "docs" / f"{page}.md").read_text("utf-8") for page in ("operating", "blocked")
)
UNITS = ("chappe.service", "chappe-relay.service")
SHOWN = (
    "Caddyfile",
    "nginx-stream.conf",
    "nginx.conf",
    *UNITS,
    "Dockerfile",
    "compose.yaml",
)
EXPOSURE_MAX = 20  # tenths, as `systemd-analyze security` counts: 2.0


def compose() -> dict[str, Any]:
    """Return the only service of the compose file."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found["services"]["chappe"]


@pytest.mark.parametrize("name", SHOWN)
def test_the_manual_shows_what_lies_there(name: str) -> None:
    """To the letter: whoever has only the manual has the same."""
    assert f"\n{(DEPLOY / name).read_text('utf-8')}```\n" in MANUAL


def test_nothing_lies_there_unshown() -> None:
    """A file that nobody is told of is not kept."""
    assert {path.name for path in DEPLOY.iterdir()} == set(SHOWN)


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_gives_away_little(name: str) -> None:
    """By the figure systemd itself gives it; and it has no mistake."""
    if not shutil.which("systemd-analyze"):
        if os.environ.get("CI"):
            pytest.fail("systemd-analyze is missing")
        pytest.skip("systemd-analyze is missing: see script/packages.txt")
    unit = str(DEPLOY / name)
    asked = ["security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", unit]
    done = subprocess.run(["systemd-analyze", *asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    looked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    said = [line for line in looked.stderr.splitlines() if "/opt/chappe/bin/chappe" not in line]
    assert said == []


def test_the_container_is_set_as_this_version_is(tmp_path: Path) -> None:
    """Its settings exist, its ports are those it listens on, and it has no rights it does not need."""
    service = compose()
    given = {name: str(value) for name, value in service["environment"].items()}
    known = {f"CHAPPE_{name.upper()}" for name in Configuration.__struct_fields__}
    assert given.keys() <= known
    config = load(tmp_path, given, {})
    ports = [one.rpartition(":") for one in service["ports"]]
    assert {int(inside) for _, _, inside in ports} == {
        config.port,
        config.tls_port,
        config.desk_port,
    }
    for outside, _, inside in ports:  # links name the ports inside, so they must be those outside
        assert outside.rpartition(":")[2] == inside
        assert outside.startswith("127.0.0.1:") == (int(inside) == config.desk_port)
    # whoever it runs as has no right to a port below 1024 but from this one on
    assert service["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": config.tls_port}
    assert config.desk_host == "0.0.0.0"
    assert config.desk_address == f"http://localhost:{config.desk_port}"
    assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
    assert ROOT / service["build"]["dockerfile"] == DEPLOY / "Dockerfile"
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    command = next(line for line in lines if line.startswith("CMD "))
    words = yaml.safe_load(command.removeprefix("CMD "))
    assert words[:3] == ["serve", "--data", service["volumes"][0].partition(":")[2]]
    assert f"EXPOSE {config.tls_port} {config.port} {config.desk_port}" in lines
    assert "USER chappe" in lines
    health = next(line for line in lines if line.startswith("HEALTHCHECK "))
    assert shlex.split(health)[0] == "HEALTHCHECK"
    assert '"chappe", "status"' in health
