"""The tests that `script/quick` chooses are those that matter, and not all of them."""

import pytest
from tests.architecture.source import ROOT
from tools import quick


def test_a_slice_is_tested_by_its_own_tests() -> None:
    """By name, and by what only this file serves; not by everything that sends a message."""
    found = quick.chosen(["src/chappe/features/polls/handlers.py"], asked=False)
    assert "tests/features/test_polls.py" in found
    assert "tests/features/test_contacts.py" not in found
    assert len(found) < len(quick.all_tests()) / 4


def test_a_picture_of_a_slice_brings_its_tests() -> None:
    """It is no source, and is not read as one."""
    found = quick.chosen(["src/chappe/features/files/drawn_files/heart.webp"], asked=False)
    assert "tests/features/test_drawn.py" in found


@pytest.mark.parametrize("slice_", sorted(p.name for p in ROOT.glob("src/chappe/features/[a-z]*/")))
def test_no_file_of_a_slice_goes_untested(slice_: str) -> None:
    """Whichever changes, something of features runs."""
    for path in sorted(ROOT.glob(f"src/chappe/features/{slice_}/*.py")):
        found = quick.chosen([path.relative_to(ROOT).as_posix()], asked=False)
        assert [t for t in found if t.startswith("tests/features/")], path.name


def test_a_package_is_tested_by_its_directory_and_by_who_imports_it() -> None:
    """The rules of the repository come along."""
    found = quick.chosen(["src/chappe/updates/hub.py"], asked=False)
    assert {"tests/updates", "tests/architecture"} < {*found}
    assert [t for t in found if t.startswith("tests/features/test_")]


def test_slow_tests_run_where_they_are_named() -> None:
    """Not because a file beside them changed."""
    echo = "tests/journeys/test_echo.py"
    assert quick.chosen([echo], asked=True) == [echo]
    assert quick.chosen([f"{echo}::test_one"], asked=True) == [f"{echo}::test_one"]
    assert quick.chosen([echo], asked=False) == ["tests/architecture"]


def test_where_nothing_changed_the_rules_of_the_repository_are_left() -> None:
    """And a file that is gone brings no test that is."""
    assert quick.chosen([], asked=False) == ["tests/architecture"]
    assert quick.chosen(["tests/core/test_gone.py"], asked=False) == ["tests/architecture"]
