"""No call that a stock app makes on its way to what a person meant is refused; see `chains`."""

import re
from pathlib import Path

import pytest

from . import chains_of_talk  # noqa: F401  its chains are noted as it is read
from .chains import CHAINS, App, Chain
from .village import village

PAGE = Path(__file__).resolve().parents[2] / "docs" / "chains.md"
ROW = re.compile(r"\| (.+?) \| (.+?) \| (.+?) \|")


def rows() -> dict[str, tuple[str, list[str]]]:
    """Return what the page says: what a person does, by which app, and the methods in order."""
    found = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if (row := ROW.fullmatch(line)) and "`" in row[3]:
            found[row[1]] = (row[2], re.findall(r"`([\w.]+)`", row[3]))
    return found


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.does)
async def test_an_app_gets_to_what_was_meant(chain: Chain) -> None:
    """Its calls, in its order, are those of the page; repeated ones are named once."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        app = App(v, ada, [bob, eve])
        await v.wait(2 * 86_400)  # sessions that are no longer fresh
        await chain.story(app)
        await v.settle()
        called = list(dict.fromkeys(app.called))
        assert (chain.app, called) == rows()[chain.does]


def test_the_page_names_no_other_chain() -> None:
    """What it says is tried above."""
    assert sorted(rows()) == sorted(chain.does for chain in CHAINS)
