"""The package somebody installs: it runs with no clone in reach, and brings types and the manual."""

import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import chappe
from chappe.core.builds import MANIFEST, manifest_of

ROOT: Final = Path(__file__).resolve().parents[2]
LINK: Final = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
BUILD_S_MAX: Final = 120
START_S_MAX: Final = 60
PROGRAM: Final = """\
from chappe import tl
from chappe.tl import api, errors

reveal_type(api.InputPeerUser(user_id=1, access_hash=2).user_id)
refused: errors.RpcError = errors.PeerIdInvalid()
data: bytes = tl.encode(api.HelpGetConfig())
api.InputPeerUser(user_id="one", access_hash=2)
"""


def uv(*arguments: str | Path, **environment: str) -> None:
    """Run uv."""
    program = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    subprocess.run(
        [program, *arguments],
        check=True,
        timeout=BUILD_S_MAX,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built package."""
    home = tmp_path_factory.mktemp("wheel")
    uv("build", "--quiet", "--wheel", "--out-dir", home, ROOT)
    (built,) = home.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    """What is in the package."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(wheel.parent / "unpacked")
    return wheel.parent / "unpacked"


class Installed:
    """Chappe without any extra, in an environment of its own; `home` is an empty directory elsewhere."""

    def __init__(self, environment: Path, home: Path) -> None:
        self.python = environment / "bin" / "python"
        self.home = home
        self.program = environment / "bin" / "chappe"
        self.variables = {
            k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CHAPPE"))
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        """What the program prints."""
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.home,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_S_MAX,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package beside what the lock file holds for it, and nothing else."""
    home = tmp_path_factory.mktemp("elsewhere")
    environment = tmp_path_factory.mktemp("environment") / "venv"
    apart = {"UV_PROJECT_ENVIRONMENT": str(environment), "VIRTUAL_ENV": str(environment)}
    only = ("--no-default-groups", "--no-install-project")
    uv("sync", "--quiet", "--frozen", "--python", sys.executable, *only, **apart)
    uv("pip", "install", "--quiet", "--no-deps", "--python", environment / "bin" / "python", wheel)
    return Installed(environment, home)


def links(text: str) -> set[str]:
    """Return what a page links to within the project."""
    return set(LINK.findall(text))


def test_it_brings_the_manifest_of_its_files(unpacked: Path) -> None:
    """As whoever has unpacked it makes it, and as `chappe build-manifest` prints it."""
    package = unpacked / "chappe"
    assert (package / MANIFEST).read_text("utf-8") == manifest_of(package)


def test_it_is_the_same_whoever_builds_it(wheel: Path, tmp_path: Path) -> None:
    """By way of the source package, in another time zone, with other rights of files."""
    before = os.umask(0o077)
    try:
        uv("build", "--quiet", "--out-dir", tmp_path, ROOT, TZ="Asia/Tokyo")
    finally:
        os.umask(before)
    (other,) = tmp_path.glob("*.whl")
    assert other.read_bytes() == wheel.read_bytes()


def test_the_description_of_the_package_links_to_nothing_it_lacks(unpacked: Path) -> None:
    """Where it is shown there are no files beside it."""
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    told = metadata.read_text("utf-8")
    assert "chappe manual" in told
    assert links(told) == set()
    assert f"\nVersion: {chappe.__version__}\n" in told


def test_every_link_of_the_manual_leads_somewhere(unpacked: Path) -> None:
    """In the package as in a clone."""
    pages = sorted((unpacked / "chappe" / "manual").rglob("*.md"))
    assert len(pages) > 20
    for page in pages:
        for link in links(page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_the_site_is_in_the_package(unpacked: Path) -> None:
    """Every file of it, whatever its name ends in."""
    below = Path("src/chappe/gateways/web/files")
    wanted = {
        path.relative_to(ROOT / below) for path in (ROOT / below).rglob("*") if path.is_file()
    }
    packed = unpacked / below.relative_to("src")
    assert {path.relative_to(packed) for path in packed.rglob("*") if path.is_file()} == wanted
    assert Path("index.html") in wanted


def test_an_installed_program_is_its_own_and_prints_its_manual(installed: Installed) -> None:
    """Away from any clone: nothing of `src` is imported."""
    where = subprocess.run(
        [installed.python, "-c", "import chappe; print(chappe.__file__)"],
        cwd=installed.home,
        env=installed.variables,
        check=True,
        text=True,
        capture_output=True,
    ).stdout.strip()
    assert Path(where).is_relative_to(installed.python.parents[1])
    assert installed.run("--version") == f"chappe {chappe.__version__}\n"
    assert installed.run("manual", "operating") == (ROOT / "docs/operating.md").read_text("utf-8")


def test_an_installed_package_is_typed(installed: Installed) -> None:
    """What `py.typed` promises: the classes of the protocol have fields and types, wrong ones are found."""
    (installed.home / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--python-executable",
            installed.python,
            "program.py",
        ],
        cwd=installed.home,
        env=installed.variables,
        text=True,
        capture_output=True,
        check=False,
    )
    first, second, last = done.stdout.splitlines()
    assert 'program.py:4: note: Revealed type is "int"' in first.replace("builtins.", "")
    assert second.startswith("program.py:7: error: Argument ")
    assert '"user_id" to "InputPeerUser" has incompatible type "str"; expected "int"' in second
    assert last.startswith("Found 1 error in 1 file")


@pytest.fixture
def serving(installed: Installed) -> Iterator[subprocess.Popen[str]]:
    """A server of the installed program that has begun to listen."""
    started = subprocess.Popen(
        [installed.program, "serve", "--port", "0"],
        cwd=installed.home,
        env={**installed.variables, "CHAPPE_FILMS": "false", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout is not None
    for line in started.stdout:
        if line.strip().startswith("A running server"):
            break
    yield started
    started.kill()
    started.communicate()


def test_an_installed_server_serves_without_any_extra(
    installed: Installed, serving: subprocess.Popen[str]
) -> None:
    """It answers its operator, and ends when told to."""
    shown = installed.run("status")
    assert f"{chappe.__version__}\n" in shown
    serving.send_signal(signal.SIGINT)
    assert serving.wait(START_S_MAX) == 0


def test_an_installed_server_names_the_extra_it_lacks(installed: Installed) -> None:
    """Films are looked at unless they are not to be."""
    said = installed.run("serve", "--port", "0", "--data", "other", code=2)
    assert said == (
        "chappe: The package av is missing: run script/bootstrap, or `pip install 'chappe[films]'`.\n"
    )
