"""Lets tests of features ask for every engine: by `usefixtures("every_engine")`."""

from pathlib import Path

import pytest

from . import ground


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def every_engine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Run a test on each engine; PostgreSQL only in a long run."""
    kind = str(request.param)
    if kind == "sqlite":
        monkeypatch.setattr(ground, "open_ground", ground.on_disk(tmp_path))
    elif kind == "postgres":
        database = request.getfixturevalue("database")
        monkeypatch.setattr(ground, "open_ground", ground.in_database(database, tmp_path))
    return kind
