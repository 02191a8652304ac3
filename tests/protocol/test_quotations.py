"""The wire core quotes its specification: each sentence names its page, and none is longer than its rule."""

import re
from pathlib import Path

import chappe.mtproto

FOLDER = Path(chappe.mtproto.__file__).parent
QUOTED = re.compile(r'^ *# {3}"')  # the first line of a quotation
WORDS_MAX = 70  # words of one quotation: a rule, not a page
PAGE = re.compile(
    r"https://(core\.telegram\.org/mtproto/[a-z_-]+(#[a-z0-9-]+)?|www\.rfc-editor\.org/rfc/rfc\d+#[a-z0-9.-]+)$"
)
SOURCE = re.compile(r"core\.telegram\.org/(mtproto|method)/[\w./#-]+")
FEWEST = 50


def quotations() -> list[tuple[str, int, str, str]]:
    """Return file, line, text and the page named last above it of every quotation."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        lines = path.read_text("utf-8").splitlines()
        page = next((m[0] for m in map(SOURCE.search, lines[:10]) if m), "")
        for number, line in enumerate(lines):
            if PAGE.search(line):
                page = line.strip(" #")
            if QUOTED.match(line):
                end = number
                while end + 1 < len(lines) and re.match(r' *# {3}[^"]', lines[end + 1]):
                    end += 1
                text = " ".join(one.strip(" #") for one in lines[number : end + 1])
                found.append((path.name, number + 1, text, page))
    return found


def test_each_quotation_names_its_page() -> None:
    """The page stands above it in the same file."""
    found = quotations()
    assert len(found) >= FEWEST
    assert [one for one in found if not one[3]] == []


def test_quotations_are_whole_and_short() -> None:
    """What is opened is closed, and says one rule."""
    wrong = [one for one in quotations() if one[2].count('"') % 2 or not one[2].endswith('"')]
    assert wrong == []
    assert [one for one in quotations() if len(one[2].split()) > WORDS_MAX] == []


def test_no_constructor_is_named_by_its_bytes() -> None:
    """Ids have names, which a reader finds in the schema."""
    for path in [*FOLDER.glob("*.py"), *FOLDER.parent.glob("gateways/mtproto/*.py")]:
        assert not re.search(r'b"(\\x[0-9a-f]{2}){4}"', path.read_text("utf-8")), path
