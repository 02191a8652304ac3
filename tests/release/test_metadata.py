"""What is said of the project: its metadata, and the bill of what it consists of."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]


def test_the_metadata_keep_to_the_standards_of_packaging() -> None:
    """Classifiers that exist, fields that are known."""
    checked = [sys.executable, "-m", "validate_pyproject", "pyproject.toml"]
    subprocess.run(checked, cwd=ROOT, check=True)


@pytest.mark.parametrize("field", ["authors", "classifiers", "keywords", "license", "urls"])
def test_the_metadata_say_what_an_index_shows(field: str) -> None:
    """Whoever finds the package finds the rest from there."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][field]


def bill(file: Path) -> dict[str, Any]:
    """The bill of materials."""
    subprocess.run([ROOT / "script" / "sbom", file], check=True)
    made: dict[str, Any] = json.loads(file.read_text())
    return made


def test_a_bill_of_materials_is_made_from_the_lock(tmp_path: Path) -> None:
    """Each package a server can load, with the version that is tested; no tool of the developers."""
    made = bill(tmp_path / "bill.json")
    assert made["bomFormat"] == "CycloneDX"
    versions = {part["name"]: part["version"] for part in made["components"]}
    locked = {
        package["name"]: package.get("version")
        for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    for name in ("cryptography", "msgspec", "asyncpg", "obstore", "av", "aiosmtplib", "aiohttp"):
        assert versions[name] == locked[name]
    assert not {"pytest", "ruff", "mypy", "telethon"} & set(versions)


def test_an_editor_is_told_how_files_are_written() -> None:
    """The same that the formatter writes."""
    told = (ROOT / ".editorconfig").read_text()
    for line in ("charset = utf-8", "end_of_line = lf", "insert_final_newline = true"):
        assert line in told.splitlines()
