"""Every slice has tests of its own, and every method that is served is called in one of them."""

import re
from pathlib import Path

from chappe.app.slices import SLICES, methods
from chappe.features.help.absent import ABSENT
from chappe.features.help.refused import REFUSED_METHODS

TESTS = Path(__file__).resolve().parents[1]
BARE: set[str] = set()  # slices without a file of tests yet
UNTRIED = {"MessagesReceivedMessages", "StoriesGetPeerStories"}  # methods no test calls yet


def texts() -> dict[str, str]:
    """What the tests of features say, by the name of their file."""
    return {path.name: path.read_text("utf-8") for path in (TESTS / "features").glob("*.py")}


def test_every_slice_has_a_file_of_tests_named_for_it() -> None:
    """Or for a part of it: `test_<slice>.py` or `test_<slice>_<part>.py`."""
    named = [name.removeprefix("test_").removesuffix(".py") for name in texts()]
    slices = [part.__name__.rpartition(".")[2] for part in SLICES]
    assert len(slices) > 10
    bare = {s for s in slices if not any(n == s or n.startswith(f"{s}_") for n in named)}
    assert bare == BARE


def test_every_method_is_called_in_a_test() -> None:
    """By its class; those answered from a table are all tried by the table's own test."""
    said = set(re.findall(r"\bapi\.(\w+)", "\n".join(texts().values())))
    tables = {*ABSENT, *(m.request for m in REFUSED_METHODS)}
    untried = {r.__name__ for r in methods() if r not in tables} - said
    assert untried == UNTRIED
