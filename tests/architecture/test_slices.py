"""The order of slices is one: what the import rules say, what the server is made of, and what is there."""

import tomllib

from tests.architecture.source import PACKAGE, ROOT

from chappe import app

RULES = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def levels() -> list[set[str]]:
    """The slices as the import rules order them, from low to high; those of one level are side by side."""
    (contract,) = (c for c in RULES["contracts"] if c["id"] == "slices")
    return [set(level.split(" | ")) for level in reversed(contract["layers"])]


def served() -> list[str]:
    """The slices as the server is made of them, from low to high."""
    return [part.__name__.removeprefix("chappe.features.") for part in app.slices.SLICES]


def test_the_server_has_the_slices_in_the_order_of_the_import_rules() -> None:
    """Level by level; a slice that one of the lists lacks is missing in the server, or in the rules."""
    left = served()
    for level in levels():
        here, left = left[: len(level)], left[len(level) :]
        assert set(here) == level
    assert left == []


def test_every_folder_of_features_is_a_slice() -> None:
    """One that no list names would be served by nobody."""
    folders = {init.parent.name for init in (PACKAGE / "features").glob("*/__init__.py")}
    assert folders == set(served())
    assert len(folders) > 15


def test_every_slice_offers_its_methods_and_events() -> None:
    """The server is made of these; a slice with neither has no reason to be in the list."""
    for part in app.slices.SLICES:
        assert isinstance(part.HANDLERS, tuple), part
        assert isinstance(part.EVENTS, tuple), part
