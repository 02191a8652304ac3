"""The workflows of the host: they cannot run here, so they are read, and whatever they name is there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED: Final = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40}")
OURS: Final = ("script/", ".venv/bin/")
OTHERS: Final = {"rm"}  # what a step may run that is not ours


def read(path: Path) -> Any:
    """A file of YAML; `on` is a name there, not a truth."""
    return {
        "on" if key is True else key: value
        for key, value in yaml.safe_load(path.read_text()).items()
    }


def jobs() -> list[Any]:
    """Every job of every workflow."""
    return [
        pytest.param(job, id=f"{path.stem}-{name}")
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
    ]


def steps() -> list[dict[str, Any]]:
    """Every step of every job."""
    return [step for p in WORKFLOWS for job in read(p)["jobs"].values() for step in job["steps"]]


def test_there_are_workflows_with_steps() -> None:
    """The tests below would pass on an empty list."""
    assert [p.stem for p in WORKFLOWS] == ["ci", "publish"]
    assert len(steps()) > 20


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_has_no_right_of_its_own(path: Path) -> None:
    """Each job asks for what it needs; nothing runs on the branch of a stranger with our rights."""
    workflow = read(path)
    assert workflow["permissions"] == {}
    triggers = workflow["on"]
    assert set(triggers) <= {"push", "pull_request", "workflow_dispatch"}


@pytest.mark.parametrize("job", jobs())
def test_a_job_has_an_end_and_few_rights(job: dict[str, Any]) -> None:
    """Nothing writes to the repository; only what is published is signed."""
    assert job["timeout-minutes"] <= 60
    rights = job["permissions"]
    written = {right for right, how in rights.items() if how == "write"}
    assert written <= {"id-token", "attestations"}
    assert rights.get("contents", "read") == "read"


def test_every_action_is_pinned_by_a_commit() -> None:
    """A tag can be moved to other code; and each name of an action stands beside one commit only."""
    used = {step["uses"] for step in steps() if "uses" in step}
    assert [action for action in used if not PINNED.fullmatch(action)] == []
    assert len({action.partition("@")[0] for action in used}) == len(used)
    text = "".join(path.read_text() for path in WORKFLOWS)
    assert len(re.findall(r"uses: \S+@\w+ # v\d", text)) == text.count("uses: ")


def test_no_checkout_leaves_its_credentials_behind() -> None:
    """Whatever runs afterwards could push with them."""
    for step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_what_a_step_runs_is_there() -> None:
    """Every script exists and may be run; no text of a stranger is expanded into a command."""
    commands = [step["run"] for step in steps() if "run" in step]
    assert len(commands) > 10
    for command in commands:
        assert "${{" not in command
        for line in command.splitlines():
            program = shlex.split(line)[0]
            assert program in OTHERS or program.startswith(OURS), line
            if program.startswith("script/"):
                assert os.access(ROOT / program, os.X_OK), line
            elif program.startswith(".venv/"):
                assert (Path(sys.executable).parent / Path(program).name).exists(), line


def test_every_supported_python_is_tried() -> None:
    """In the source as in the package: the versions of the classifiers."""
    project = (ROOT / "pyproject.toml").read_text()
    supported = re.findall(r"Python :: (3\.\d+)\"", project)
    assert len(supported) >= 4
    tried = read(ROOT / ".github/workflows/ci.yml")["jobs"]
    for job in ("test", "wheel"):
        assert tried[job]["strategy"]["matrix"]["python"] == supported
        assert "matrix.python" in str(tried[job]["steps"])


def test_the_package_is_tested_where_there_is_no_src() -> None:
    """Before it is kept, and before it is published."""
    for path, job in (("ci", "wheel"), ("publish", "build")):
        done = [
            str(s.get("run", ""))
            for s in read(ROOT / f".github/workflows/{path}.yml")["jobs"][job]["steps"]
        ]
        assert (
            done.index("script/build") < done.index("rm -rf src") < done.index("script/test-wheel")
        )


def test_publishing_needs_no_password() -> None:
    """The index knows the workflow by its identity, in an environment that somebody must let pass."""
    text = (ROOT / ".github/workflows/publish.yml").read_text()
    assert "secrets." not in text
    publish = read(ROOT / ".github/workflows/publish.yml")["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"]["name"] == "pypi"
    assert publish["needs"] == "build"


def test_nothing_a_stranger_could_use_is_found_in_them() -> None:
    """By a tool that knows the ways in."""
    zizmor = Path(sys.executable).parent / "zizmor"
    done = subprocess.run(
        [zizmor, "--offline", "--quiet", "--no-progress", ROOT / ".github"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_every_other_file_of_the_host_is_yaml(path: Path) -> None:
    """Forms for reports, updates of dependencies."""
    assert isinstance(read(path), dict)
