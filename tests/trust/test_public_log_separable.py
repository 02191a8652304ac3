"""The public log is a module by itself: it could be published alone."""

import ast
import sys

from tests.architecture.source import PACKAGE, nodes_of

LEDGER = PACKAGE / "trust" / "ledger"
ALONE = {"verify.py"}  # handed out as one file
BESIDE = {"report.py": {"verify", "."}}  # handed out with that one


def imported(name: str) -> set[str]:
    """What a file imports: first parts of names, and "." for what lies beside it."""
    found = set()
    for node in nodes_of(LEDGER / name):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level or str(node.module).partition(".")[0])
    return found


def test_it_needs_the_standard_library_and_cryptography() -> None:
    """And its own files; what is handed out as one file needs not even these."""
    names = {path.name for path in LEDGER.glob("*.py")}
    assert len(names) > 8
    for name in names:
        more = BESIDE.get(name, set() if name in ALONE else {"cryptography", "."})
        allowed = {*sys.stdlib_module_names} | more
        assert imported(name) <= allowed, name


def test_it_says_which_ledger_it_is() -> None:
    """The other one is a slice, inside the store."""
    other = (PACKAGE / "features" / "ledger" / "entries.py").read_text("utf-8")
    assert "features/ledger" in (LEDGER / "__init__.py").read_text("utf-8")
    assert "trust/ledger" in other
