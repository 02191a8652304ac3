"""Names are found: a search for one leads to one thing, and the glossary leads to all of them."""

import ast
import functools
import re
from collections.abc import Iterator

from tests.architecture.source import PACKAGE, ROOT, server_trees, text_of
from tests.architecture.test_documents import NAME, PLACED

# Public classes that share a name, and why each of them needs it. The list only shrinks.
SHARED = {
    "Call": "the query of the wire, and one that is being served: the protocol's word for both",
    "Context": "of the server, and of a decoding, which no slice sees",
    "Kind": "of an owner, and of a transport's framing: fields of their own packages",
    "Observer": "of calls, and of errors: protocols that one object keeps",
    "Session": "the protocol's word: a device that is logged in, and a session of the wire",
    "Step": "of a handshake, and of a menu",
}


def is_method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function serves a method or an operator command: it is called after that."""
    return any(isinstance(made, ast.Call) for made in node.decorator_list)


@functools.cache
def places() -> dict[str, dict[str, list[str]]]:
    """The files of the server that declare each public class, and each public function of features."""
    found: dict[str, dict[str, list[str]]] = {"class": {}, "function": {}}
    for file, tree in server_trees():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found["class"].setdefault(node.name, []).append(file)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
                file.startswith("features/") and not is_method(node)
            ):
                found["function"].setdefault(node.name, []).append(file)
    return found


def homonyms(what: str) -> dict[str, list[str]]:
    """Public names that several files declare."""
    return {
        name: files
        for name, files in places()[what].items()
        if len(files) > 1 and not name.startswith("_")
    }


def test_no_two_public_classes_share_a_name() -> None:
    """Whoever looks for a class finds it, and not another one."""
    assert len(places()["class"]) > 400
    shared = homonyms("class")
    assert {name: files for name, files in shared.items() if name not in SHARED} == {}
    assert shared.keys() == SHARED.keys(), (
        "one name is free of its homonym: strike it out of SHARED"
    )


def test_no_two_functions_of_slices_share_a_name() -> None:
    """But for methods, which are called after what they serve."""
    assert len(places()["function"]) > 500
    assert homonyms("function") == {}


def test_rules_are_pure() -> None:
    """What lies in `rules.py` of a slice waits for nothing, so that it is tested by calling it."""
    rules = [(file, tree) for file, tree in server_trees() if file.endswith("/rules.py")]
    assert len(rules) > 5
    assert [
        f"{file}:{node.lineno}"
        for file, tree in rules
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
    ] == []


def rows() -> Iterator[tuple[str, str]]:
    """Every term of the glossary, and where it says that it lives."""
    for line in text_of(ROOT / "docs" / "glossary.md").splitlines():
        if line.startswith("| ") and not line.startswith(("| term", "| ---")):
            term, _, where = (part.strip() for part in line.strip("|").split("|"))
            yield term, where


def test_the_glossary_leads_to_every_term() -> None:
    """Each term once, with a name and the file that declares it; test_documents asks whether it does."""
    terms = [*rows()]
    assert len(terms) > 40
    assert len({term for term, _ in terms}) == len(terms)
    without = [term for term, where in terms if not PLACED[1].fullmatch(where)]
    assert without == [
        "front door",
        "village",
        "replica",
        "twin",
    ]  # the last three are of the tests
    for _, where in terms:
        for path in re.findall(r"`([\w/]+/\w+\.py)`", where):
            assert (PACKAGE / path).exists() or (ROOT / path).exists()
    assert {name for _, where in terms for name in re.findall(NAME, where)} >= {"Command", "Job"}
