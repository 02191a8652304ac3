"""Commands and programs of the documents, run as a reader would run them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .reading import DOCUMENTS, ROOT, Block, blocks_of, missing, program_of, settings_of
from .server import Reader

RUN = [d for d in DOCUMENTS if any(b.mode == "run" for b in blocks_of(d))]
SERVED = [b for d in DOCUMENTS for b in blocks_of(d) if b.mode == "serve"]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Somebody in an empty directory; whatever they started is stopped."""
    somebody = Reader(tmp_path)
    yield somebody
    somebody.stop()


def test_documents_have_commands_to_run() -> None:
    """The tests below would pass on an empty list."""
    assert sum(len(b.steps) for d in RUN for b in blocks_of(d) if b.mode == "run") > 20
    assert SERVED


def test_the_first_page_shows_the_program_that_is_run() -> None:
    """What `script/hello` runs is what the reader sees."""
    kept = (ROOT / "examples" / "hello.py").read_text("utf-8")
    assert kept.partition("\n\n")[2] == program_of(ROOT / "README.md")


def test_two_people_talk_by_the_program_on_the_first_page(reader: Reader) -> None:
    """On a fresh server the README's program signs two people up, and one answers the other."""
    reader.start()
    printed = reader.perform(program_of(ROOT / "README.md"))
    # Telethon drops leading zeros of a key, so one handshake in 256 it warns and tries again
    assert printed.splitlines()[-1] == "I read you."
    assert {p["username"] for p in reader.people()} == {"ada_1815", "claude_1763"}


def test_the_telethon_recipe_signs_up_and_signs_in_again(reader: Reader) -> None:
    """What `chappe connect telethon` prints is a whole program, for a new number and a known one."""
    reader.start()
    code, recipe = reader.run("chappe connect telethon")
    assert code == 0
    reader.perform(recipe)
    reader.run("rm chappe-telethon.session")
    reader.perform(recipe)
    (person,) = reader.people()
    assert person["first_name"] == "Ada"


@pytest.mark.parametrize("document", RUN, ids=lambda d: d.name)
def test_commands_of_a_document_do_what_it_says(document: Path, reader: Reader) -> None:
    """Each ends with the exit code said and shows the lines printed below it."""
    reader.start(settings_of(document))
    reader.perform(program_of(ROOT / "README.md"))
    reader.user = next(p["id"] for p in reader.people() if p["username"] == "ada_1815")
    for block in blocks_of(document):
        if block.mode != "run":
            continue
        for step in block.steps:
            code, output = reader.run(step.command)
            wanted = block.code if step is block.steps[-1] else 0
            assert code == wanted, f"{step.command}\n{output}"
            lost = missing(tuple(reader.here(line) for line in step.shown), output)
            assert not lost, f"{step.command} does not show `{lost}` but\n{output}"


@pytest.mark.parametrize("block", SERVED, ids=lambda b: b.document)
def test_a_server_greets_as_the_document_shows(block: Block, reader: Reader) -> None:
    """It starts in an empty directory without a question, and stops when told to."""
    (step,) = block.steps
    printed = reader.serve(step.command, "A running server")
    lost = missing(tuple(reader.here(line) for line in step.shown), printed)
    assert not lost, f"no `{lost}` in\n{printed}"
    assert reader.stop() == 0


def test_a_missing_line_is_noticed() -> None:
    """The comparison itself can fail: order and text both count."""
    assert missing(("a…c", "d"), "abc\nd\n") == ""
    assert missing(("a…c", "d"), "d\nabc\n") == "d"
    assert missing(("a",), "ab\n") == "a"
